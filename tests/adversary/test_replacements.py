"""A drawn officer is replaced by their own bureau, for a reason whose words stay there (R-D6; issue 18)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from onedoor.config import Config
from onedoor.draws import queries as draws
from onedoor.kernel import trace
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict, Forbidden, NotFound
from onedoor.messages.models import Message
from onedoor.visits import queries, service
from tests.campaigns.builders import World
from tests.conftest import city_alone
from tests.fixtures.city import City
from tests.fixtures.databases import Databases
from tests.visits.builders import DrawnCampaign, draw, settle

WORDS = "父亲住院，须在外地照料"
ILL = {"category": "ill", "reason": WORDS}


@pytest.fixture(scope="module")
def config(databases: Databases) -> Iterator[Config]:
    """These begin from the city alone."""
    yield from city_alone(databases)


@pytest.fixture(scope="module")
def going(city: City) -> DrawnCampaign:
    """A campaign with approved visits and people to spare, of which each test takes its own."""
    return draw(settle(World(city).fill()), officers=7, bp=4000).approve()


@pytest.fixture
def visit_id(going: DrawnCampaign) -> UUID:
    return going.joint()


def code_of(going: DrawnCampaign, visit_id: UUID) -> str:
    with going.world.city.acting("scjg.planner"):
        return queries.visit(visit_id).code


def partners_seat(going: DrawnCampaign, visit_id: UUID) -> tuple[str, Any]:
    """A partner's letters, and one of its places that is not the leader's."""
    letters = going.partner(visit_id).lower()
    with going.world.city.acting("scjg.planner"):
        team = queries.team(visit_id)
    bureau = going.world.city.bureaus[letters.upper()]
    return letters, next(one for one in team if one.bureau_id == bureau and not one.leader)


def test_the_lead_does_not_choose_whom_a_partner_sends(
    going: DrawnCampaign, visit_id: UUID, owner: psycopg.Connection, run_jobs: Any
) -> None:
    """The attack: have a partner's officer replaced, and again, until somebody convenient comes."""
    city = going.world.city
    letters, seat = partners_seat(going, visit_id)
    with city.acting("scjg.planner"):
        with pytest.raises(Conflict, match="请先请该部门更换"):
            service.replace_member(seat.id, "换人")
        service.ask_replacement(seat.id, "听说病了", "ill")
        with pytest.raises(Conflict, match="不必重复"):
            service.ask_replacement(seat.id, "再请")
        with pytest.raises(Conflict, match="以前更换或者答复"):
            service.replace_member(seat.id, "等不及")
    run_jobs()
    with city.acting(f"{letters}.planner"):
        assert db.session.scalar(sa.select(Message.id).where(Message.text.contains(f"更换{seat.name}")))
        service.answer_stays(seat.id, "已经痊愈")
    owner.execute("UPDATE member_replacement SET begun_at = begun_at - interval '40 days'")
    with city.acting("scjg.planner"), pytest.raises(Conflict, match="已经答复"):
        service.replace_member(seat.id, "还是换")
    with city.acting("mzj.planner"), pytest.raises(NotFound):
        service.replace_member(seat.id, "外人")


def test_where_the_bureau_lets_its_days_go_by_the_lead_goes_on(
    going: DrawnCampaign, visit_id: UUID, owner: psycopg.Connection
) -> None:
    city = going.world.city
    _, seat = partners_seat(going, visit_id)
    with city.acting("scjg.planner"):
        service.ask_replacement(seat.id, "证件到期", "certificate")
    owner.execute(
        "UPDATE member_replacement SET begun_at = begun_at - interval '40 days' WHERE member_id = %s",
        [seat.id],
    )
    with city.acting("scjg.planner"):
        comes = service.replace_member(seat.id, "该部门没有答复", "certificate")
        assert comes is not None and comes.slot == seat.slot


