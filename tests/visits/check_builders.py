"""Checks that no draw made, of made-up firms: what the tests of kinds, sources and approvals stand on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.workdays import WorkCalendar
from onedoor.officers.models import Inspector
from onedoor.visits import queries, service
from onedoor.visits.models import Visit
from onedoor.visits.rules.kinds import Kind, Source
from onedoor.visits.service import Proposal
from tenants import approvals
from tests.campaigns.builders import World, firm_code
from tests.visits.builders import HEAD, REVIEWER, DrawnCampaign

CLERK = "scjg.planner"


@dataclass
class Desk:
    """Market regulation's desk: proposes, submits and decides."""

    world: World
    taken: int = 0

    def firm(self) -> str:
        """The code of a firm that nobody checked yet."""
        with self.world.city.acting(CLERK):
            checked = set(db.session.scalars(sa.select(Visit.entity_code)))
        self.taken += 1
        while firm_code(self.taken) in checked:
            self.taken += 1
        return firm_code(self.taken)

    def workday(self) -> Any:
        """The next working day from today on."""
        calendar: WorkCalendar = queries.calendar()
        return today() if calendar.is_working_day(today()) else calendar.add_working_days(today(), 1)

    def proposal(self, **more: Any) -> Proposal:
        """A single check after a complaint, as it usually is."""
        with self.world.city.acting(CLERK):
            day = self.workday()
        return Proposal(**{
            "kind": Kind.SINGLE, "source": Source.COMPLAINT, "entity_code": more.pop("entity_code", None) or self.firm(),
            "item_ids": self.world.items["SCJG"][:1], "inspector_ids": self.world.officers["SCJG"][:2],
            "starts_on": day, "reason": "群众反映后厨不洁", "reference": "12345-0001", **more,
        })  # fmt: skip

    def proposed(self, **more: Any) -> UUID:
        """Registered."""
        proposal = self.proposal(**more)
        with self.world.city.acting(CLERK):
            return service.propose(proposal).id

    def submitted(self, **more: Any) -> UUID:
        """And submitted."""
        visit_id = self.proposed(**more)
        with self.world.city.acting(CLERK):
            service.submit_check(visit_id)
        return visit_id

    def decide(
        self, visit_id: UUID, who: str, permissions: Any, approved: bool = True, reason: str = ""
    ) -> None:
        """The word of the unit or of the head."""
        with self.world.city.acting(who):
            approval = approvals.waiting_for("check", visit_id)
            assert approval is not None
            service.decide_check(approval, approved, reason, permissions)

    def approved(self, **more: Any) -> UUID:
        """And approved."""
        visit_id = self.submitted(**more)
        self.approve(visit_id)
        return visit_id

    def approve(self, visit_id: UUID) -> None:
        """Reviewed and approved."""
        self.decide(visit_id, "scjg.reviewer", REVIEWER)
        self.decide(visit_id, "scjg.head", HEAD)

    def record(self, visit_id: UUID, **ending: Any) -> UUID:
        """Begun, recorded and accepted; returns the record's id."""
        drawn = DrawnCampaign(self.world, visit_id, visit_id)
        record_id = drawn.record(visit_id, "SCJG", **ending)
        drawn.accept(record_id, "SCJG")
        return record_id

    def line(self, kind: str, **more: Any) -> UUID:
        """A line of a kind in a published plan of this bureau alone."""
        return self.world.line((), kind=kind, **more)

    def officer(self, number: int) -> Inspector:
        """One of its officers."""
        return db.session.get_one(Inspector, self.world.officers["SCJG"][number])
