"""A campaign drawn and its visits, with officers who can sign in: what the tests of visits stand on."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from onedoor.campaigns import service as campaigns
from onedoor.draws import queries as draws
from onedoor.draws import rules
from onedoor.draws import service as drawing
from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entity_service
from onedoor.entities.models import DuplicatePair
from onedoor.items.models import Item
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db
from onedoor.kernel.scope import DbRole, Scope, in_scope
from onedoor.officers.models import Inspector
from onedoor.visits import queries, service
from onedoor.visits.models import Visit
from onedoor.visits.rules.states import VisitState
from tasks import runner, worker
from tenants import approvals
from tenants.models import CalendarYear
from tenants.rules import PERMISSIONS, Role
from tests.campaigns.builders import World

JUSTICE = "示范市司法局"
CHECKLIST = [
    {"point": "证照在有效期内", "kind": "yes_no"},
    {"point": "场所类型", "kind": "choice", "options": ["餐饮", "零售"]},
    {"point": "灭火器数量", "kind": "number", "unit": "具"},
    {"point": "其他情况", "kind": "text"},
]
ANSWERS = {"point-0": "yes", "point-1": "餐饮", "point-2": "4", "point-3": "无"}
REVIEWER = PERMISSIONS[Role.REVIEWER]
HEAD = PERMISSIONS[Role.HEAD]
PARTIES = ("SCJG", "YJGL", "XFJY")


def settle(world: World) -> World:
    """Give items a checklist, two officers of each bureau an account, and the years a calendar."""
    with in_scope(Scope(DbRole.OPERATOR), world.city.app):
        for year in (today().year, today().year + 1):
            if not queries.calendar().knows(year):
                db.session.add(CalendarYear(year=year, days_off=[], days_on=[], provenance="试验用"))
        db.session.commit()
    for letters in PARTIES:
        people = [world.city.person(f"{letters.lower()}.{who}") for who in ("officer", "officer2")]
        with world.city.acting(f"{letters.lower()}.planner"):
            db.session.execute(
                sa.update(Item).where(Item.id.in_(world.items[letters])).values(checklist=CHECKLIST)
            )
            for inspector_id, person in zip(world.officers[letters], people, strict=False):
                db.session.get_one(Inspector, inspector_id).user_id = person.user_id
    return world


@dataclass
class DrawnCampaign:
    """A campaign whose draw is run and whose visits are made."""

    world: World
    campaign_id: UUID
    draw_id: UUID
    used: set[UUID] = field(default_factory=set)

    def visits(self) -> list[Visit]:
        """The visits, as the lead sees them (in its scope)."""
        return queries.of_campaign(self.campaign_id)

    def joint(self) -> UUID:
        """A visit nobody asked for yet, on which market regulation and another bureau go together; it takes place and has not begun."""
        with self.world.city.acting("scjg.planner"):
            for visit in self.visits():
                ids = queries.party_ids(visit.id)
                if len(ids) < 2 or self.world.city.bureaus["SCJG"] not in ids or visit.id in self.used:
                    continue
                begun = any(part.begun_at for part in queries.parts(visit.id).values())
                if not begun and visit.state != VisitState.CANCELLED:
                    self.used.add(visit.id)
                    return visit.id
        raise AssertionError("no further joint visit was drawn")

    def parties(self, visit_id: UUID) -> list[str]:
        """The letters of the bureaus on a visit, the lead first."""
        with self.world.city.acting("scjg.planner"):
            ids = queries.party_ids(visit_id)
        return [one for one in PARTIES if self.world.city.bureaus[one] in ids]

    def partner(self, visit_id: UUID) -> str:
        """The letters of a bureau other than the lead on a visit."""
        return self.parties(visit_id)[1]

    def approve(self, *, notices: bool = False, parts: bool = True) -> DrawnCampaign:
        """Submitted, reviewed, approved, with `parts` by each partner's head too, and with `notices` noticed."""
        city = self.world.city
        with city.acting("scjg.planner"):
            service.submit(self.campaign_id)
        for who, permissions in (("scjg.reviewer", REVIEWER), ("scjg.head", HEAD)):
            with city.acting(who):
                approval = approvals.waiting_for("visits", self.campaign_id)
                assert approval is not None
                service.decide(approval, True, "", permissions)
        if parts:
            self.approve_parts()
        if notices:
            with city.acting("scjg.planner"):
                service.issue_notices(self.campaign_id)
            run_jobs_of(city.app)()
        return self

    def approve_parts(self) -> None:
        """Each partner's head approves its own part of the visits (R-J2)."""
        city = self.world.city
        for letters in PARTIES[1:]:
            with city.acting(f"{letters.lower()}.planner"):
                if not queries.my_unapproved_parts(self.campaign_id):
                    continue
                service.submit_parts(self.campaign_id)
            for who, permissions in (("reviewer", REVIEWER), ("head", HEAD)):
                with city.acting(f"{letters.lower()}.{who}"):
                    approval = approvals.waiting_for("visit_parts", self.campaign_id)
                    assert approval is not None
                    service.decide_parts(approval, True, "", permissions)

    def record(
        self,
        visit_id: UUID,
        letters: str,
        results: list[str] | None = None,
        **ending: Any,
    ) -> UUID:
        """One bureau's part, begun unless it was, filled and submitted by its officer; returns the record's id."""
        with self.world.city.acting(f"{letters.lower()}.officer"):
            part = queries.parts(visit_id).get(self.world.city.bureaus[letters])
            if part is None or part.begun_at is None:
                service.begin(visit_id, reason="对方手机没电")
            service.open_record(visit_id)
            for matter in queries.matters(visit_id, self.world.city.bureaus[letters]):
                service.save_item(
                    visit_id,
                    matter.id,
                    answers=ANSWERS,
                    results=results or ["nothing"],
                    revision=0,
                    note="当场清理了通道" if "corrected" in (results or []) else "",
                )
            result: dict[str, Any] = {"attendee": "王店长", "signature": "signed", **ending}
            record = service.submit_record(visit_id, secrets.token_hex(16), service.Ending(**result))
            return record.id

    def again(self, visit_id: UUID, letters: str, *, signed_again: bool = False) -> None:
        """A returned record is submitted once more: as it is, or changed and read and signed again."""
        with self.world.city.acting(f"{letters.lower()}.officer"):
            ending = service.Ending(attendee="王店长", signature="signed", signed_again=signed_again)
            service.submit_record(visit_id, secrets.token_hex(16), ending)

    def accept(self, record_id: UUID, letters: str) -> None:
        """The unit accepts a record."""
        self.decide(record_id, letters, True, "")

    def decide(self, record_id: UUID, letters: str, accepted: bool, reason: str) -> None:
        """The unit's word on a record."""
        with self.world.city.acting(f"{letters.lower()}.reviewer"):
            approval = approvals.waiting_for("record", record_id)
            assert approval is not None
            service.decide_record(approval, accepted, reason, REVIEWER)