def test_their_own_bureau_begins_it_and_the_words_stay_there(
    going: DrawnCampaign, visit_id: UUID, run_jobs: Any
) -> None:
    city = going.world.city
    letters, seat = partners_seat(going, visit_id)
    page = f"/visits/{visit_id}"
    partner = city.client(f"{letters}.planner")
    assert "更换后不能撤回" in partner.get(page).get_data(as_text=True)
    place = f"{page}/members/{seat.id}/replace"
    assert partner.post(place, data=ILL).status_code == 422, "it is said that it cannot be undone"
    assert partner.post(place, data={**ILL, "category": "我不想去", "confirmed": "1"}).status_code == 422
    assert city.client("mzj.planner").post(place, data={**ILL, "confirmed": "1"}).status_code == 404
    assert partner.post(place, data={**ILL, "confirmed": "1"}).status_code == 303
    with city.acting("scjg.planner"):
        assert next(one for one in queries.team(visit_id) if one.slot == seat.slot).id == seat.id
    run_jobs()
    with city.acting("scjg.planner"):
        comes = next(one for one in queries.team(visit_id) if one.slot == seat.slot)
        assert comes.inspector_id != seat.inspector_id and comes.bureau_id == seat.bureau_id
        assert queries.member(seat.id).left_reason == "因病不能参加"
        changes = draws.changes(going.draw_id)
        assert changes[-1].reason == "因病不能参加"
        assert not any(WORDS in one.content.decode() for one in changes)
        assert WORDS not in "\n".join(step.text for step in trace.of(visit_id))
        lead_told = db.session.scalars(sa.select(Message.text)).all()
    with city.acting(f"{letters}.planner"):
        assert WORDS in "\n".join(step.text for step in trace.of(visit_id))
        told = db.session.scalars(sa.select(Message.text)).all()
    with city.acting("sfj.supervisor"):
        overseen = db.session.scalars(sa.select(Message.text)).all()
    for texts in (told, overseen, lead_told):
        assert any(f"随机抽取{comes.name}接替" in text for text in texts) and WORDS not in "".join(texts)
    assert WORDS not in city.client().get(f"/v/{code_of(going, visit_id)}").get_data(as_text=True)


def test_where_nobody_else_fits_both_bureaus_read_why(
    going: DrawnCampaign, visit_id: UUID, run_jobs: Any, owner: psycopg.Connection
) -> None:
    """The lead's job fails: the bureau that began it is not left waiting for what does not come (R-D6)."""
    city = going.world.city
    letters, seat = partners_seat(going, visit_id)
    page = f"/visits/{visit_id}"
    partner, lead = city.client(f"{letters}.planner"), city.client("scjg.planner")
    begun = partner.post(f"{page}/members/{seat.id}/replace", data={**ILL, "confirmed": "1"})
    assert begun.status_code == 303
    waits, failed = "已提出更换，等待随机抽取接替人员", "没有抽到接替人员"
    assert waits in partner.get(page).get_data(as_text=True)
    assert waits in lead.get(page).get_data(as_text=True)
    owner.execute(
        "UPDATE job SET state = 'failed', problem = '没有其他符合条件且有余力的检查人员可以接替' WHERE name = 'visits.replace_member'"
        " AND payload->>'member_id' = %s",
        [str(seat.id)],
    )
    for reader, retries in ((partner, False), (lead, True)):
        text = reader.get(page).get_data(as_text=True)
        assert failed in text and "没有其他符合条件且有余力的检查人员可以接替" in text and waits not in text
        assert ("这是牵头部门的作业" in text) is not retries
    assert failed not in city.client("sfj.supervisor").get(f"/oversight/visits/{visit_id}").get_data(
        as_text=True
    )


def test_nobody_else_carries_it_out(going: DrawnCampaign, visit_id: UUID) -> None:
    """The attack: send the lead the job without the officer's bureau having begun anything."""
    city = going.world.city
    _, seat = partners_seat(going, visit_id)
    with city.acting("scjg.planner"), pytest.raises(NotFound, match="没有找到人员所在部门提出的更换"):
        service.carry_out_replacement(seat.id)
    with city.acting("scjg.officer"), pytest.raises((Forbidden, NotFound, Conflict)):
        service.answer_stays(seat.id, "代答")


def test_a_third_bureaus_row_is_no_request_of_the_lead(going: DrawnCampaign, visit_id: UUID) -> None:
    """The attack, with SQL of one's own: a partner writes a row about another's officer in its own name."""
    city = going.world.city
    letters, _ = partners_seat(going, visit_id)
    with city.acting("scjg.planner"):
        seat = next(one for one in queries.team(visit_id) if one.bureau_id == city.bureaus["SCJG"])
    row = sa.text(
        "INSERT INTO member_replacement (id, tenant_id, visit_id, member_id, bureau_id, category, begun_at, begun_by)"
        " VALUES (gen_random_uuid(), :me, :visit, :member, :me, 'ill', now(), 'x')"
    )
    with city.acting(f"{letters}.planner"):
        given = {"me": city.bureaus[letters.upper()], "visit": visit_id, "member": seat.id}
        db.session.execute(row, given)
        assert queries.member_request(queries.member(seat.id)) is None
        assert queries.begun_replacement(queries.member(seat.id)) is None
