"""Chapters five and six: visits are approved and noticed, carried out, recorded, accepted, reported, disclosed.

An officer is replaced before, a firm moves away after the notices, one firm is not found. Some visits are left as they
are noticed, so that whoever looks at the demo can carry one out.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from onedoor.commands.demo import late_changes
from onedoor.commands.demo.cast import Cast
from onedoor.commands.demo.late_changes import Change
from onedoor.kernel import jobs
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.scope import in_scope
from onedoor.officers import queries as officer_queries
from onedoor.visits import queries, service
from onedoor.visits.models import Visit
from onedoor.visits.rules.dates import working_days
from tenants import approvals, scope
from tenants.models import UserAccount

LEFT_TO_TRY = 4
# Whose phone the terminal names, and the bureau whose officer is replaced.
SHOWN, REPLACED = "SCJG", "XFJY"


@dataclass(frozen=True)
class Visited:
    """Records the units accepted, results made public, and what went otherwise than drawn."""

    records: int
    disclosed: int
    changes: list[Change]


def count(cast: Cast, campaign_id: UUID) -> int:
    """How many visits were scheduled."""
    with cast.acting("scjg.planner"):
        return len(queries.of_campaign(campaign_id))


def carry_out(cast: Cast, campaign_id: UUID) -> Visited:
    """All but a few visits, from approval to disclosure."""
    changes = [late_changes.certificate_ends(cast, campaign_id, REPLACED)]
    left = _left_to_try(cast, campaign_id)
    _bring_forward(cast, left[0])
    _approve(cast, campaign_id)
    with cast.acting("scjg.planner"):
        visits = [visit for visit in queries.of_campaign(campaign_id) if visit.id not in left]
        plans = [(visit, queries.party_ids(visit.id)) for visit in visits]
    moved = max(plans, key=lambda plan: len(plan[1]))
    plans.remove(moved)
    changes.append(late_changes.firm_moves_away(cast, moved[0]))
    accepted: dict[str, list[UUID]] = {}
    for number, (visit, parties) in enumerate(plans):
        gone = number == len(plans) - 1
        if gone:
            text = f"{visit.entity_name} was not found at its address: a result of the whole visit"
            changes.append(Change(text, f"/visits/{visit.id}"))
        else:
            scan(cast, visit)
        for letters, tenant_id in cast.bureaus.items():
            if tenant_id in parties:
                record_id = _not_found(cast, visit, letters) if gone else record(cast, visit, letters, number)
                accepted.setdefault(letters, []).append(record_id)
    disclosed = sum(disclose(cast, *each) for each in accepted.items())
    return Visited(sum(map(len, accepted.values())), disclosed, changes)


def _left_to_try(cast: Cast, campaign_id: UUID) -> list[UUID]:
    """The visits nobody carries out: those of the officer whose phone is shown first, then the most joint."""
    with cast.acting(f"{SHOWN.lower()}.officer") as person:
        mine = set(queries.my_inspector_ids(person.user_id))
    with cast.acting("scjg.planner"):
        ranked = sorted(
            queries.of_campaign(campaign_id),
            key=lambda visit: (
                mine.isdisjoint(member.inspector_id for member in queries.team(visit.id)),
                -len(visit.party_ids),
                visit.serial,
            ),
        )
        return [visit.id for visit in ranked[:LEFT_TO_TRY]]


def _bring_forward(cast: Cast, visit_id: UUID) -> None:
    """One of them is due on the first working day there is, today if it is one."""
    with cast.acting("scjg.planner"):
        visit = queries.visit(visit_id)
        days = working_days(queries.calendar(), today(), visit.ends_on)
        if days and days[0] < visit.scheduled_on:
            service.reschedule(visit_id, days[0], "与检查对象商定提前")


def _approve(cast: Cast, campaign_id: UUID) -> None:
    with cast.acting("scjg.planner"):
        service.submit(campaign_id)
    for who in ("scjg.reviewer", "scjg.head"):
        with cast.acting(who) as person:
            waiting = approvals.waiting_for("visits", campaign_id)
            assert waiting is not None
            service.decide(waiting, True, "", person.permissions)
    with cast.acting("scjg.planner") as person:
        job: jobs.Job = service.issue_notices(campaign_id)
    cast.finish(job.id, person.tenant_id)


def scan(cast: Cast, visit: Visit) -> None:
    """The shopkeeper scans the code the officers show (R-V2)."""
    with in_scope(scope.public("demo"), cast.app):
        db.session.execute(
            sa.text("SELECT check_visit_code(:code, :origin)"),
            {"code": visit.code, "origin": secrets.token_hex(16)},
        )
        db.session.commit()


def record(cast: Cast, visit: Visit, letters: str, number: int) -> UUID:
    """One bureau's part by an officer of its team: begun, filled, submitted, accepted, reported; returns the record's id."""
    with cast.acting(_officer_of(cast, visit, letters)) as person:
        service.begin(visit.id)
        service.open_record(visit.id)
        found = _found(letters, number)
        for matter in queries.matters(visit.id, person.tenant_id):
            answers = {f"point-{place}": "yes" for place in range(len(matter.checklist))}
            service.save_item(visit.id, matter.id, answers=answers, results=[found], note="", revision=0)
        record_id = service.submit_record(visit.id, secrets.token_hex(16), _ending(found)).id
    return _conclude(cast, visit, letters, record_id, "检查对象配合检查，现场情况与记录一致。")


def _not_found(cast: Cast, visit: Visit, letters: str) -> UUID:
    """One bureau's part at a firm that is not where it is registered: a result of the whole (R-V6)."""
    with cast.acting(_officer_of(cast, visit, letters)):
        service.begin(visit.id, reason="登记的住所无人，无法扫码")
        service.open_record(visit.id)
        service.set_overall_result(visit.id, "unreachable")
        record_id = service.submit_record(visit.id, secrets.token_hex(16), service.Ending()).id
    return _conclude(cast, visit, letters, record_id, "登记的住所没有该单位，邻近商户不知其去向。")


