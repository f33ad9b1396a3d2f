"""Carrying a visit out, each bureau its own part: begin, postpone, not found, refused (R-V2, R-V4)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from onedoor.campaigns import queries as campaigns
from onedoor.campaigns import service as campaigning
from onedoor.campaigns.rules.states import CampaignState
from onedoor.kernel import jobs, locks
from onedoor.kernel.clock import local_day, now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import current_scope, in_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.officers import queries as officers
from onedoor.officers.queries.proposals import agreed_value
from onedoor.officers.rules.codes import InspectorStatus
from onedoor.plans import service as plans
from onedoor.visits import queries
from onedoor.visits.models import Visit, VisitMember, VisitPart
from onedoor.visits.rules.kinds import Exceptional
from onedoor.visits.rules.states import SubstitutionState
from onedoor.visits.service.approval import check_day, why_not_begin
from onedoor.visits.service.audit_trail import own_bureau, record_step


def begin(
    visit_id: UUID, *, number: str = "", reason: str = "", at: datetime | None = None, origin: str = ""
) -> VisitPart:
    """An officer of the team begins this bureau's part. Doing it again changes nothing.

    What needs no entry needs no scan either, and counts for no cap (R-V3). The entry counts as scanned (扫码入企) by the `number` that the page behind the code showed whoever
    scanned it: somebody else, there, some minutes ago. Otherwise it is back-filled with the reason and, where it was earlier, the
    time, within the days the place sets (R-V2). `origin` is a digest of the officer's own address.
    """
    visit = queries.visit(visit_id)
    officer = on_the_team(visit)
    part, entering = my_part(visit), queries.needs_entry(visit.id, own_bureau())
    if part.begun_at is not None and (part.entered or not entering):
        return part
    problem = why_not_begin(visit, at)
    if problem is not None:
        raise problem
    going = queries.my_substitution(visit.id)
    if going is not None and going.state == SubstitutionState.APPROVED:
        raise Conflict("本单位已同意改由替补对象，不再检查。")
    began = at or now()
    check_seats(visit)
    check_certificates(visit, local_day(began))
    if not entering:
        if at is not None or visit.exceptional == Exceptional.DEVIATION:
            _check_time(visit, began)
        return _begin_without_entry(visit, part, officer, began)
    scanned = bool(number.strip())
    if scanned:
        if at is not None:
            raise ClerkError("输入核验数字的，是现在开始检查，不用填开始时间。")
        part.same_address = _enter_number(visit, number, origin)
    else:
        _check_backfill(visit, reason, began)
    part.scanned, part.unscanned_reason = scanned, None if scanned else reason.strip()
    if part.begun_at is None:
        part.begun_at, part.begun_by = began, officer.name
    part.entered = True
    _count_the_door(visit, local_day(began))
    _note_beginning(visit)
    text = (
        Sentence("%(name)s开始检查，已扫检查码", name=officer.name)
        if scanned
        else Sentence(
            "%(name)s开始检查，未扫检查码，补录原因：%(reason)s", name=officer.name, reason=reason.strip()
        )
    )
    record_step(visit, "visit", text, "visit.begin", {"scanned": scanned})
    return part


def _count_the_door(visit: Visit, day: date) -> None:
    """In the cap ledger: who goes together with others on that day goes through their door (R-J4, R-P6)."""
    if queries.combined_with(visit.id):
        # Two that begin at once see each other.
        locks.hold(f"door {visit.entity_id} {day}")
    door = queries.combined_door(visit.id, day)
    plans.post_to_ledger(visit.entity_code, day.year, visit.id, visit.kind, door_id=door)


def _begin_without_entry(visit: Visit, part: VisitPart, officer: VisitMember, began: datetime) -> VisitPart:
    """In writing, by the network, by another's finding: nobody enters, so there is no code to scan."""
    part.entered, part.begun_at, part.begun_by = False, began, officer.name
    plans.post_to_ledger(visit.entity_code, local_day(began).year, visit.id, visit.kind, entered=False)
    _note_beginning(visit)
    text = Sentence("%(name)s开始检查，不入企", name=officer.name)
    record_step(visit, "visit", text, "visit.begin", {"entered": False})
    return part


def postpone(visit_id: UUID, day: date, reason: str) -> VisitPart:
    """A bureau puts its part off to another day, with the reason; all on the visit see it."""
    visit = queries.visit(visit_id)
    if not reason.strip():
        raise ClerkError("改期请写明原因。", fields={"reason": [N_("请写明原因。")]})
    part = my_part(visit)
    if part.begun_at is not None:
        raise Conflict("本单位的检查已经开始，不能改期。")
    check_day(visit, day)
    if day <= visit.scheduled_on:
        raise ClerkError(
            "新的日期应晚于 %(day)s；需要提前的，请联系牵头部门。",
            day=visit.scheduled_on,
            fields={"day": [N_("请选择更晚的日期。")]},
        )
    part.postponed_to, part.postponed_reason = day, reason.strip()
    text = Sentence("改期到%(day)s：%(reason)s", day=day, reason=reason.strip())
    record_step(visit, "visit", text, "visit.postpone", {"to": str(day), "reason": reason.strip()})
    return part


def my_part(visit: Visit) -> VisitPart:
    """This bureau's part of a visit, locked; made if it is not there yet."""
    party = queries.my_party(visit.id)
    if party.deferred_reason is not None:
        raise Conflict("本单位的事项已改为另行检查：%(reason)s", reason=party.deferred_reason)
    row = {"id": new_id(), "tenant_id": own_bureau(), "visit_id": visit.id}
    db.session.execute(insert(VisitPart).values(row).on_conflict_do_nothing())
    query = sa.select(VisitPart).where(VisitPart.visit_id == visit.id, VisitPart.tenant_id == own_bureau())
    return db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()


