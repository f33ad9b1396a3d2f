"""What may wait for somebody of visits and of what follows them: going there, filling places, reports, publication, transfers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import lazy_gettext as _l

from onedoor.campaigns.models import Campaign
from onedoor.followups import queries as followups
from onedoor.followups.actions import HANDLERS
from onedoor.followups.models import Transfer
from onedoor.kernel.scope import current_scope
from onedoor.owed_matters import queries as owed
from onedoor.owed_matters.models import Handover, OwedMatter
from onedoor.visits import queries as visits
from onedoor.visits.models import Record, Visit
from onedoor.visits.rules.states import FollowupState, RecordState, VisitState
from onedoor.web.desk.todo_kinds import name_of
from onedoor.web.desk.todos import TodoKind, columns
from tenants.rules import Permission as P
from tenants.scope import Principal


def _own(_person: Principal) -> sa.Select[Any]:
    """The visits one is on, by the day that stands by now."""
    found = visits.mine_to_record().subquery()
    return columns(
        sa.select(found), found.c.id, found.c.entity_name, due=found.c.day, person=name_of(found.c.tenant_id)
    )


def _empty(_person: Principal) -> sa.Select[Any]:
    due = sa.func.coalesce(Visit.fill_by, Visit.ends_on)
    return columns(
        visits.waiting(),
        Visit.id,
        Visit.entity_name,
        person=name_of(Visit.tenant_id),
        since=Visit.created_at,
        due=due,
    )


def _by_campaign(found: sa.Select[Any]) -> sa.Select[Any]:
    """Visits by their campaign: how many, and the first of their days."""
    each = found.with_only_columns(Visit.campaign_id, Visit.scheduled_on).order_by(None).subquery()
    counted = (
        sa.select(
            each.c.campaign_id, sa.func.count().label("count"), sa.func.min(each.c.scheduled_on).label("day")
        )
        .group_by(each.c.campaign_id)
        .subquery()
    )
    query = sa.select(Campaign).join(counted, counted.c.campaign_id == Campaign.id)
    return columns(
        query,
        Campaign.id,
        Campaign.name,
        person=name_of(Campaign.tenant_id),
        due=counted.c.day,
        note=counted.c.count,
    )


def _proposed(_person: Principal) -> sa.Select[Any]:
    return _by_campaign(
        sa.select(Visit).where(
            Visit.tenant_id == current_scope().tenant_id,
            Visit.campaign_id.is_not(None),
            Visit.state == VisitState.PROPOSED,
        )
    )


def _parts(_person: Principal) -> sa.Select[Any]:
    return _by_campaign(visits.with_unapproved_parts())


def _reports(_person: Principal) -> sa.Select[Any]:
    return columns(
        visits.reports_due(),
        Visit.id,
        Record.entity_name,
        person=Record.submitter_name,
        since=Record.decided_at,
        due=Record.report_due_on,
    )


def _public(_person: Principal) -> sa.Select[Any]:
    found = visits.to_disclose().where(Record.state == RecordState.ACCEPTED.value)
    return columns(
        found,
        Record.id,
        Record.entity_name,
        person=Record.submitter_name,
        since=Record.decided_at,
        due=Record.disclose_due_on,
    )


def _followups(_person: Principal) -> sa.Select[Any]:
    rows = followups.rows()
    found = followups.of_bureau(rows).where(rows.c.state == FollowupState.OPEN, rows.c.holder == "own")
    return columns(
        found, rows.c.id, rows.c.entity_name, person=rows.c.unit_name, since=rows.c.created_at, due=rows.c.due
    )


def _transfers(_person: Principal) -> sa.Select[Any]:
    return columns(
        followups.to_answer(),
        Transfer.id,
        Transfer.entity_name,
        person=name_of(Transfer.tenant_id),
        since=Transfer.sent_at,
        due=followups.due_by(),
    )


def _owed(_person: Principal) -> sa.Select[Any]:
    title = OwedMatter.entity_name + sa.literal("　") + OwedMatter.item_name
    return columns(
        owed.standing_matters(),
        OwedMatter.id,
        title,
        person=name_of(OwedMatter.lead_id),
        since=OwedMatter.created_at,
    )


def _asked(_person: Principal) -> sa.Select[Any]:
    title = Handover.entity_name + sa.literal("　") + Handover.item_name
    return columns(
        owed.unanswered(), Handover.id, title, person=name_of(Handover.tenant_id), since=Handover.sent_at
    )


def _list(endpoint: str, **values: Any) -> Any:
    return lambda: url_for(endpoint, **values)


def _batch(row: Any) -> str:
    return url_for("visits.batch", campaign_id=row.id)


KINDS: tuple[TodoKind, ...] = (
    TodoKind(
        _l("我的检查"), _l("去检查"), (P.VISIT_RECORD,), _own,
        lambda row: url_for("field.visit", visit_id=row.id), _list("field.today"),
    ),
    TodoKind(
        _l("待完成的检查报告"), _l("完成报告"), (P.VISIT_RECORD, P.VISIT_MANAGE), _reports,
        lambda row: url_for("visits.visit", visit_id=row.id), _list("visits.reports"),
    ),
    TodoKind(
        _l("待提交审批的检查安排"), _l("提交审批"), (P.VISIT_MANAGE,), _proposed, _batch, _list("visits.visits"),
    ),
    TodoKind(
        _l("待报本单位批准的联合检查"), _l("报批"), (P.VISIT_MANAGE,), _parts, _batch, _list("visits.visits"),
    ),
    TodoKind(
        _l("检查组有空缺的检查"), _l("补派人员"), (P.VISIT_MANAGE,), _empty,
        lambda row: url_for("visits.visit", visit_id=row.id),
        _list("visits.visits", state="waiting", sort="fill_by"),
    ),
    TodoKind(
        _l("待公示的结果"), _l("公示"), (P.DISCLOSE,), _public,
        lambda row: url_for("visits.to_disclose"), _list("visits.to_disclose"),
    ),
    TodoKind(
        _l("办理中的后续处置"), _l("办理"), HANDLERS, _followups,
        lambda row: url_for("followups.followup", followup_id=row.id), _list("followups.followups", state="open"),
    ),
    TodoKind(
        _l("待接收和答复的移送"), _l("答复"), (*HANDLERS, P.OVERSIGHT_ANSWER), _transfers,
        lambda row: url_for("followups.transfer", transfer_id=row.id), _list("followups.transfers"),
    ),
    TodoKind(
        _l("待补查的抽中事项"), _l("安排补查"), (P.VISIT_MANAGE,), _owed,
        lambda row: url_for("owed.matter", owed_id=row.id), _list("owed.owed", state="standing"),
    ),
    TodoKind(
        _l("请本单位接手的待补查事项"), _l("答复"), (P.VISIT_MANAGE,), _asked,
        lambda row: url_for("owed.handover", handover_id=row.id), _list("owed.received", state="waiting"),
    ),
)  # fmt: skip
