"""A city with something to oversee: filings, a joint campaign drawn, visits at every stage, results and delays."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.filing import service as filing
from onedoor.filing.models import Filing
from onedoor.kernel.clock import today
from onedoor.kernel.db import db, new_id
from onedoor.visits import queries as visits
from onedoor.visits import service
from onedoor.visits.models import Record
from tests.campaigns.builders import World
from tests.visits.builders import DrawnCampaign, draw, run_jobs_of, settle


@dataclass
class Scene:
    """What was made, by name; `whole` is a joint visit with every record accepted,
    `found_problem` a record whose report and disclosure are overdue."""

    drawn: DrawnCampaign
    whole: UUID
    found_problem: UUID
    filings: dict[str, UUID] = field(default_factory=dict)

    @property
    def city(self) -> Any:
        """The made-up city."""
        return self.drawn.world.city


def letters_of(drawn: DrawnCampaign, visit_id: UUID) -> list[str]:
    """The bureaus on a visit, by letters; in a scope that may see it."""
    named = {bureau: letters for letters, bureau in drawn.world.city.bureaus.items()}
    return [named[bureau] for bureau in visits.party_ids(visit_id)]


def make(city: Any) -> Scene:
    """Everything, by the people whose part it is; only the passing of days is set by hand."""
    run_jobs = run_jobs_of(city.app)
    drawn = draw(settle(World(city).fill()))
    drawn.approve()
    with city.acting("scjg.planner"):
        whole = drawn.joint()
        parties = letters_of(drawn, whole)
        alone = next(v.id for v in drawn.visits() if v.id != whole and "SCJG" in letters_of(drawn, v.id))
    records = {letters: drawn.record(whole, letters) for letters in parties}
    for letters, record_id in records.items():
        drawn.accept(record_id, letters)
    problem = drawn.record(alone, "SCJG", ["corrected"], handling="correct", handling_due_on=today())
    drawn.accept(problem, "SCJG")
    scene = Scene(drawn, whole, problem)
    with city.acting("scjg.discloser"):
        service.disclose([records["SCJG"]])
    _make_late(city, problem)
    _file(scene)
    run_jobs()
    return scene


def _make_late(city: Any, record_id: UUID) -> None:
    """Days pass: report and disclosure of a record are overdue since yesterday."""
    with city.acting("scjg.planner"):
        yesterday = today() - timedelta(days=1)
        db.session.execute(
            sa.update(Record)
            .where(Record.id == record_id)
            .values(report_due_on=yesterday, disclose_due_on=yesterday)
        )


def _file(scene: Scene) -> None:
    """The city's market regulation files late, the county's in time; justice accepts the first."""
    for who, due in (("scjg.planner", -1), ("xscjg.planner", 1)):
        with scene.city.acting(who) as scope:
            sent = filing.send(
                "plan",
                new_id(),
                f"{scope.bureau_name}年度检查计划",
                version=1,
                review=False,
                due_on=today() + timedelta(days=due),
                summary={"计划行数": "3"},
            )
            receivers = {one.receiver_id: one.id for one in sent}
            scene.filings[who.split(".")[0].upper()] = receivers[scene.city.bureaus["SFJ"]]
    with scene.city.acting("sfj.supervisor"):
        found = db.session.get_one(Filing, scene.filings["SCJG"])
        filing.answer(found.id, True, "材料齐全")
