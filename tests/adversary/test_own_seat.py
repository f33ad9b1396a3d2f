"""Ways around people's own responsibility in a check, by a colleague of the same bureau (issue 18)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from onedoor.config import Config
from onedoor.followups import service as following
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.officers import queries as officer_queries
from onedoor.officers import service as officer_service
from onedoor.officers.service.inspectors import change_inspector
from onedoor.visits import queries, service
from onedoor.visits.models import VisitMatter
from onedoor.visits.rules.results import Handling, check_handling
from tenants.rules import PERMISSIONS, Permission, Role
from tests.campaigns.builders import World
from tests.conftest import city_alone
from tests.fixtures.city import City
from tests.fixtures.clerk_files import admit
from tests.fixtures.databases import Databases
from tests.visits.builders import ANSWERS, DrawnCampaign, draw, settle

OFFICER, MANAGER = PERMISSIONS[Role.INSPECTOR].__contains__, {Permission.VISIT_MANAGE}.__contains__
ENDING: dict[str, Any] = {"attendee": "王店长", "signature": "signed"}


@pytest.fixture(scope="module")
def config(databases: Databases) -> Iterator[Config]:
    """These begin from the city alone."""
    yield from city_alone(databases)


@pytest.fixture(scope="module")
def going(city: City) -> DrawnCampaign:
    """A campaign with approved visits, of which each test takes its own."""
    return draw(settle(World(city).fill()), bp=4000).approve()


@pytest.fixture
def visit_id(going: DrawnCampaign) -> UUID:
    return going.joint()


def begun(going: DrawnCampaign, visit_id: UUID) -> list[UUID]:
    """Begun by its officer; the ids of this bureau's matters."""
    with going.world.city.acting("scjg.officer"):
        service.begin(visit_id, reason="对方手机没电")
        service.open_record(visit_id)
        return [each.id for each in queries.matters(visit_id, going.world.city.bureaus["SCJG"])]


def test_an_officer_who_was_not_there_ends_nothing(going: DrawnCampaign, visit_id: UUID) -> None:
    """Another officer of the bureau puts the visit off, completes its report, ends what followed: not theirs."""
    city = going.world.city
    record_id = going.record(visit_id, "SCJG", ["pending"], handling="other")
    going.accept(record_id, "SCJG")
    with city.acting("scjg.officer"):
        service.expect_seat(visit_id, OFFICER)
    with city.acting("scjg.operator"):
        # Of the same bureau and with an officer's rights, but on no team.
        assert queries.my_place(visit_id) is None
        with pytest.raises(Forbidden, match="不在这次检查的检查组里"):
            service.expect_seat(visit_id, OFFICER)
        followup = queries.followups_of(record_id)[0]
        with pytest.raises(Forbidden, match="不在这次检查的检查组里"):
            following.expect_in_hand(followup, OFFICER)
        following.expect_in_hand(followup, MANAGER)


def test_a_changed_text_is_signed_again(going: DrawnCampaign, visit_id: UUID) -> None:
    """The attack: have a clean page signed, have it returned, write something else over the signature."""
    record_id = going.record(visit_id, "SCJG")
    with going.world.city.acting("scjg.officer"):
        signed = queries.record(record_id).signed_digest
    assert signed is not None
    going.decide(record_id, "SCJG", False, "补充情况")
    with going.world.city.acting("scjg.officer"):
        with pytest.raises(ClerkError) as refused:
            service.submit_record(visit_id, secrets.token_hex(16), service.Ending(**ENDING, note="另有问题"))
        assert "signed_again" in refused.value.fields
        db.session.rollback()
    with going.world.city.acting("scjg.officer"):
        again = service.Ending(**ENDING, note="另有问题", signed_again=True)
        record = service.submit_record(visit_id, secrets.token_hex(16), again)
        assert record.signed_digest not in (None, signed)


