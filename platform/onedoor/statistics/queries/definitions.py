"""How each figure is read from the records: one select a figure, whose rows are what it counted (R-S2).

Each select has `id`, `version`, `name`, `weight` and `thing` (what opens it: a kind and an id), with each record once; the
figure is the sum of the weights. The words stand in `rules.figures` under the same key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from onedoor.campaigns.models import Campaign, PartyItem
from onedoor.disclosure.models import Disclosure
from onedoor.draws.models import Draw, DrawnPart, DrawParty
from onedoor.draws.states import DrawState
from onedoor.entities.models import Entity
from onedoor.items.models import Item, ItemList
from onedoor.items.rules.codes import ItemListState, ItemMode, ItemState
from onedoor.kernel.clock import local_day
from onedoor.kernel.db import db
from onedoor.ledger.models import OutsideCheck
from onedoor.ledger.rules.origins import Registration
from onedoor.plans.models import Plan, PlanLine
from onedoor.statistics.queries.as_of import Ask, accepted, going_on, record_version, with_problem
from onedoor.statistics.queries.figure_rows import Rows, codes_drawn, each_once, named, rows_of
from onedoor.statistics.queries.joint_definitions import JOINT
from onedoor.statistics.rules.members import Member
from onedoor.targets.models import Target
from onedoor.visits.models import Followup, Record, Visit, VisitParty
from onedoor.visits.queries import disclosed
from onedoor.visits.rules.kinds import Kind
from onedoor.visits.rules.results import Handling


def value(key: str, ask: Ask) -> int:
    """A figure, by its definition."""
    rows = DEFINITIONS[key](ask).subquery()
    return int(db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(rows.c.weight), 0))) or 0)


def members(key: str, ask: Ask) -> list[Member]:
    """The records that a figure counts, in order of name."""
    return sorted(
        (Member(*tuple(row)) for row in db.session.execute(DEFINITIONS[key](ask))),
        key=lambda one: (one.name, one.id),
    )


def items_in_force(ask: Ask) -> Any:
    """The bureau's items as published at the cut-off: of each the last version by then, unless that ended it."""
    since = sa.func.coalesce(ItemList.published_at, Item.updated_at)
    latest = (
        sa.select(Item)
        .outerjoin(ItemList, ItemList.id == Item.list_id)
        .where(
            Item.tenant_id == ask.bureau,
            Item.state != ItemState.DRAFT,
            since <= ask.cutoff,
            sa.or_(ItemList.id.is_(None), ItemList.state == ItemListState.PUBLISHED),
        )
        .ext(distinct_on(Item.number))
        .order_by(Item.number, Item.version.desc())
        .subquery("in_force")
    )
    item = sa.orm.aliased(Item, latest)
    return sa.select(item).where(sa.not_(item.ending)), item


def _items(random: bool, market: bool | None = None) -> Callable[[Ask], Rows]:
    def of(ask: Ask) -> Rows:
        _query, item = items_in_force(ask)
        found = rows_of(
            sa.func.concat(item.tenant_id, ":", item.number),
            item.version,
            item.name,
            sa.func.concat("item:", item.id),
        ).where(sa.not_(item.ending))
        if random:
            found = found.where(item.mode == ItemMode.RANDOM.value)
        return found if market is None else found.where(item.market.is_(market))

    return of


def _drawn_campaigns(ask: Ask, query: Rows) -> Rows:
    """Narrow what is selected of campaigns to those drawn in the period with a list of the bureau."""
    return (
        query.join(Draw, Draw.campaign_id == Campaign.id)
        .join(DrawParty, DrawParty.draw_id == Draw.id)
        .where(
            Draw.state == DrawState.DRAWN,
            ask.happened(Draw.ended_at),
            DrawParty.bureau_id == ask.bureau,
            DrawParty.list_name.is_not(None),
        )
    )


def _batches(ask: Ask) -> Rows:
    found = rows_of(Campaign.id, Draw.number, Campaign.name, sa.func.concat("campaign:", Campaign.id))
    return each_once(_drawn_campaigns(ask, found.select_from(Campaign)), Draw.ended_at.desc())