def _conclude(cast: Cast, visit: Visit, letters: str, record_id: UUID, assessment: str) -> UUID:
    """The unit accepts the record and the officer completes the report."""
    with cast.acting(f"{letters.lower()}.reviewer") as person:
        waiting = approvals.waiting_for("record", record_id)
        assert waiting is not None
        service.decide_record(waiting, True, "", person.permissions)
    with cast.acting(_officer_of(cast, visit, letters)):
        service.complete_report(visit.id, assessment, "按检查结果处理并公示。")
    return record_id


def _officer_of(cast: Cast, visit: Visit, letters: str) -> str:
    """The account of the first officer of this bureau on the team."""
    with cast.acting(f"{letters.lower()}.planner") as person:
        members = [one for one in queries.team(visit.id) if one.bureau_id == person.tenant_id]
        officer = officer_queries.inspector(members[0].inspector_id)
        name = db.session.scalar(sa.select(UserAccount.username).where(UserAccount.id == officer.user_id))
        assert name is not None
        return str(name)


def _found(letters: str, number: int) -> str:
    """Mostly nothing; here and there something made up, for these made-up firms alone."""
    if letters == "SCJG" and number % 7 == 3:
        return "no_activity"
    return "corrected" if (number + len(letters)) % 5 == 0 else "nothing"


def _ending(found: str) -> service.Ending:
    if found == "corrected":
        due = today() + timedelta(days=15)
        return service.Ending(
            attendee="店长",
            signature="signed",
            handling="correct",
            handling_due_on=due,
            handling_note="限期改正",
        )
    return service.Ending(attendee="店长", signature="signed")


def disclose(cast: Cast, letters: str, record_ids: list[UUID]) -> int:
    """The bureau's discloser makes results public; returns how many."""
    with cast.acting(f"{letters.lower()}.discloser"):
        return service.disclose(record_ids)
