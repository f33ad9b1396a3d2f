"""Chapters five and six, one visit: approved and noticed, begun, recorded, accepted, reported, disclosed.

Some are left as they are noticed, so that whoever looks at the demo can carry one out.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns import queries as campaigns
from onedoor.commands.demo.cast import Cast
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

# What an officer writes where the firm put it right on the spot.
PUT_RIGHT = "当场撤下过期食品并补齐标识"

LEFT_TO_TRY = 4
# Whose phone the terminal names.
SHOWN = "SCJG"


def count(cast: Cast, campaign_id: UUID) -> int:
    """How many visits were scheduled."""
    with cast.acting("scjg.planner"):
        return len(queries.of_campaign(campaign_id))


def make_ready(cast: Cast, campaign_id: UUID) -> int:
    """Approved and noticed, one due on the first day there is, for whoever looks at the demo; returns how many."""
    left = left_to_try(cast, campaign_id)
    if left:
        bring_forward(cast, left[0])
    approve(cast, campaign_id)
    return count(cast, campaign_id)


def left_to_try(cast: Cast, campaign_id: UUID) -> list[UUID]:
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


def bring_forward(cast: Cast, visit_id: UUID) -> None:
    """One of them is due on the first working day there is, today if it is one."""
    with cast.acting("scjg.planner"):
        visit = queries.visit(visit_id)
        days = working_days(queries.calendar(), today(), visit.ends_on)
        if days and days[0] < visit.scheduled_on:
            service.reschedule(visit_id, days[0], "与检查对象商定提前")


def approve(cast: Cast, campaign_id: UUID) -> None:
    """The unit's word and the head's, a day each, then those of each partner, and the notices."""
    with cast.acting("scjg.planner"):
        service.submit(campaign_id)
    for who in ("scjg.reviewer", "scjg.head"):
        cast.later(1)
        with cast.acting(who) as person:
            waiting = approvals.waiting_for("visits", campaign_id)
            assert waiting is not None
            service.decide(waiting, True, "", person.permissions)
    with cast.acting("scjg.planner"):
        codes = [party.bureau.code for party in campaigns.parties(campaign_id)]
    for letters in (code.rpartition("-")[2].lower() for code in codes):
        approve_part(cast, campaign_id, letters)
    with cast.acting("scjg.planner") as person:
        job: jobs.Job = service.issue_notices(campaign_id)
    cast.finish(job.id, person.tenant_id)


def approve_part(cast: Cast, campaign_id: UUID, letters: str) -> None:
    """A partner's unit and its head approve the own part, the day the lead's head did (R-J2)."""
    with cast.acting(f"{letters}.planner"):
        if letters == "scjg" or not queries.my_unapproved_parts(campaign_id):
            return
        service.submit_parts(campaign_id)
    for who in ("reviewer", "head"):
        with cast.acting(f"{letters}.{who}") as person:
            waiting = approvals.waiting_for("visit_parts", campaign_id)
            assert waiting is not None
            service.decide_parts(waiting, True, "", person.permissions)


def scan(cast: Cast, visit: Visit) -> str:
    """The shopkeeper scans the code the officers show, and reads out the number (R-V2)."""
    with in_scope(scope.public("demo"), cast.app):
        look = sa.text("SELECT check_visit_code(:code, :origin)")
        shown = db.session.scalar(look, {"code": visit.code, "origin": secrets.token_hex(16)})
        db.session.commit()
    # What nobody enters for has no code to scan (R-V3).
    return str(shown["shown"]) if shown else ""


def record(cast: Cast, visit: Visit, letters: str, number: int) -> UUID:
    """One bureau's part by an officer of its team, from its beginning to the report; returns the record's id."""
    begin(cast, visit, letters)
    cast.wait()
    found = found_by(letters, number)
    record_id = hand_in(cast, visit, letters, found)
    cast.later(1)
    accept(cast, letters, record_id)
    report(cast, visit, letters, found)
    return record_id


def begin(cast: Cast, visit: Visit, letters: str, *, gone: bool = False) -> None:
    """An officer of this bureau's team is at the door; `gone` if there is none."""
    read_out = "" if gone else scan(cast, visit)
    with cast.acting(_officer_of(cast, visit, letters)):
        service.begin(visit.id, number=read_out, reason="登记的住所无人，无法扫码" if gone else "")
        service.open_record(visit.id)


def hand_in(cast: Cast, visit: Visit, letters: str, found: str) -> UUID:
    """The record, filled and submitted: at a firm that is not where it is registered a result of the whole (R-V6)."""
    with cast.acting(_officer_of(cast, visit, letters)) as person:
        if found == "unreachable":
            service.set_overall_result(visit.id, found)
        else:
            for matter in queries.matters(visit.id, person.tenant_id):
                answers = {f"point-{place}": "yes" for place in range(len(matter.checklist))}
                service.save_item(
                    visit.id,
                    matter.id,
                    answers=answers,
                    results=[found],
                    note=PUT_RIGHT if found == "corrected" else "",
                    revision=0,
                )
        return service.submit_record(visit.id, secrets.token_hex(16), _ending(found)).id


def accept(cast: Cast, letters: str, record_id: UUID) -> None:
    """The unit accepts the record."""
    with cast.acting(f"{letters.lower()}.reviewer") as person:
        waiting = approvals.waiting_for("record", record_id)
        assert waiting is not None
        service.decide_record(waiting, True, "", person.permissions)


def report(cast: Cast, visit: Visit, letters: str, found: str) -> None:
    """The officer completes the report."""
    seen = "检查对象配合检查，现场情况与记录一致。"
    if found == "unreachable":
        seen = "登记的住所没有该单位，邻近商户不知其去向。"
    with cast.acting(_officer_of(cast, visit, letters)):
        service.complete_report(visit.id, seen, "按检查结果处理并公示。")


def _officer_of(cast: Cast, visit: Visit, letters: str) -> str:
    """The account of the first officer of this bureau on the team."""
    with cast.acting(f"{letters.lower()}.planner") as person:
        members = [one for one in queries.team(visit.id) if one.bureau_id == person.tenant_id]
        officer = officer_queries.inspector(members[0].inspector_id)
        name = db.session.scalar(sa.select(UserAccount.username).where(UserAccount.id == officer.user_id))
        assert name is not None
        return str(name)


def found_by(letters: str, number: int) -> str:
    """Mostly nothing; here and there something made up, for these made-up firms alone."""
    if letters == "SCJG" and number % 7 == 3:
        return "no_activity"
    return "corrected" if (number + len(letters)) % 5 == 0 else "nothing"


def _ending(found: str) -> service.Ending:
    if found == "unreachable":
        return service.Ending()
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