def test_handing_in_late_moves_no_end(going: DrawnCampaign, visit_id: UUID) -> None:
    """The days of report and disclosure count from the last act of checking, not from when it suits."""
    city, matters = going.world.city, begun(going, visit_id)
    with city.acting("scjg.officer"):
        for matter_id in matters:
            service.save_item(visit_id, matter_id, answers=ANSWERS, results=["nothing"], note="", revision=0)
        record = queries.my_record(visit_id)
        assert record is not None
        acted = max(each.saved_at for each in queries.items(record.id))
    with city.acting("scjg.officer"):
        record = service.submit_record(visit_id, secrets.token_hex(16), service.Ending(**ENDING))
        assert record.ended_at == acted
        record_id = record.id
    going.decide(record_id, "SCJG", False, "重新提交")
    with city.acting("scjg.officer"):
        later = service.Ending(**ENDING, ended_at=now())
        assert service.submit_record(visit_id, secrets.token_hex(16), later).ended_at == acted


def test_a_record_does_not_contradict_itself(going: DrawnCampaign, visit_id: UUID) -> None:
    city, matters = going.world.city, begun(going, visit_id)
    with city.acting("scjg.planner"):
        found = queries.matter(visit_id, matters[0])
        points = [{**point, "fails": ["no"]} if n == 0 else point for n, point in enumerate(found.checklist)]
        db.session.execute(
            sa.update(VisitMatter).where(VisitMatter.id == matters[0]).values(checklist=points)
        )
    bad = {**ANSWERS, "point-0": "no"}
    with city.acting("scjg.officer"):
        with pytest.raises(ClerkError, match="不能同时选“未发现问题”"):
            service.save_item(visit_id, matters[0], answers=bad, results=["nothing"], note="", revision=0)
        with pytest.raises(ClerkError, match="请写明当场怎样改正的"):
            service.save_item(visit_id, matters[0], answers=bad, results=["corrected"], note="", revision=0)
        service.save_item(visit_id, matters[0], answers=bad, results=["pending"], note="", revision=0)
        with pytest.raises(ClerkError, match="改填的，请在情况说明里写明原因"):
            service.save_item(visit_id, matters[0], answers=ANSWERS, results=["nothing"], note="", revision=1)
        said = "重新核对，许可证在有效期内，先前填错"
        service.save_item(visit_id, matters[0], answers=ANSWERS, results=["nothing"], note=said, revision=1)


@pytest.mark.parametrize("handling", ["correct", "case", "police"])
def test_no_handling_without_its_finding(handling: str) -> None:
    with pytest.raises(ClerkError, match="没有发现问题"):
        check_handling(["nothing"], handling, has_date=True)
    assert check_handling(["pending"], handling, has_date=True) is Handling(handling)


def test_who_refuses_is_told_of_in_own_words(going: DrawnCampaign, visit_id: UUID) -> None:
    begun(going, visit_id)
    with going.world.city.acting("scjg.officer"):
        service.set_overall_result(visit_id, "obstructed")
        with pytest.raises(ClerkError, match="须写明经过"):
            service.submit_record(visit_id, secrets.token_hex(16), service.Ending())
        service.set_overall_result(visit_id, "obstructed", "店主锁门离开")
        with pytest.raises(ClerkError, match="须有见证人或者现场照片"):
            service.submit_record(visit_id, secrets.token_hex(16), service.Ending())
        service.set_overall_result(visit_id, "obstructed", "店主锁门离开", "物业人员李某")
        assert service.submit_record(visit_id, secrets.token_hex(16), service.Ending()).whole == "obstructed"


def test_nobody_puts_another_into_a_drawn_seat(going: DrawnCampaign, visit_id: UUID) -> None:
    """The attack: the officer who was drawn stays in name, and another signs in by their account, or leads in their stead."""
    city = going.world.city
    with city.acting("scjg.officer"):
        place = queries.my_place(visit_id)
        assert place is not None and place.account_id == city.person("scjg.officer").user_id
    with city.acting("scjg.operator"):
        officer = officer_queries.inspector(place.inspector_id)
        with pytest.raises(Conflict, match="账号、身份证号和能否任组长现在不能改"):
            change_inspector(officer, {"user_id": city.person("scjg.planner").user_id})
        with pytest.raises(Conflict, match="请先更换人员"):
            change_inspector(officer, {"leads": not officer.leads})


