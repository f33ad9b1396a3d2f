"""What a check that no draw made is of: the object, its place, the matters, and the plan line that foresees them (R-P3, R-L5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Entity, Premises
from onedoor.entities.rules.codes import GONE, STATUS_NAMES
from onedoor.items.models import Item
from onedoor.items.rules.codes import ItemState
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.plans import queries as plans
from onedoor.plans.models import Plan, PlanLine
from onedoor.plans.rules.states import PlanKind, PlanState
from onedoor.targets import queries as target_queries
from onedoor.visits.rules.kinds import KIND_NAMES, Kind
from onedoor.visits.service.audit_trail import own_bureau
from tenants import queries as tenants


def chosen_object(code: str, place_number: int | None) -> tuple[Entity, Premises | None]:
    """The entity, and its place where one is named: still there, and of this bureau's place or library."""
    try:
        entity = entity_queries.entity_by_code(code)
    except NotFound as unknown:
        raise ClerkError(
            unknown.message, **unknown.params, fields={"entity_code": [N_("名录里没有这个代码，请核对。")]}
        ) from None
    if entity.status in GONE:
        raise ClerkError(
            "“%(name)s”%(state)s，不能安排检查。请核对代码，或选择承接其经营的主体。",
            name=entity.name,
            state=Sentence(STATUS_NAMES[entity.status]),
            fields={"entity_code": [N_("这个主体已不在登记。")]},
        )
    place = _place(entity, place_number) if place_number else None
    here = set(tenants.places_under(tenants.my_bureau().jurisdiction_code))
    where = place.jurisdiction_code if place else entity.jurisdiction_code
    if where not in here and target_queries.target_of(entity.id) is None:
        raise ClerkError(
            "“%(name)s”不在本单位的辖区，也不在本单位的检查对象名录里。请移送有管辖权的部门，或先列入名录。",
            name=entity.name,
            fields={"entity_code": [N_("不在本单位的辖区和名录里。")]},
        )
    return entity, place


def _place(entity: Entity, number: int) -> Premises:
    place = entity_queries.place_at(entity.id, number)
    if place is None:
        raise ClerkError(
            "“%(name)s”没有编号为 %(number)s 的经营场所，请在它登记的场所里选择。",
            name=entity.name,
            number=number,
            fields={"place_number": [N_("不是这个主体的经营场所。")]},
        )
    if place.closed_on is not None:
        raise ClerkError(
            "这处经营场所已于 %(day)s 停用，请选择在用的场所。",
            day=place.closed_on,
            fields={"place_number": [N_("这处场所已停用。")]},
        )
    return place


def published(item_id: UUID) -> Item | None:
    """An item of this bureau's published list, by its id; None of anything else."""
    item = db.session.get(Item, item_id)
    return (
        item
        if item is not None and item.tenant_id == own_bureau() and item.state == ItemState.PUBLISHED
        else None
    )


def chosen_items(ids: Sequence[UUID], entity: Entity) -> list[Item]:
    """The matters: of this bureau's published list, and about such an object (R-L1, R-L5)."""
    found = [published(one) for one in dict.fromkeys(ids)]
    items = [item for item in found if item is not None]
    if len(items) < len(found):
        raise ClerkError(
            "所选事项有的不在本单位已公布的事项清单里。清单以外的事项不能检查。",
            fields={"item_ids": [N_("请只选本单位已公布的事项。")]},
        )
    for item in items:
        if item.object_kinds and entity.kind not in item.object_kinds:
            raise ClerkError(
                "“%(item)s”不适用于“%(name)s”这一类对象，不能越位检查。",
                item=item.name,
                name=entity.name,
                fields={"item_ids": [N_("有的事项不适用于这个对象。")]},
            )
    return items


def chosen_line(line_id: UUID, kind: Kind) -> PlanLine:
    """A line of this kind in a plan that this bureau published."""
    line = db.session.get(PlanLine, line_id)
    mine = line is not None and line.tenant_id == own_bureau()
    if line is None or not mine or line.kind != kind or plans.plan(line.plan_id).state != PlanState.PUBLISHED:
        raise ClerkError(
            "这不是本单位已公布计划里的%(kind)s行，请重新选择。",
            kind=Sentence(KIND_NAMES[kind]),
            fields={"line_id": [N_("请选择本单位已公布计划里同类的行。")]},
        )
    return line


def special_plan(line_id: UUID | None) -> Plan | None:
    """The special plan whose line is named (R-P7): its number and the paper that approved it stand there already."""
    line = db.session.get(PlanLine, line_id) if line_id is not None else None
    plan = plans.visible_plan(line.plan_id) if line is not None else None
    return plan if plan is not None and plan.kind == PlanKind.SPECIAL else None


def check_within(line: PlanLine, days: tuple[date, date], entity: Entity, items: Sequence[Item]) -> None:
    """Raise unless the line's time, content and scope hold (R-P3)."""
    if not line.starts_on <= days[0] <= days[1] <= line.ends_on:
        raise ClerkError(
            "计划行《%(name)s》的时间是 %(first)s 至 %(last)s，检查日期不在其中。",
            name=line.name,
            first=line.starts_on,
            last=line.ends_on,
            fields={"starts_on": [N_("不在计划行的时间内。")]},
        )
    foreseen = {one.item_number for one in plans.line_items(line.id) if one.bureau_id == own_bureau()}
    beyond = [item.name for item in items if item.number not in foreseen]
    if beyond:
        raise ClerkError(
            "计划行《%(name)s》没有这些事项：%(items)s。",
            name=line.name,
            items=beyond,
            fields={"item_ids": [N_("请只选计划行里的事项。")]},
        )
    if not db.session.scalar(target_queries.selection(line.conditions).where(Entity.id == entity.id)):
        raise ClerkError(
            "“%(entity)s”不在计划行《%(name)s》的检查对象范围里。",
            entity=entity.name,
            name=line.name,
            fields={"entity_code": [N_("不在计划行的对象范围里。")]},
        )