def on_the_team(visit: Visit) -> VisitMember:
    """The signed-in officer's place; only who was drawn or, where nobody was, named may check (R-D1, R-L8)."""
    member = queries.my_place(visit.id)
    if member is None:
        raise Forbidden("您不在这次检查的检查组里，只有检查组的执法人员可以检查和填写记录。")
    if member.account_id not in (None, current_scope().actor_id):
        raise Forbidden(
            "%(name)s的账号在抽定检查组以后换过，不能用现在的账号检查和签字。请由牵头部门更换人员，或换回原来的账号。",
            name=member.name,
        )
    return member


def check_seats(visit: Visit) -> None:
    """Raise unless this bureau's seats are held by those who were drawn: what a seat kept is compared with what the library says.

    The same person under another name or with a renewed certificate is known by the head's agreement to that change (R-L9).
    """
    for member in queries.team(visit.id):
        if member.bureau_id != own_bureau():
            continue
        officer = officers.inspector(member.inspector_id)
        if member.account_id is not None and member.account_id != officer.user_id:
            raise Conflict(
                "%(name)s的账号在抽定检查组以后换过，不能开始检查。请更换人员，或换回原来的账号。",
                name=member.name,
            )
        if member.leader and not officer.leads:
            raise Conflict("%(name)s是抽定的组长，现在不能任组长。请先更换人员。", name=member.name)
        if member.account_id is None:
            continue
        for kept, field in ((member.name, "name"), (member.certificate_number, "certificate_number")):
            if getattr(officer, field) != kept and not agreed_value(officer, field):
                raise Conflict(
                    "%(name)s（执法证 %(number)s）抽定以后，名录里的姓名或执法证编号未经批准改过，不能开始检查。"
                    "请更换人员，或换回原来的登记。",
                    name=member.name,
                    number=member.certificate_number,
                )


def check_certificates(visit: Visit, day: date) -> None:
    """Raise if one of this bureau's officers on the team may not check or sign on that day (R-L8)."""
    unfit = queries.unfit_of(visit.id, own_bureau(), day)
    if unfit is None:
        return
    if unfit.status != InspectorStatus.ACTIVE or unfit.certificate_expires_on is None:
        raise Conflict("%(name)s已不能执法，请先由牵头部门更换人员。", name=unfit.name)
    raise Conflict(
        "%(name)s的执法证已于 %(day)s 到期，不能检查和签字，请先由牵头部门更换人员。",
        name=unfit.name,
        day=unfit.certificate_expires_on,
    )


def _enter_number(visit: Visit, number: str, origin: str) -> bool:
    """Enter the number, in a transaction of its own, since a wrong one is counted though it is refused; whether the page was
    opened from the officer's own address."""
    asked = sa.text("SELECT enter_shown_number(:visit, :number, :who)")
    given = {"visit": visit.id, "number": "".join(number.split()), "who": origin}
    with in_scope(current_scope()):
        outcome = db.session.scalar(asked, given)
        db.session.commit()
    if outcome == "held":
        text = N_("核验数字已输错五次，请十分钟后再试；确实无法扫码的，写明原因补录。")
        raise ClerkError(text, fields={"number": [text]})
    if outcome in ("wrong", None):
        text = N_("核验数字不对，或者已过十分钟、已经用过。请对方重新扫码，读出页面上的数字。")
        raise ClerkError(text, fields={"number": [text]})
    return bool(outcome == "same")


def _check_backfill(visit: Visit, reason: str, began: datetime) -> None:
    if not reason.strip():
        text = N_("请对方扫检查码，输入页面上显示的核验数字后开始；确实无法扫码的，请写明原因。")
        raise ClerkError(text, fields={"reason": [N_("请写明没有扫码的原因。")]})
    _check_time(visit, began)


def _check_time(visit: Visit, began: datetime) -> None:
    if visit.exceptional == Exceptional.DEVIATION:
        _check_deviation(visit, began)
        return
    days, first = queries.earliest_beginning()
    if began > now() or local_day(began) < max(first, visit.starts_on):
        raise ClerkError(
            "补录的开始时间应在最近 %(days)s 个工作日之内，且不晚于现在。",
            days=days,
            fields={"at": [N_("请核对开始时间。")]},
        )


def _check_deviation(visit: Visit, began: datetime) -> None:
    """What is registered afterwards began when it was done, however long ago (R-P3)."""
    if began > now() or local_day(began) < visit.starts_on or local_day(began) > visit.ends_on:
        raise ClerkError(
            "事后登记的检查，请填写实际开始的时间（%(first)s 至 %(last)s）。",
            first=visit.starts_on,
            last=visit.ends_on,
            fields={"at": [N_("请填写实际开始的时间。")]},
        )


def _note_beginning(visit: Visit) -> None:
    """The campaign is visiting from its first visit on; its row is the lead's, so the lead's scope writes it."""
    if visit.campaign_id is None:
        return
    campaign = campaigns.campaign(visit.campaign_id)
    if campaign.state != CampaignState.DRAWN:
        return
    if visit.tenant_id == own_bureau():
        campaigning.begin_visits(campaign.id)
        return
    jobs.enqueue(
        JobName.NOTE_BEGINNING,
        {"campaign_id": str(campaign.id)},
        title=Sentence("开始入户检查：%(name)s", name=campaign.name),
        subject=("campaign", campaign.id),
        for_bureau=visit.tenant_id,
    )
