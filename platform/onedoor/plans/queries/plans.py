"""Reads of plans and their lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.plans.models import Plan, PlanLine, PlanLineItem
from onedoor.plans.rules.states import PlanKind, PlanState

# Of these kinds a bureau has one plan a year, by the rules (R-P1, R-P2).
ONE_A_YEAR = (PlanKind.YEARLY, PlanKind.FIRST_HALF, PlanKind.SECOND_HALF)


def plan(plan_id: UUID, *, lock: bool = False) -> Plan:
    """The plan: mine, or another bureau's once published."""
    found = db.session.get(Plan, plan_id, with_for_update=lock)
    if found is None:
        raise NotFound("没有找到这份计划，它可能尚未公布，或不属于本单位。")
    return found


def visible_plan(plan_id: UUID) -> Plan | None:
    """The plan if this scope may see it; a partner reads its own line before it may read the plan."""
    return db.session.get(Plan, plan_id)


def my_plan(plan_id: UUID) -> Plan:
    """The plan, locked, if it is this bureau's own; another's is not found, published or not (R-T1)."""
    query = sa.select(Plan).where(Plan.id == plan_id, Plan.tenant_id == current_scope().tenant_id)
    found = db.session.scalar(query.with_for_update())
    if found is None:
        raise NotFound("没有找到这份计划，它可能已被移走，或不属于本单位。")
    return found


def my_plans() -> sa.Select[Plan]:
    """The newest version of each plan of this bureau, for a list."""
    later = orm.aliased(Plan)
    newer = sa.exists().where(later.series_id == Plan.series_id, later.version > Plan.version)
    return sa.select(Plan).where(Plan.tenant_id == current_scope().tenant_id, ~newer)


def published_plans() -> sa.Select[Plan]:
    """Published plans of every bureau, for a list."""
    return sa.select(Plan).where(Plan.state == PlanState.PUBLISHED)


def special_plans(bureau_id: UUID, year: int) -> int:
    """How many special plans a bureau has in a year beyond their drafts (R-P7)."""
    with_the_planner = (PlanState.DRAFT, PlanState.RETURNED)
    query = sa.select(sa.func.count(sa.distinct(Plan.series_id))).where(
        Plan.tenant_id == bureau_id,
        Plan.year == year,
        Plan.kind == "special",
        Plan.state.not_in(with_the_planner),
    )
    return db.session.scalar(query) or 0


def versions(series_id: UUID) -> list[Plan]:
    """All versions of a plan that this scope may see, newest first."""
    query = sa.select(Plan).where(Plan.series_id == series_id).order_by(Plan.version.desc())
    return list(db.session.scalars(query))


def former(given: Plan) -> Plan | None:
    """The version that this one changes, or changed."""
    query = sa.select(Plan).where(Plan.series_id == given.series_id, Plan.version == given.version - 1)
    return db.session.scalar(query)


def lines(plan_id: UUID) -> list[PlanLine]:
    """The lines of a plan in order of their numbers."""
    query = sa.select(PlanLine).where(PlanLine.plan_id == plan_id).order_by(PlanLine.number)
    return list(db.session.scalars(query))


def line(line_id: UUID) -> PlanLine:
    """A line: mine, one that has this bureau as a partner, or of a published plan."""
    found = db.session.get(PlanLine, line_id)
    if found is None:
        raise NotFound("没有找到这一行计划，它可能已被删除，或所在计划尚未公布。")
    return found


def published_line(code: str) -> PlanLine | None:
    """A line by its code, as the published version of its plan has it; None where that has it no more (R-P4)."""
    query = (
        sa.select(PlanLine)
        .join(Plan, Plan.id == PlanLine.plan_id)
        .where(PlanLine.code == code, Plan.state == PlanState.PUBLISHED)
    )
    return db.session.scalar(query)


def my_line(line_id: UUID) -> PlanLine:
    """A line of this bureau's own plans."""
    found = line(line_id)
    if found.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这一行计划，它可能已被删除，或不属于本单位。")
    return found


