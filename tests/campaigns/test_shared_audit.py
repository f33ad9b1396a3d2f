"""What several bureaus do together stands in the chain of each, in the same commit, and reaches nobody else (R-T6, R-T1)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from onedoor.kernel import audit, audit_chain
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.audit_chain.check import examine
from onedoor.kernel.db import db, new_id
from tests.campaigns.builders import World
from tests.campaigns.test_campaign_draw import hold

TOLD = (
    "campaigns.campaign.invite", "draws.draw.create", "draws.list.deposit", "draws.plan.publish",
    "draws.texts.close", "campaigns.draw.run",
)  # fmt: skip


def acts(world: World, who: str, subject: UUID | None = None) -> list[AuditEntry]:
    with world.city.acting(who):
        query = sa.select(AuditEntry).order_by(AuditEntry.at, AuditEntry.id)
        if subject is not None:
            query = query.where(AuditEntry.subject_id == subject)
        return list(db.session.scalars(query))


@pytest.fixture(scope="module")
def drawn(world: World) -> UUID:
    """A joint campaign of market regulation and two partners, drawn."""
    from tasks import runner, worker

    worker.load_handlers()

    def run_jobs() -> int:
        count = 0
        with world.city.app.app_context():
            while waiting := runner.jobs_to_ring():
                count += sum(runner.run(job_id) is not None for _, job_id in waiting)
        return count

    campaign_id = world.ready()
    hold(world, campaign_id, run_jobs)
    return campaign_id


@pytest.mark.parametrize("who", ["yjgl.planner", "xfjy.planner"])
def test_every_step_of_the_joint_draw_stands_in_each_partners_log(
    world: World, drawn: UUID, who: str
) -> None:
    lead = {(one.event, one.at) for one in acts(world, "scjg.planner")}
    copies = [one for one in acts(world, who) if one.origin == "together"]
    assert set(TOLD) <= {one.event for one in copies}
    for copy in copies:
        assert copy.bureau_name and copy.before is None and set(copy.after or {}) == {"entry"}
    of_lead = [one for one in copies if one.bureau_name == "示范市市场监督管理局"]
    assert {(one.event, one.at) for one in of_lead} <= lead


def test_a_partners_answer_stands_in_the_leads_log(world: World, drawn: UUID) -> None:
    answers = [one for one in acts(world, "scjg.planner", drawn) if one.event.startswith("campaigns.answer.")]
    assert {one.bureau_name for one in answers if one.origin == "together"} == {
        "示范市应急管理局",
        "示范市消防救援支队",
    }


def test_who_has_no_part_in_it_hears_nothing(world: World, drawn: UUID) -> None:
    for who in ("wsjk.planner", "xscjg.admin"):
        assert [one for one in acts(world, who) if one.origin == "together"] == []


def test_each_chain_is_whole_with_it(world: World, drawn: UUID) -> None:
    with world.city.app.app_context():
        audit_chain.seal()
    for who in ("scjg.planner", "yjgl.planner", "xfjy.planner"):
        with world.city.acting(who) as scope:
            assert scope.tenant_id is not None
            found = examine(db.session.connection(), scope.tenant_id)
        assert found.breaks == [] and found.entries > len(TOLD)


def test_what_is_undone_is_undone_in_every_log(world: World, drawn: UUID) -> None:
    before = len(acts(world, "yjgl.planner"))
    with pytest.raises(ZeroDivisionError), world.city.acting("scjg.planner"):
        audit.record("plans.plan.submit", ("plan", None), "x", shared_with=[world.city.bureaus["YJGL"]])
        raise ZeroDivisionError
    assert len(acts(world, "yjgl.planner")) == before


def test_nobody_writes_into_the_log_of_a_stranger(world: World, drawn: UUID) -> None:
    stranger = world.city.bureaus["WSJK"]
    with world.city.acting("scjg.planner"):
        audit.record("plans.plan.submit", ("plan", new_id()), "不相干", shared_with=[stranger])
    assert all(one.subject_name != "不相干" for one in acts(world, "wsjk.planner"))


def test_another_bureaus_entry_is_not_passed_on(world: World, drawn: UUID) -> None:
    theirs = acts(world, "yjgl.planner")[0].id
    given: dict[str, Any] = {"entry": theirs, "to": [world.city.bureaus["XFJY"]]}
    with world.city.acting("scjg.planner"):
        assert db.session.scalar(sa.text("SELECT share_audit(:entry, :to)"), given) == 0
