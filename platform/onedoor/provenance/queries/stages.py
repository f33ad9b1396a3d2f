"""What is told of each stage of a way: one select a stage, of id and name; `page` and `public` are the ids that pages open it by."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from onedoor.campaigns.models import Campaign
from onedoor.credit.models import Export, ExportAttempt, ExportRecord, Receipt
from onedoor.disclosure.models import Disclosure
from onedoor.draws.models import Deposit, Draw
from onedoor.followups.models import Penalty, Transfer
from onedoor.items.models import Item, ItemList
from onedoor.owed_matters.models import OwedMatter
from onedoor.plans.models import Plan, PlanLine
from onedoor.provenance.queries.reach import Reach
from onedoor.supervision.models import Alert, Circular, InspectionFinding, JointInspection, Order, WorkTask
from onedoor.visits.models import Followup, Record, Visit, VisitMember
from tenants.models import Bureau

Told = dict[str, sa.Select[Any]]


def stages_of(reach: Reach, start: UUID) -> Told:
    """The stages of a way, each as what it tells."""
    return {
        **_before_the_draw(reach),
        **_at_the_door(reach),
        **_after_the_check(reach),
        **_what_supervision_did(reach, start),
    }


_NONE = sa.cast(sa.null(), sa.Uuid)


def _told(id_: Any, name: Any, page: Any = None, public: Any = _NONE) -> sa.Select[Any]:
    shown = id_ if page is None else page
    return sa.select(
        id_.label("id"),
        sa.cast(name, sa.Text).label("name"),
        shown.label("page"),
        public.label("public"),
        id_.class_.tenant_id.label("owner"),
    )


def _published(moment: Any, thing: Any) -> Any:
    return sa.case((moment.is_not(None), thing), else_=_NONE)


def _before_the_draw(reach: Reach) -> Told:
    lists = sa.select(Item.list_id).where(Item.id.in_(reach.items))
    plans = sa.select(PlanLine.plan_id).where(PlanLine.id.in_(reach.lines))
    # A task that was set for an earlier version of the plan serves the line of the same code still.
    version = sa.orm.aliased(PlanLine)
    codes = sa.select(version.code).where(version.id.in_(reach.lines))
    same_lines = sa.select(PlanLine.id).where(PlanLine.code.in_(codes))
    titled = sa.func.concat(Bureau.short_name, " ", ItemList.version)
    return {
        "list": _told(ItemList.id, titled, public=_published(ItemList.published_at, ItemList.tenant_id))
        .join(Bureau, Bureau.id == ItemList.tenant_id)
        .where(ItemList.id.in_(lists))
        .order_by(Bureau.code, ItemList.version.desc()),
        "item": _told(Item.id, Item.name, public=_published(ItemList.published_at, Item.tenant_id))
        .outerjoin(ItemList, ItemList.id == Item.list_id)
        .where(Item.id.in_(reach.items))
        .order_by(Item.number, Item.id),
        "plan": _told(Plan.id, Plan.title, public=_published(Plan.published_at, Plan.series_id))
        .where(Plan.id.in_(plans))
        .order_by(Plan.number, Plan.version),
        "line": _told(PlanLine.id, PlanLine.name, public=_published(Plan.published_at, Plan.series_id))
        .join(Plan, Plan.id == PlanLine.plan_id)
        .where(PlanLine.id.in_(reach.lines))
        .order_by(PlanLine.code, PlanLine.id),
        "task": _told(WorkTask.id, sa.func.concat(WorkTask.title, " ", WorkTask.person_name))
        .where(WorkTask.line_id.in_(same_lines))
        .order_by(WorkTask.due_on, WorkTask.id),
        "campaign": _told(Campaign.id, Campaign.name)
        .where(Campaign.id.in_(reach.campaigns))
        .order_by(Campaign.created_at, Campaign.id),
    }


def _at_the_door(reach: Reach) -> Told:
    called = sa.func.concat_ws(" ", Visit.number, Visit.entity_name)
    return {
        "pool": _told(Deposit.id, Bureau.short_name, Deposit.draw_id)
        .join(Bureau, Bureau.id == Deposit.tenant_id)
        .where(Deposit.draw_id.in_(reach.draws))
        .order_by(Deposit.list_name),
        "draw": _told(Draw.id, Draw.number)
        .where(Draw.id.in_(reach.draws))
        .order_by(Draw.created_at, Draw.id),
        "visit": _told(Visit.id, called).where(Visit.id.in_(reach.visits)).order_by(Visit.number, Visit.id),
        "team": _told(VisitMember.id, VisitMember.name, VisitMember.visit_id)
        .where(VisitMember.visit_id.in_(reach.visits), VisitMember.left_at.is_(None))
        .order_by(VisitMember.bureau_name, VisitMember.slot),
        "owed": _told(OwedMatter.id, OwedMatter.item_name)
        .where(OwedMatter.visit_id.in_(reach.visits))
        .order_by(OwedMatter.id),
    }


def _after_the_check(reach: Reach) -> Told:
    records = reach.records
    followups = sa.select(Followup.id).where(Followup.record_id.in_(records))
    sent = sa.select(ExportAttempt.export_id).join(ExportRecord, ExportRecord.id == ExportAttempt.record_id)
    public = sa.and_(Disclosure.kind == "result", Disclosure.until.is_(None))
    return {
        "record": _told(Record.id, sa.func.concat(Bureau.short_name, " ", Record.entity_name))
        .join(Bureau, Bureau.id == Record.tenant_id)
        .where(Record.id.in_(records))
        .order_by(Record.created_at, Record.id),
        "followup": _told(Followup.id, Followup.kind)
        .where(Followup.record_id.in_(records), Followup.kind != "none")
        .order_by(Followup.created_at, Followup.id),
        "transfer": _told(Transfer.id, Transfer.mode)
        .where(Transfer.followup_id.in_(followups))
        .order_by(Transfer.sent_at, Transfer.id),
        "penalty": _told(Penalty.id, Penalty.number, Penalty.followup_id)
        .where(Penalty.followup_id.in_(followups))
        .order_by(Penalty.number),
        "result": _told(Disclosure.id, Disclosure.title, public=Disclosure.subject_id)
        .where(public, Disclosure.subject_id.in_(records))
        .order_by(Disclosure.since, Disclosure.id),
        "export": _told(Export.id, Export.number)
        .where(Export.id.in_(sent.where(ExportRecord.subject_id.in_(records))))
        .order_by(Export.made_at, Export.id),
        "receipt": _told(ExportRecord.id, sa.func.concat(ExportRecord.platform, " ", _receipt()))
        .where(ExportRecord.subject_id.in_(records))
        .order_by(ExportRecord.made_at, ExportRecord.id),
    }


def _what_supervision_did(reach: Reach, start: UUID) -> Told:
    watched = sa.union_all(
        reach.lines,
        reach.campaigns,
        reach.draws,
        reach.visits,
        reach.records,
        sa.select(Followup.id).where(Followup.record_id.in_(reach.records)),
    ).subquery()
    of_inspection = sa.select(InspectionFinding.order_id).where(InspectionFinding.inspection_id == start)
    orders = sa.or_(Order.id == start, Order.id.in_(of_inspection), _concerns(Order, reach))
    led_to = sa.select(InspectionFinding.inspection_id).where(
        InspectionFinding.order_id.in_(sa.select(Order.id).where(orders))
    )
    return {
        "alert": _told(Alert.id, Alert.name)
        .where(
            Alert.raised_at.is_not(None),
            sa.or_(Alert.id == start, Alert.record_id.in_(sa.select(next(iter(watched.c))))),
        )
        .order_by(Alert.raised_at, Alert.id),
        "inspection": _told(JointInspection.id, JointInspection.number)
        .where(sa.or_(JointInspection.id == start, JointInspection.id.in_(led_to)))
        .order_by(JointInspection.opened_at, JointInspection.id),
        "order": _told(Order.id, Order.number).where(orders).order_by(Order.sent_at, Order.id),
        "circular": _told(Circular.id, Circular.number)
        .where(sa.or_(Circular.id == start, _concerns(Circular, reach)))
        .order_by(Circular.sent_at, Circular.id),
    }


def _receipt() -> Any:
    """The number of the newest receipt of a record that went out."""
    return (
        sa.select(Receipt.number)
        .join(ExportAttempt, ExportAttempt.id == Receipt.attempt_id)
        .where(ExportAttempt.record_id == ExportRecord.id)
        .order_by(Receipt.received_at.desc())
        .limit(1)
        .correlate(ExportRecord)
        .scalar_subquery()
    )


def _concerns(kind: Any, reach: Reach) -> Any:
    """Whether an order or a circular was opened with a record that lies on the way."""
    one = sa.func.jsonb_array_elements(sa.type_coerce(kind.records, JSONB)).table_valued("value")
    on_the_way = sa.union_all(reach.visits, reach.records, reach.campaigns, reach.draws).subquery()
    texts = sa.select(sa.cast(next(iter(on_the_way.c)), sa.Text))
    named = sa.func.jsonb_extract_path_text(one.c.value, "id")
    return sa.exists(sa.select(sa.literal(1)).select_from(one).where(named.in_(texts)))