def run_jobs_of(app: Flask) -> Callable[[], int]:
    """What runs the jobs that wait, through the real runner."""
    worker.load_handlers()

    def run_all() -> int:
        count = 0
        with app.app_context():
            while waiting := runner.jobs_to_ring():
                count += sum(runner.run(job_id) is not None for _, job_id in waiting)
        return count

    return run_all


def draw(
    world: World, officers: int = 2, bp: int = 1000, lead_bp: int | None = None, reserve: int = 2, **more: Any
) -> DrawnCampaign:
    """Hold a draw of all three bureaus, with their first `officers` officers, and have its visits made.

    `bp` is each bureau's rate in basis points, `lead_bp` the lead's if it is another, `reserve` the substitutes of each
    stratum; `more` goes to the plan line, and the `unit` to the campaign.
    """
    run_jobs = run_jobs_of(world.city.app)
    campaign_id = world.invited(**{"rates": {"*": {"bp": lead_bp or bp}}, **more})
    for letters in PARTIES:
        world.accept(
            campaign_id,
            letters,
            inspector_ids=world.officers[letters][:officers],
            cap=60,
            rates={"*": {"bp": lead_bp if lead_bp and letters == "SCJG" else bp}},
            skip_drawn=False,
            reserve=reserve,
        )
    with world.city.acting("scjg.operator"):
        draw_id = campaigns.begin_draw(campaign_id).draw_id
    assert draw_id is not None
    run_jobs()
    nonce = secrets.token_bytes(32)
    with world.city.acting("sfj.supervisor"):
        found = draws.draw(draw_id)
        drawing.commit(
            draw_id, rules.commit("sha256", found.line, found.seq, found.number, JUSTICE, nonce).hex()
        )
    run_jobs()
    with world.city.acting("scjg.operator"):
        drawing.close_texts(draw_id)
        drawing.reveal_system(draw_id)
    with world.city.acting("sfj.supervisor"):
        drawing.reveal(draw_id, nonce.hex())
    run_jobs()
    return DrawnCampaign(world, campaign_id, draw_id)


def end_certificate(world: World, inspector_code: str, day: date) -> None:
    """An officer's certificate ends on a day, in the library and on the teams the lead made."""
    letters = inspector_code.split("-")[0]
    with world.city.acting(f"{letters.lower()}.planner"):
        inspector = db.session.scalars(sa.select(Inspector).where(Inspector.code == inspector_code)).one()
        inspector.certificate_expires_on = day


COORDINATOR = PERMISSIONS[Role.COORDINATOR]


def agree_to_substitute(drawn: DrawnCampaign, visit_id: UUID, letters: str, kind: str = "ceased") -> UUID:
    """A bureau asks for a substitute at a visit and its unit agrees; what the lead does then is a job that waits."""
    who = letters.lower()
    with drawn.world.city.acting(f"{who}.planner"):
        asked = service.ask_substitute(visit_id, kind, "到登记机关核实过", COORDINATOR).id
    with drawn.world.city.acting(f"{who}.reviewer"):
        approval = approvals.waiting_for("substitute", asked)
        assert approval is not None
        service.decide_substitute(approval, True, "", REVIEWER)
    return asked


@contextmanager
def merged(world: World, gone: str, stays: str) -> Iterator[None]:
    """Market regulation finds that two entries of its register are one; it takes that back after."""
    with world.city.acting("scjg.planner"):
        one, other = entity_queries.entity_by_code(gone), entity_queries.entity_by_code(stays)
        first, second = sorted((one.id, other.id))
        pair = DuplicatePair(
            tenant_id=world.city.bureaus["SCJG"], first_id=first, second_id=second, likeness="name", state="open", found_at=now(),
        )  # fmt: skip
        db.session.add(pair)
        db.session.flush()
        merge_id = entity_service.merge_pair(pair, other, "同一家店").id
    try:
        yield
    finally:
        with world.city.acting("scjg.planner"):
            entity_service.undo_merge(entity_queries.merges.my_merge(merge_id), "试完")
