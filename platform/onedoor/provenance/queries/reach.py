"""What lies on the way of a thing, each kind as a select of ids: back by its keys, forward by the keys to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from onedoor.campaigns.models import Campaign, PartyItem
from onedoor.credit.models import ExportAttempt, ExportRecord, RepairApplication
from onedoor.disclosure.models import Disclosure
from onedoor.draws.models import Draw
from onedoor.followups.models import Penalty, Transfer
from onedoor.items.models import Item
from onedoor.owed_matters.models import Handover, OwedMatter
from onedoor.plans.models import PlanLine, PlanLineItem
from onedoor.provenance.rules import FOLLOWED
from onedoor.supervision.models import Alert, Circular, Order, WorkTask
from onedoor.visits.models import Followup, Record, Visit, VisitMatter, VisitSource

Ids = sa.Select[Any]
NOTHING: Ids = sa.select(sa.cast(sa.null(), sa.Uuid)).where(sa.false())


def _either(*ids: Ids) -> Ids:
    both = sa.union_all(*ids).subquery()
    return sa.select(next(iter(both.c)))


@dataclass(frozen=True)
class Reach:
    """What lies on the way of a thing, each as a select of ids."""

    items: Ids = NOTHING
    lines: Ids = NOTHING
    campaigns: Ids = NOTHING
    draws: Ids = NOTHING
    visits: Ids = NOTHING
    records: Ids = NOTHING


def reach_of(kind: str, thing: UUID) -> Reach:
    """What lies on the way of a thing of a kind that has a page."""
    return _STARTS[kind](thing)


def _items_reach(items: Ids) -> Reach:
    """From versions of items on: lines that name them, campaigns that brought them, visits where they are checked."""
    return Reach(
        items=items,
        lines=sa.select(PlanLineItem.line_id).where(PlanLineItem.item_id.in_(items)),
        campaigns=sa.select(PartyItem.campaign_id).where(PartyItem.item_id.in_(items)),
        draws=sa.select(Campaign.draw_id).where(
            Campaign.id.in_(sa.select(PartyItem.campaign_id).where(PartyItem.item_id.in_(items)))
        ),
        **_visits(sa.select(VisitMatter.visit_id).where(VisitMatter.item_id.in_(items))),
    )


def _lines_reach(lines: Ids) -> Reach:
    """From lines of a plan, in all its versions, on."""
    same = sa.orm.aliased(PlanLine)
    codes = sa.select(same.code).where(same.id.in_(lines))
    of_code = sa.select(PlanLine.id).where(PlanLine.code.in_(codes))
    campaigns = sa.select(Campaign.id).where(Campaign.plan_line_id.in_(of_code))
    named = sa.select(VisitSource.visit_id).where(VisitSource.line_id.in_(of_code))
    drawn = sa.select(Visit.id).where(Visit.campaign_id.in_(campaigns))
    return Reach(
        items=sa.select(PlanLineItem.item_id).where(PlanLineItem.line_id.in_(lines)),
        lines=lines,
        campaigns=campaigns,
        draws=sa.select(Draw.id).where(Draw.campaign_id.in_(campaigns)),
        **_visits(_either(drawn, named)),
    )


def _of_plan(plan_id: UUID) -> Reach:
    return _lines_reach(sa.select(PlanLine.id).where(PlanLine.plan_id == plan_id))


def campaigns_reach(campaigns: Ids) -> Reach:
    return Reach(
        items=sa.select(PartyItem.item_id).where(PartyItem.campaign_id.in_(campaigns)),
        lines=sa.select(Campaign.plan_line_id).where(Campaign.id.in_(campaigns)),
        campaigns=campaigns,
        draws=sa.select(Draw.id).where(Draw.campaign_id.in_(campaigns)),
        **_visits(sa.select(Visit.id).where(Visit.campaign_id.in_(campaigns))),
    )


def _of_draw(draw_id: UUID) -> Reach:
    campaigns = sa.select(Draw.campaign_id).where(Draw.id == draw_id)
    visits = _visits(sa.select(Visit.id).where(Visit.draw_id == draw_id))
    return replace(
        campaigns_reach(campaigns),
        draws=sa.select(Draw.id).where(Draw.id == draw_id),
        **visits,
    )


def visits_reach(visits: Ids) -> Reach:
    campaigns = sa.select(Visit.campaign_id).where(Visit.id.in_(visits))
    line = sa.select(Campaign.plan_line_id).where(Campaign.id.in_(campaigns))
    named = sa.select(VisitSource.line_id).where(VisitSource.visit_id.in_(visits))
    owed = sa.select(VisitSource.owed_visit_id).where(VisitSource.visit_id.in_(visits))
    drawn = sa.or_(Visit.id.in_(visits), Visit.id.in_(owed))
    return Reach(
        items=sa.select(VisitMatter.item_id).where(VisitMatter.visit_id.in_(visits)),
        lines=_either(line, named),
        campaigns=sa.select(Visit.campaign_id).where(drawn),
        draws=sa.select(Visit.draw_id).where(drawn),
        **_visits(visits),
    )


def _records_reach(records: Ids) -> Reach:
    """From one bureau's record: its matters alone, and what came of it alone."""
    visits = sa.select(Record.visit_id).where(Record.id.in_(records))
    own = sa.select(VisitMatter.item_id).join(
        Record, sa.and_(Record.visit_id == VisitMatter.visit_id, Record.tenant_id == VisitMatter.bureau_id)
    )
    return replace(visits_reach(visits), items=own.where(Record.id.in_(records)), records=records)


