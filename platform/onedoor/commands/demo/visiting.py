"""Chapters five and six: visits are approved and noticed, carried out, recorded, accepted, reported, disclosed.

Some visits are left as they are noticed, so that whoever looks at the demo can carry one out.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from onedoor.commands.demo.acting import Cast
from onedoor.kernel import jobs
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.scope import entering
from onedoor.registry import queries as registry
from onedoor.visits import queries, service
from onedoor.visits.models import Visit
from tenants import approvals, scope
from tenants.models import UserAccount

LEFT_TO_TRY = 4


@dataclass(frozen=True)
class Visited:
    """Records the units accepted, and results made public."""

    records: int
    disclosed: int


def count(cast: Cast, campaign_id: UUID) -> int:
    """How many visits were scheduled."""
    with cast.acting("scjg.planner"):
        return len(queries.of_campaign(campaign_id))


def carry_out(cast: Cast, campaign_id: UUID) -> Visited:
    """All but the last few visits, from approval to disclosure."""
    _approve(cast, campaign_id)
    with cast.acting("scjg.planner"):
        visits = queries.of_campaign(campaign_id)[:-LEFT_TO_TRY]
        plans = [(visit, queries.party_ids(visit.id)) for visit in visits]
    accepted: dict[str, list[UUID]] = {}
    for number, (visit, parties) in enumerate(plans):
        _scan(cast, visit)
        for letters, tenant_id in cast.bureaus.items():
            if tenant_id in parties:
                accepted.setdefault(letters, []).append(_record(cast, visit, letters, number))
    return Visited(sum(map(len, accepted.values())), sum(_disclose(cast, *each) for each in accepted.items()))


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


def _scan(cast: Cast, visit: Visit) -> None:
    """The shopkeeper scans the code the officers show (R-V2)."""
    with entering(scope.public("demo"), cast.app):
        db.session.execute(
            sa.text("SELECT check_visit_code(:code, :origin)"),
            {"code": visit.code, "origin": secrets.token_hex(16)},
        )
        db.session.commit()


def _record(cast: Cast, visit: Visit, letters: str, number: int) -> UUID:
    """One bureau's part by an officer of its team: begun, filled, submitted, accepted, reported."""
    with cast.acting(_officer_of(cast, visit, letters)) as person:
        service.begin(visit.id)
        service.open_record(visit.id)
        found = _found(letters, number)
        for matter in queries.matters(visit.id, person.tenant_id):
            answers = {f"point-{place}": "yes" for place in range(len(matter.checklist))}
            service.save_item(visit.id, matter.id, answers=answers, results=[found], note="", revision=0)
        record_id = service.submit_record(visit.id, secrets.token_hex(16), _ending(found)).id
    with cast.acting(f"{letters.lower()}.reviewer") as person:
        waiting = approvals.waiting_for("record", record_id)
        assert waiting is not None
        service.decide_record(waiting, True, "", person.permissions)
    with cast.acting(_officer_of(cast, visit, letters)):
        service.complete_report(visit.id, "检查对象配合检查，现场情况与记录一致。", "按检查结果处理并公示。")
    return record_id


def _officer_of(cast: Cast, visit: Visit, letters: str) -> str:
    """The account of the first officer of this bureau on the team."""
    with cast.acting(f"{letters.lower()}.planner") as person:
        members = [one for one in queries.team(visit.id) if one.bureau_id == person.tenant_id]
        officer = registry.inspector(members[0].inspector_id)
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


def _disclose(cast: Cast, letters: str, record_ids: list[UUID]) -> int:
    with cast.acting(f"{letters.lower()}.discloser"):
        return service.disclose(record_ids)
