"""Who sees and writes what of a visit (access.md): tried on the real roles and policies."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.scope import in_scope
from onedoor.visits import queries, service
from onedoor.visits.models import (
    CodeCheck,
    Followup,
    Record,
    RecordItem,
    RecordSubmission,
    Report,
    Visit,
    VisitMatter,
    VisitMember,
    VisitPart,
    VisitParty,
)
from tenants import scope
from tests.visits.builders import DrawnCampaign

TABLES = (
    Visit, VisitParty, VisitMatter, VisitMember, VisitPart, Record, RecordItem, RecordSubmission, Report, Followup, CodeCheck,
)  # fmt: skip


@pytest.fixture(scope="module")
def done(going: DrawnCampaign) -> tuple[DrawnCampaign, UUID, UUID]:
    """A joint visit with the lead's accepted record and report."""
    visit_id = going.joint()
    record_id = going.record(visit_id, "SCJG")
    going.accept(record_id, "SCJG")
    with going.world.city.acting("scjg.officer"):
        service.complete_report(visit_id, "规范", "无")
    return going, visit_id, record_id


def counts() -> dict[str, int]:
    return {
        table.__tablename__: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in TABLES
    }


def test_a_bureau_that_is_not_on_it_sees_nothing(done: Any) -> None:
    going, visit_id, record_id = done
    with going.world.city.acting("mzj.planner"):
        assert set(counts().values()) == {0}
        with pytest.raises(NotFound):
            queries.visit(visit_id)
        with pytest.raises(NotFound):
            queries.record(record_id)


def test_a_bureau_of_the_campaign_sees_only_the_visits_it_is_on(done: Any) -> None:
    going, _, _ = done
    city = going.world.city
    with city.acting("xfjy.planner"):
        seen = set(db.session.scalars(sa.select(Visit.id)))
    with city.acting("scjg.planner"):
        mine = {v.id for v in going.visits() if city.bureaus["XFJY"] in queries.party_ids(v.id)}
        assert seen == mine < {v.id for v in going.visits()}


def test_a_partner_reads_a_record_after_acceptance_and_changes_nothing(done: Any) -> None:
    going, visit_id, record_id = done
    partner = going.partner(visit_id).lower()
    with going.world.city.acting(f"{partner}.planner"):
        assert queries.record(record_id).state == "accepted"
        assert queries.items(record_id) and queries.report(record_id) is not None
        for table in (Visit, VisitParty, Record, RecordItem, Report):
            assert db.session.execute(sa.update(table).values(tenant_id=new_id())).rowcount == 0  # type: ignore[attr-defined]
        left = sa.update(VisitMember).values(left_reason="离开")
        assert db.session.execute(left).rowcount == 0  # type: ignore[attr-defined]
        assert counts()["followup"] == 0 and counts()["record_submission"] == 0


def test_the_lead_does_not_read_a_partners_record_before_acceptance(going: DrawnCampaign) -> None:
    visit_id = going.joint()
    partner = going.partner(visit_id)
    record_id = going.record(visit_id, partner)
    with going.world.city.acting("scjg.planner"):
        with pytest.raises(NotFound):
            queries.record(record_id)
        assert queries.parts(visit_id)[going.world.city.bureaus[partner]].submitted_at is not None
    going.accept(record_id, partner)
    with going.world.city.acting("scjg.planner"):
        assert queries.record(record_id).results == ["nothing"]


def test_a_row_of_a_party_is_for_parties_alone(done: Any, going: DrawnCampaign) -> None:
    """A bureau that is not on the visit cannot claim a part of it."""
    _, visit_id, _ = done
    city = going.world.city
    with city.acting("mzj.planner"):
        db.session.add(VisitPart(tenant_id=city.bureaus["MZJ"], visit_id=visit_id))
        with pytest.raises(sa.exc.IntegrityError):
            db.session.flush()
        db.session.rollback()


def test_the_supervisor_reads_and_writes_nothing(done: Any) -> None:
    going, visit_id, record_id = done
    with going.world.city.acting("sfj.supervisor", supervisor=True):
        assert queries.visit_state(queries.visit(visit_id)).parts.begun == 1
        assert queries.record(record_id).state == "accepted"
        with pytest.raises(ProgrammingError, match="permission denied"):
            db.session.execute(sa.update(Visit).values(state="cancelled"))
        db.session.rollback()


def test_the_public_has_the_function_of_the_code_and_nothing_else(
    done: Any, owner: psycopg.Connection
) -> None:
    """R-V2."""
    going, visit_id, _ = done
    with going.world.city.acting("scjg.planner"):
        visit, team = queries.visit(visit_id), queries.team(visit_id)
        names, number, code = {m.name for m in team}, visit.number, visit.code
    with in_scope(scope.public("test"), going.world.city.app):
        with pytest.raises(ProgrammingError, match="permission denied"):
            db.session.execute(sa.select(Visit))
        db.session.rollback()
        look = sa.text("SELECT check_visit_code(:code, :who)")
        assert db.session.scalar(look, {"code": "0" * 16, "who": "x"}) is None
        found = db.session.scalar(look, {"code": code, "who": "x"})
        db.session.commit()
        assert found["number"] == number and found["checks"] == 1
        assert {m["name"] for party in found["parties"] for m in party["members"]} == names
        assert all(matter["basis"] for party in found["parties"] for matter in party["matters"])
        for _ in range(59):
            db.session.scalar(look, {"code": code, "who": "x"})
        assert db.session.scalar(look, {"code": code, "who": "x"}) == {"held_back": True}
        assert db.session.scalar(look, {"code": code, "who": "y"})["number"] == number
        db.session.commit()
    row = owner.execute("SELECT count(*) FROM code_check WHERE visit_id = %s", (visit_id,)).fetchone()
    assert row == (61,)


def test_a_scan_on_entry_is_known_at_the_beginning(going: DrawnCampaign) -> None:
    """R-V2, 扫码入企."""
    visit_id = going.joint()
    with going.world.city.acting("scjg.planner"):
        code = queries.visit(visit_id).code
    with in_scope(scope.public("test"), going.world.city.app):
        look = sa.text("SELECT check_visit_code(:code, 'firm')")
        shown = db.session.scalar(look, {"code": code})["shown"]
        db.session.commit()
    with going.world.city.acting("scjg.officer"):
        with pytest.raises(ClerkError, match="输入页面上显示的核验数字"):
            service.begin(visit_id)
        part = service.begin(visit_id, number=shown)
        assert part.scanned is True and part.unscanned_reason is None