def _visits(visits: Ids) -> dict[str, Ids]:
    """Of a way of very many visits so many are followed: the rest is on the list that the thing's page has."""
    visits = visits.limit(FOLLOWED)
    return {"visits": visits, "records": sa.select(Record.id).where(Record.visit_id.in_(visits))}


def _attached(kind: type[Order] | type[Circular], thing: UUID) -> Reach:
    """From the records that an order or a circular was opened with."""
    one = sa.func.jsonb_to_recordset(sa.type_coerce(kind.records, JSONB)).table_valued(
        sa.column("kind", sa.Text), sa.column("id", sa.Text)
    )
    one = one.render_derived(with_types=True)

    def ids(of: str) -> Ids:
        return sa.select(sa.cast(one.c.id, sa.Uuid)).select_from(kind).join(one, sa.true()).where(
            kind.id == thing, one.c.kind == of
        )  # fmt: skip

    records, visits, campaigns, draws = ids("results"), ids("visits"), ids("campaigns"), ids("draws")
    through = _either(visits, sa.select(Record.visit_id).where(Record.id.in_(records)))
    of_draws = sa.select(Draw.campaign_id).where(Draw.id.in_(draws))
    reach = visits_reach(through)
    return replace(
        reach,
        campaigns=_either(reach.campaigns, campaigns, of_draws),
        draws=_either(reach.draws, draws),
    )


def _of_alert(alert_id: UUID) -> Reach:
    """From the record that an alert is of, of whatever kind, by its way."""
    watched = sa.select(Alert.record_id).where(Alert.id == alert_id)
    records = _either(
        sa.select(Record.id).where(Record.id.in_(watched)),
        sa.select(Followup.record_id).where(Followup.id.in_(watched)),
    )
    visits = _either(
        sa.select(Visit.id).where(Visit.id.in_(watched)),
        sa.select(Record.visit_id).where(Record.id.in_(records)),
    )
    campaigns = _either(
        sa.select(Campaign.id).where(Campaign.id.in_(watched)),
        sa.select(Draw.campaign_id).where(Draw.id.in_(watched)),
    )
    reach = visits_reach(visits)
    return replace(reach, campaigns=_either(reach.campaigns, campaigns))


def _of_item(item_id: UUID) -> Reach:
    """All versions of an item are one thing to follow; its own page names its list."""
    own = sa.orm.aliased(Item)
    same = sa.and_(own.tenant_id == Item.tenant_id, own.number == Item.number, own.id == item_id)
    versions = sa.select(Item.id).where(sa.exists().where(same))
    return replace(_items_reach(versions), items=sa.select(Item.id).where(Item.id == item_id))


def _public_records(subjects: Ids) -> Ids:
    """The records that public results and penalties are of."""
    penal = (
        sa.select(Followup.record_id)
        .join(Penalty, Penalty.followup_id == Followup.id)
        .where(Penalty.id.in_(subjects))
    )
    return _either(sa.select(Record.id).where(Record.id.in_(subjects)), penal)


_STARTS: dict[str, Callable[[UUID], Reach]] = {
    "list": lambda thing: _items_reach(sa.select(Item.id).where(Item.list_id == thing)),
    "item": _of_item,
    "plan": _of_plan,
    "line": lambda thing: _lines_reach(sa.select(PlanLine.id).where(PlanLine.id == thing)),
    "campaign": lambda thing: campaigns_reach(sa.select(Campaign.id).where(Campaign.id == thing)),
    "draw": _of_draw,
    "visit": lambda thing: visits_reach(sa.select(Visit.id).where(Visit.id == thing)),
    "owed": lambda thing: visits_reach(sa.select(OwedMatter.visit_id).where(OwedMatter.id == thing)),
    "record": lambda thing: _records_reach(sa.select(Record.id).where(Record.id == thing)),
    "handover": lambda thing: visits_reach(sa.select(Handover.visit_id).where(Handover.id == thing)),
    "result": lambda thing: _records_reach(
        _public_records(sa.select(Disclosure.subject_id).where(Disclosure.id == thing))
    ),
    "repair": lambda thing: _records_reach(
        _public_records(sa.select(RepairApplication.subject_id).where(RepairApplication.id == thing))
    ),
    "followup": lambda thing: _records_reach(sa.select(Followup.record_id).where(Followup.id == thing)),
    "transfer": lambda thing: _records_reach(
        sa.select(Followup.record_id)
        .join(Transfer, Transfer.followup_id == Followup.id)
        .where(Transfer.id == thing)
    ),
    "export": lambda thing: _records_reach(
        _public_records(
            sa.select(ExportRecord.subject_id)
            .join(ExportAttempt, ExportAttempt.record_id == ExportRecord.id)
            .where(ExportAttempt.export_id == thing)
        )
    ),
    "receipt": lambda thing: _records_reach(
        _public_records(sa.select(ExportRecord.subject_id).where(ExportRecord.id == thing))
    ),
    "task": lambda thing: _lines_reach(sa.select(WorkTask.line_id).where(WorkTask.id == thing)),
    "alert": _of_alert,
    # It looks at bureaus and not at checks: on its way lie the orders made of its findings.
    "inspection": lambda _thing: Reach(),
    "order": lambda thing: _attached(Order, thing),
    "circular": lambda thing: _attached(Circular, thing),
}  # fmt: skip
