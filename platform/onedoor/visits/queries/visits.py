"""Reads of visits: row policies decide which of them this bureau sees (access.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.officers import queries as officer_queries
from onedoor.officers.models import Inspector
from onedoor.officers.rules.codes import InspectorStatus
from onedoor.visits.models import CodeCheck, Visit, VisitMatter, VisitMember, VisitPart, VisitParty, VisitUnit
from onedoor.visits.rules.states import LADDER, READY, Parts, VisitState, shared_state
from tenants import settings
from tenants.settings import calendars

_COUNTED = {
    "begun": VisitPart.begun_at,
    "submitted": VisitPart.submitted_at,
    "accepted": VisitPart.accepted_at,
    "reported": VisitPart.reported_at,
    "closed": VisitPart.closed_at,
    "postponed": VisitPart.postponed_to,
}


def progress() -> sa.Subquery:
    """How far the parties of each visit are, as `rules.states.Parts` counts it."""
    going = VisitParty.deferred_reason.is_(None)
    counts = [sa.func.count(column).filter(going).label(name) for name, column in _COUNTED.items()]
    outcomes = [
        sa.func.count().filter(going, VisitPart.outcome == name).label(name)
        for name in ("unreachable", "refused")
    ]
    return (
        sa.select(
            VisitParty.visit_id,
            sa.func.count().filter(going).label("parties"),
            *counts,
            *outcomes,
            sa.func.max(VisitPart.postponed_to).label("latest"),
        )
        .outerjoin(
            VisitPart,
            sa.and_(VisitPart.visit_id == VisitParty.visit_id, VisitPart.tenant_id == VisitParty.bureau_id),
        )
        .group_by(VisitParty.visit_id)
        .subquery("progress")
    )


def with_state() -> sa.Select[Any]:
    """Visits with what they are by now: columns of `Visit`, `state_now`, `day`, `parties`, `submitted`,
    `accepted`, as one subquery's columns (so that lists can sort and filter by them)."""
    parts = progress()
    state = sa.case(
        (Visit.state.not_in([state.value for state in READY]), Visit.state),
        *[(condition(parts.c), sa.literal(state.value)) for state, condition in LADDER],
        else_=Visit.state,
    )
    day = sa.func.greatest(Visit.scheduled_on, parts.c.latest)
    return sa.select(
        Visit,
        state.label("state_now"),
        sa.type_coerce(day, sa.Date()).label("day"),
        parts.c.parties,
        parts.c.submitted,
        parts.c.accepted,
    ).join(parts, parts.c.visit_id == Visit.id)