def _item_batches(ask: Ask) -> Rows:
    found = rows_of(Campaign.id, Draw.number, Campaign.name, sa.func.concat("campaign:", Campaign.id))
    brought = sa.exists().where(
        PartyItem.campaign_id == Campaign.id, PartyItem.tenant_id == ask.bureau, PartyItem.number == ask.part
    )
    return each_once(_drawn_campaigns(ask, found.select_from(Campaign)).where(brought), Draw.ended_at.desc())


def _items_drawn(ask: Ask) -> Rows:
    found = rows_of(
        sa.func.concat(PartyItem.tenant_id, ":", PartyItem.number),
        Item.version,
        PartyItem.name,
        sa.func.concat("item:", PartyItem.item_id),
    ).select_from(Campaign)
    found = found.join(PartyItem, PartyItem.campaign_id == Campaign.id).join(
        Item, Item.id == PartyItem.item_id
    )
    found = _drawn_campaigns(ask, found).where(PartyItem.tenant_id == ask.bureau)
    return each_once(found, Item.version.desc())


def _batches_planned(ask: Ask) -> Rows:
    in_force = sa.and_(
        Plan.published_at <= ask.cutoff, sa.or_(Plan.replaced_at.is_(None), Plan.replaced_at > ask.cutoff)
    )
    return (
        rows_of(
            sa.func.concat(Plan.tenant_id, ":", PlanLine.code),
            Plan.version,
            PlanLine.name,
            sa.func.concat("plan:", Plan.id),
            PlanLine.times_a_year,
        )
        .join(Plan, Plan.id == PlanLine.plan_id)
        .where(
            Plan.tenant_id == ask.bureau,
            in_force,
            PlanLine.kind == Kind.RANDOM.value,
            PlanLine.starts_on <= ask.ends_on,
            PlanLine.ends_on >= ask.starts_on,
        )
    )


def _library(ask: Ask) -> Rows:
    # Days alone are kept of targets: one that came or went on the cut-off's day counts as of its end.
    day = local_day(ask.cutoff - timedelta(microseconds=1))
    return (
        rows_of(Target.id, Target.listed_on, Entity.name, sa.func.concat("entity:", Target.entity_id))
        .join(Entity, Entity.id == Target.entity_id)
        .where(
            Target.tenant_id == ask.bureau,
            Target.listed_on <= day,
            sa.or_(Target.ended_on.is_(None), Target.ended_on > day),
        )
    )


def _drawn(ask: Ask) -> Rows:
    own = sa.and_(DrawParty.draw_id == Draw.id, DrawParty.list_name == DrawnPart.list_name)
    codes = codes_drawn().join(DrawParty, own)
    codes = codes.where(DrawParty.bureau_id == ask.bureau, ask.happened(Draw.ended_at))
    return named(codes.subquery("codes"))


_OBJECT = sa.func.concat(Visit.campaign_id, ":", Visit.object_code)
_OPENS_VISIT = sa.func.concat("visit:", Visit.id)


def _of_bureau(ask: Ask, query: Rows) -> Rows:
    """Narrow visits to those of draws of the period that take place, with matters of the bureau."""
    party = sa.and_(
        VisitParty.visit_id == Visit.id,
        VisitParty.bureau_id == ask.bureau,
        VisitParty.deferred_reason.is_(None),
    )
    return (
        query.select_from(Visit)
        .join(VisitParty, party)
        .join(Draw, Draw.id == Visit.draw_id)
        .where(going_on(ask.cutoff), Draw.state == DrawState.DRAWN, ask.happened(Draw.ended_at))
    )


def _due(ask: Ask) -> Rows:
    found = rows_of(_OBJECT, Visit.number, Visit.entity_name, _OPENS_VISIT)
    return each_once(_of_bureau(ask, found), Visit.created_at, Visit.id)