def test_the_database_keeps_who_sits_in_a_drawn_seat(going: DrawnCampaign, visit_id: UUID) -> None:
    """The attack: the lead, with SQL in the application's login, writes another officer, account or slot into a drawn row.
    A member leaves, and another row comes (R-D6)."""
    for column in (
        "name = '别人'",
        "account_id = gen_random_uuid()",
        "inspector_id = gen_random_uuid()",
        "slot = 9",
    ):
        with (
            pytest.raises(DBAPIError, match="permission denied"),
            going.world.city.acting("scjg.planner"),
        ):
            db.session.execute(
                sa.text(f"UPDATE visit_member SET {column} WHERE visit_id = :id"), {"id": visit_id}
            )


def test_an_account_that_was_changed_behind_is_compared_when_the_visit_begins(
    going: DrawnCampaign, visit_id: UUID, owner: psycopg.Connection
) -> None:
    city = going.world.city
    owner.execute("UPDATE visit_member SET account_id = gen_random_uuid() WHERE visit_id = %s", [visit_id])
    with city.acting("scjg.officer"), pytest.raises(Forbidden, match="账号在抽定检查组以后换过"):
        service.begin(visit_id, reason="对方手机没电")


def test_a_look_by_somebody_signed_in_is_no_scan(going: DrawnCampaign, visit_id: UUID) -> None:
    """The attack: the officer opens the code's page in the same browser and begins as if the firm had scanned."""
    city = going.world.city
    with city.acting("scjg.officer"):
        code = queries.visit(visit_id).code
    assert city.client("scjg.officer").get(f"/v/{code}").status_code == 200
    with city.acting("scjg.officer"):
        assert queries.scans(visit_id, today()) == 0
    assert city.client().get(f"/v/{code}").status_code == 200
    with city.acting("scjg.officer"):
        assert queries.scans(visit_id, today()) == 1


def test_another_name_behind_a_drawn_seat_is_compared_when_the_visit_begins(
    going: DrawnCampaign, visit_id: UUID, owner: psycopg.Connection
) -> None:
    """The attack: the seat stays, and its officer becomes somebody else in the library, around the head."""
    city = going.world.city
    with city.acting("scjg.officer"):
        place = queries.my_place(visit_id)
        assert place is not None
        kept = place.name, place.certificate_number
    owner.execute(
        "UPDATE inspector SET name = '冒名', certificate_number = '示冒01' WHERE id = %s",
        [place.inspector_id],
    )
    with city.acting("scjg.officer"), pytest.raises(Conflict, match="未经批准改过"):
        service.begin(visit_id, reason="对方手机没电")
    owner.execute(
        "UPDATE inspector SET name = %s, certificate_number = %s WHERE id = %s", [*kept, place.inspector_id]
    )


def test_who_was_renamed_with_the_heads_word_goes_on_and_the_visit_shows_both(
    going: DrawnCampaign, visit_id: UUID
) -> None:
    city = going.world.city
    with city.acting("scjg.officer"):
        place = queries.my_place(visit_id)
        assert place is not None
    with city.acting("scjg.operator"):
        officer = officer_queries.my_inspector(place.inspector_id)
        wanted = {"name": officer.name, "certificate_number": "示换证77"}
        paper = ("换发通知.pdf", b"%PDF-1.4", "application/pdf")
        officer_service.save_inspector(officer, wanted, paper="换发通知7号", file=paper)
        with pytest.raises(Conflict, match="请先更换人员"):
            officer_service.save_inspector(officer, {"name": officer.name, "leads": not officer.leads})
        db.session.rollback()
        officer_service.save_inspector(officer, wanted, paper="换发通知7号", file=paper)
    admit(city, "SCJG")
    shown = city.client("scjg.planner").get(f"/visits/{visit_id}").get_data(as_text=True)
    assert place.certificate_number in shown and "示换证77" in shown
    with city.acting("scjg.officer"):
        assert service.begin(visit_id, reason="对方手机没电").begun_at is not None