def line_items(line_id: UUID) -> list[PlanLineItem]:
    """The items of a line, the lead's first."""
    query = sa.select(PlanLineItem).where(PlanLineItem.line_id == line_id).order_by(PlanLineItem.position)
    return list(db.session.scalars(query))


def stands_in_joint_plan(organizer: UUID, year: int, wanted: Collection[tuple[UUID, str]]) -> bool:
    """Whether all these items (bureau, number) stand together in a joint line of a bureau's published plan (R-J1)."""
    query = (
        sa.select(PlanLineItem.line_id, PlanLineItem.bureau_id, PlanLineItem.item_number)
        .join(PlanLine, PlanLine.id == PlanLineItem.line_id)
        .join(Plan, Plan.id == PlanLine.plan_id)
        .where(
            Plan.tenant_id == organizer, Plan.year == year, Plan.state == PlanState.PUBLISHED, PlanLine.joint
        )
    )
    lines: dict[UUID, set[tuple[UUID, str]]] = {}
    for line_id, bureau_id, number in db.session.execute(query):
        lines.setdefault(line_id, set()).add((bureau_id, number))
    return any(set(wanted) <= listed for listed in lines.values())


def items_of(line_ids: Iterable[UUID]) -> dict[UUID, list[PlanLineItem]]:
    """The items of several lines at once."""
    query = sa.select(PlanLineItem).where(PlanLineItem.line_id.in_(list(line_ids)))
    found: dict[UUID, list[PlanLineItem]] = {}
    for item in db.session.scalars(query.order_by(PlanLineItem.position)):
        found.setdefault(item.line_id, []).append(item)
    return found


def my_open_lines(kind: str = "random") -> list[PlanLine]:
    """Lines of a kind in this bureau's plans as published now, for a campaign (R-P3)."""
    query = (
        sa.select(PlanLine)
        .join(Plan, Plan.id == PlanLine.plan_id)
        .where(
            Plan.tenant_id == current_scope().tenant_id,
            Plan.state == PlanState.PUBLISHED,
            PlanLine.kind == kind,
        )
        .order_by(Plan.year.desc(), PlanLine.number)
    )
    return list(db.session.scalars(query))


def lines_to_begin(held: Mapping[str, int], most: int) -> list[PlanLine]:
    """Random lines of this bureau's published plans whose period has begun or begins this month, with a turn left."""
    day = today()
    month_end = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    query = (
        sa.select(PlanLine)
        .join(Plan, Plan.id == PlanLine.plan_id)
        .where(
            Plan.tenant_id == current_scope().tenant_id,
            Plan.state == PlanState.PUBLISHED,
            PlanLine.kind == "random",
            PlanLine.starts_on <= month_end,
            PlanLine.ends_on >= day,
        )
        .order_by(PlanLine.ends_on, PlanLine.number)
    )
    left = [one for one in db.session.scalars(query) if held.get(one.code, 0) < one.times_a_year]
    return left[:most]


def has_yearly(year: int) -> bool:
    """Whether this bureau has a yearly plan of a year, drafted or beyond."""
    mine = sa.exists().where(
        Plan.tenant_id == current_scope().tenant_id, Plan.year == year, Plan.kind == "yearly"
    )
    return bool(db.session.scalar(sa.select(mine)))


def same_plan(kind: str, year: int) -> Plan | None:
    """This bureau's plan of a kind of which a year has one, as it stands; None of kinds that may be several."""
    if PlanKind(kind) not in ONE_A_YEAR:
        return None
    return db.session.scalars(my_plans().where(Plan.kind == kind, Plan.year == year).limit(1)).first()


def lines_with_me() -> list[PlanLine]:
    """Lines of other bureaus' plans in which this bureau is a partner, newest first."""
    me = current_scope().tenant_id
    query = sa.select(PlanLine).where(
        PlanLine.tenant_id != me, sa.literal(me) == sa.any_(PlanLine.partner_ids)
    )
    return list(db.session.scalars(query.order_by(PlanLine.code.desc())))