def visit(visit_id: UUID, *, lock: bool = False) -> Visit:
    """The visit, if this bureau leads it, is on it, or supervises its lead."""
    found = db.session.get(Visit, visit_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFound("没有找到这次检查，它可能不存在，或不属于本单位可见的范围。")
    return found


def of_campaign(campaign_id: UUID) -> list[Visit]:
    """The visits of a campaign, by day and number."""
    query = sa.select(Visit).where(Visit.campaign_id == campaign_id)
    return list(db.session.scalars(query.order_by(Visit.scheduled_on, Visit.serial)))


def going(draw_id: UUID, codes: Collection[str]) -> list[Visit]:
    """The visits of a draw to these objects that were not cancelled, in the order they were made."""
    query = sa.select(Visit).where(
        Visit.draw_id == draw_id,
        Visit.entity_code == sa.any_(sa.literal(sorted(codes), sa.ARRAY(sa.Text()))),
        Visit.state != VisitState.CANCELLED.value,
    )
    return list(db.session.scalars(query.order_by(Visit.year, Visit.serial)))


def scheduled_codes(draw_id: UUID) -> set[str]:
    """The objects of a draw that have their visit already."""
    return set(db.session.scalars(sa.select(Visit.object_code).where(Visit.draw_id == draw_id)))


def parties(visit_id: UUID) -> list[VisitParty]:
    """The bureaus on a visit, in the draw's order."""
    query = sa.select(VisitParty).where(VisitParty.visit_id == visit_id).order_by(VisitParty.position)
    return list(db.session.scalars(query))


def party_ids(visit_id: UUID) -> list[UUID]:
    """The ids of the bureaus on a visit."""
    return [party.bureau_id for party in parties(visit_id)]


def my_party(visit_id: UUID) -> VisitParty:
    """This bureau's place on a visit; raises `NotFound` if it has none."""
    tenant_id = current_scope().tenant_id
    query = sa.select(VisitParty).where(VisitParty.visit_id == visit_id, VisitParty.bureau_id == tenant_id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("本单位在这次检查中没有检查事项。")
    return found


def matters(visit_id: UUID, bureau_id: UUID | None = None) -> list[VisitMatter]:
    """The matters of a visit, all or one bureau's, in order."""
    query = sa.select(VisitMatter).where(VisitMatter.visit_id == visit_id).order_by(VisitMatter.position)
    return list(
        db.session.scalars(query if bureau_id is None else query.where(VisitMatter.bureau_id == bureau_id))
    )


def units_of(visit_id: UUID, bureau_id: UUID | None = None) -> dict[UUID, str]:
    """The units whose matters a visit has, or one bureau's, with their names (R-J2)."""
    found = matters(visit_id, bureau_id)
    return {one.unit_id: one.unit_name for one in found if one.unit_id is not None}


def visit_units(visit_id: UUID) -> list[VisitUnit]:
    """What the units said of their parts of a check, by name."""
    query = sa.select(VisitUnit).where(VisitUnit.visit_id == visit_id)
    return list(db.session.scalars(query.order_by(VisitUnit.unit_name)))


def matter(visit_id: UUID, matter_id: UUID) -> VisitMatter:
    """One matter of this bureau at a visit."""
    query = sa.select(VisitMatter).where(
        VisitMatter.id == matter_id,
        VisitMatter.visit_id == visit_id,
        VisitMatter.bureau_id == current_scope().tenant_id,
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("这次检查中没有这个事项，或它不是本单位的事项。")
    return found


def team(visit_id: UUID, *, former: bool = False) -> list[VisitMember]:
    """Who goes, by slot; with `former` also who left."""
    query = sa.select(VisitMember).where(VisitMember.visit_id == visit_id)
    if not former:
        query = query.where(VisitMember.left_at.is_(None))
    return list(db.session.scalars(query.order_by(VisitMember.slot, VisitMember.since)))


def renamed_members(visit_id: UUID) -> dict[UUID, Inspector]:
    """Of whom the library says another name or certificate now than stood in the team when it was made, by the place's id."""
    query = (
        sa.select(VisitMember.id, Inspector)
        .join(Inspector, Inspector.id == VisitMember.inspector_id)
        .where(
            VisitMember.visit_id == visit_id,
            sa.or_(
                Inspector.name != VisitMember.name,
                Inspector.certificate_number.is_distinct_from(VisitMember.certificate_number),
            ),
        )
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def member(member_id: UUID) -> VisitMember:
    """One place on a team."""
    found = db.session.get(VisitMember, member_id)
    if found is None:
        raise NotFound()
    return found


def parts(visit_id: UUID) -> dict[UUID, VisitPart]:
    """How far each bureau is, by bureau."""
    rows = db.session.scalars(sa.select(VisitPart).where(VisitPart.visit_id == visit_id))
    return {part.tenant_id: part for part in rows}


@dataclass(frozen=True)
class VisitStanding:
    """What a visit is by now: its derived state and its day."""

    state: VisitState
    day: date
    parts: Parts


def visit_state(found: Visit) -> VisitStanding:
    """The state of one visit, by the same ladder as `with_state`."""
    going = {party.bureau_id for party in parties(found.id) if party.deferred_reason is None}
    rows = [part for bureau, part in parts(found.id).items() if bureau in going]
    outcomes = Counter(part.outcome for part in rows)
    made = Parts(
        parties=len(going),
        unreachable=outcomes["unreachable"],
        refused=outcomes["refused"],
        **{
            name: sum(getattr(row, column.key) is not None for row in rows)
            for name, column in _COUNTED.items()
        },
    )
    latest = max((row.postponed_to for row in rows if row.postponed_to), default=found.scheduled_on)
    day = max(found.scheduled_on, latest)
    return VisitStanding(shared_state(VisitState(found.state), made), day, made)


def scans(visit_id: UUID, since: date) -> int:
    """How often the visit's code was looked at from a day on, by somebody who was not signed in here."""
    query = sa.select(sa.func.count()).where(
        CodeCheck.visit_id == visit_id,
        CodeCheck.origin.not_like("inside:%"),
        sa.func.date(sa.func.timezone("Asia/Shanghai", CodeCheck.at)) >= since,
    )
    return db.session.scalar(query) or 0


def my_inspector_ids(user_id: UUID | None) -> list[UUID]:
    """The inspectors of this bureau that a signed-in person is (one, as a rule)."""
    query = sa.select(Inspector.id).where(
        Inspector.user_id == user_id, Inspector.tenant_id == current_scope().tenant_id
    )
    return list(db.session.scalars(query))


def my_place(visit_id: UUID) -> VisitMember | None:
    """The signed-in officer's place on a visit's team."""
    ids = my_inspector_ids(current_scope().actor_id)
    return next((member for member in team(visit_id) if member.inspector_id in ids), None)


def my_visits() -> list[Any]:
    """Approved visits the signed-in officer is on whose record his bureau has not handed in, soonest first.

    Each row has `Visit`, `state_now` and `day`.
    """
    return list(db.session.execute(mine_to_record().order_by(sa.text("day"), Visit.serial)))


def mine_to_record() -> sa.Select[Any]:
    """The same, in no order, for a list."""
    scope = current_scope()
    own = sa.select(Inspector.id).where(
        Inspector.user_id == scope.actor_id, Inspector.tenant_id == scope.tenant_id
    )
    mine = sa.select(VisitMember.visit_id).where(
        VisitMember.inspector_id.in_(own), VisitMember.left_at.is_(None)
    )
    handed_in = sa.exists().where(
        VisitPart.visit_id == Visit.id,
        VisitPart.tenant_id == scope.tenant_id,
        VisitPart.submitted_at.is_not(None),
    )
    ready = Visit.state.in_([state.value for state in READY])
    return with_state().where(Visit.id.in_(mine), ready, ~handed_in)


def unfit(campaign_id: UUID) -> list[tuple[Visit, VisitMember, Inspector]]:
    """Places of visits not begun whose inspector, by the library as it is now, may not check on the day (R-L8).

    The certificate ends before the visit (or has ended), or the inspector is suspended or has left; or is on leave, as far
    as this bureau knows: its own officers.
    """
    day = sa.func.greatest(Visit.scheduled_on, today())
    query = (
        sa.select(Visit, VisitMember, Inspector)
        .join(VisitMember, VisitMember.visit_id == Visit.id)
        .join(Inspector, Inspector.id == VisitMember.inspector_id)
        .where(
            Visit.campaign_id == campaign_id,
            Visit.state != VisitState.CANCELLED.value,
            VisitMember.left_at.is_(None),
            sa.or_(_unfit_on(day), officer_queries.away_on(day)),
            ~sa.exists().where(VisitPart.visit_id == Visit.id, VisitPart.begun_at.is_not(None)),
        )
        .order_by(Visit.scheduled_on, Visit.serial, VisitMember.slot)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def unfit_of(visit_id: UUID, bureau_id: UUID, day: date) -> Inspector | None:
    """An inspector of this bureau on the team who may not check or sign on that day, if there is one (R-L8)."""
    query = (
        sa.select(Inspector)
        .join(VisitMember, VisitMember.inspector_id == Inspector.id)
        .where(
            VisitMember.visit_id == visit_id,
            VisitMember.bureau_id == bureau_id,
            VisitMember.left_at.is_(None),
            _unfit_on(sa.literal(day)),
        )
        .limit(1)
    )
    return db.session.scalar(query)


def _unfit_on(day: sa.ColumnElement[date]) -> sa.ColumnElement[bool]:
    return sa.or_(
        Inspector.status != InspectorStatus.ACTIVE,
        Inspector.certificate_expires_on.is_(None),
        Inspector.certificate_expires_on < day,
    )


def counts(campaign_id: UUID) -> dict[str, int]:
    """How many visits of a campaign are in each state by now, and in all (`all`)."""
    rows = with_state().where(Visit.campaign_id == campaign_id).subquery()
    query = sa.select(rows.c.state_now, sa.func.count()).group_by(rows.c.state_now)
    found = {row[0]: row[1] for row in db.session.execute(query)}
    return {**found, "all": sum(found.values())}


def counts_of(campaign_ids: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """The same of several campaigns at once."""
    rows = with_state().where(Visit.campaign_id.in_(campaign_ids)).subquery()
    query = sa.select(rows.c.campaign_id, rows.c.state_now, sa.func.count()).group_by(
        rows.c.campaign_id, rows.c.state_now
    )
    found: dict[UUID, dict[str, int]] = {}
    for campaign_id, state, number in db.session.execute(query):
        counted = found.setdefault(campaign_id, {"all": 0})
        counted[state] = number
        counted["all"] += number
    return found


calendar = calendars.work_calendar


def earliest_beginning() -> tuple[int, date]:
    """How far back a beginning may be entered afterwards (R-V2): the working days that this bureau's place sets, and the
    first day they reach back to."""
    days = int(settings.value("visit_backfill_days"))
    return days, calendar().add_working_days(today(), -days)