def _recorded(*conditions: Callable[[Ask], Any]) -> Callable[[Ask], Rows]:
    """Objects whose own record was accepted, and of which more is so."""

    def of(ask: Ask) -> Rows:
        found = _of_bureau(ask, rows_of(_OBJECT, record_version(ask.cutoff), Visit.entity_name, _OPENS_VISIT))
        own = sa.and_(Record.visit_id == Visit.id, Record.tenant_id == ask.bureau)
        narrowed = found.join(Record, own).where(
            accepted(ask.cutoff), *[condition(ask) for condition in conditions]
        )
        return each_once(narrowed, Record.decided_at, Record.id)

    return of


def _is_public(ask: Ask) -> Any:
    return disclosed(ask.cutoff)


def _is_due_to_be_public(ask: Ask) -> Any:
    day = local_day(ask.cutoff)
    return sa.or_(disclosed(ask.cutoff), sa.func.coalesce(Record.disclose_due_on < day, False))


def _is_on_time(ask: Ask) -> Any:
    day = sa.cast(sa.func.timezone("Asia/Shanghai", Disclosure.since), sa.Date)
    in_time = sa.exists().where(
        Disclosure.kind == "result",
        Disclosure.subject_id == Record.id,
        Disclosure.tenant_id == Record.tenant_id,
        Disclosure.since <= ask.cutoff,
        sa.or_(Record.disclose_due_on.is_(None), day <= Record.disclose_due_on),
    )
    return sa.and_(in_time, _is_due_to_be_public(ask))


def _handled(*kinds: Handling) -> Callable[[Ask], Rows]:
    def of(ask: Ask) -> Rows:
        found = rows_of(
            Followup.id, Followup.kind, Visit.entity_name, sa.func.concat("followup:", Followup.id)
        )
        own = sa.and_(Followup.visit_id == Visit.id, Followup.tenant_id == ask.bureau)
        return (
            _of_bureau(ask, found)
            .join(Followup, own)
            .where(Followup.kind.in_([kind.value for kind in kinds]), Followup.created_at <= ask.cutoff)
        )

    return of


def _not_drawn(ask: Ask) -> Rows:
    here = rows_of(Visit.id, Visit.kind, Visit.entity_name, _OPENS_VISIT).where(
        Visit.tenant_id == ask.bureau,
        Visit.kind != Kind.RANDOM.value,
        going_on(ask.cutoff),
        ask.covers(Visit.scheduled_on),
    )
    outside = rows_of(
        OutsideCheck.id,
        OutsideCheck.changed_at,
        OutsideCheck.entity_name,
        sa.func.concat("outside_check:", OutsideCheck.id),
    ).where(
        OutsideCheck.tenant_id == ask.bureau,
        OutsideCheck.origin == Registration.OUTSIDE.value,
        OutsideCheck.registered_at <= ask.cutoff,
        ask.covers(OutsideCheck.checked_on),
    )
    both = sa.union_all(here, outside).subquery("not_drawn")
    return sa.select(*both.c)


DEFINITIONS: Mapping[str, Callable[[Ask], Rows]] = {
    "items": _items(random=True),
    "items_drawn": _items_drawn,
    "batches_planned": _batches_planned,
    "batches_drawn": _batches,
    "library": _library,
    "drawn": _drawn,
    "due": _due,
    "checked": _recorded(),
    "problems": _recorded(lambda ask: with_problem(ask.cutoff)),
    "public": _recorded(_is_public),
    "public_due": _recorded(_is_due_to_be_public),
    "public_on_time": _recorded(_is_on_time),
    "corrections": _handled(Handling.CORRECT),
    "cases": _handled(Handling.CASE),
    "transfers": _handled(Handling.TRANSFER, Handling.POLICE),
    "not_drawn": _not_drawn,
    "items_all_market": _items(random=False, market=True),
    "items_all_other": _items(random=False, market=False),
    "items_market": _items(random=True, market=True),
    "items_other": _items(random=True, market=False),
    "item_batches": _item_batches,
    "batches": _batches,
    **JOINT,
}
