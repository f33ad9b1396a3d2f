"""What may wait for somebody, by room: plans, filings, orders, registers, campaigns and draws; those of visits stand beside."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased

from onedoor.campaigns import queries as campaigns
from onedoor.campaigns.models import Campaign
from onedoor.campaigns.rules import CampaignState
from onedoor.draws import queries as draws
from onedoor.draws.models import Draw
from onedoor.edge.identity import current_user
from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Correction, Entity
from onedoor.filing import queries as filings
from onedoor.filing.models import Filing, FilingAnswer
from onedoor.filing.rules import FilingState
from onedoor.officers import queries as officer_queries
from onedoor.officers.models import Inspector, InspectorRequest
from onedoor.plans import queries as plans
from onedoor.plans.models import Plan
from onedoor.plans.queries import due
from onedoor.plans.rules.states import PlanState
from onedoor.supervision import queries as oversight
from onedoor.supervision.models import Order
from onedoor.supervision.rules import OrderKind
from onedoor.targets import queries as target_queries
from onedoor.targets.models import ListingSuggestion
from onedoor.targets.queries.suggestions import RECEIVED
from onedoor.visits.models import Visit
from onedoor.visits.rules.states import VisitState
from onedoor.web.desk.decisions import KINDS as APPROVAL_KINDS
from onedoor.web.desk.todos import TodoKind, columns
from tenants import approvals
from tenants.models import Approval, Bureau
from tenants.rules import Permission as P
from tenants.scope import Principal


def name_of(bureau_id: Any) -> Any:
    """The short name of a bureau a row names."""
    named = aliased(Bureau)
    return sa.select(named.short_name).where(named.id == bureau_id).correlate_except(named).scalar_subquery()


def _approvals(person: Principal) -> sa.Select[Any] | None:
    """What waits for a decision, without one's own; of visits until the first of their days."""
    mine = (
        Approval.submitted_by == person.user_id,
        Approval.submitted_for.is_not_distinct_from(person.user_id),
    )
    of_campaign = sa.and_(Visit.campaign_id == Approval.subject_id, Visit.state == VisitState.SUBMITTED)
    first_day = sa.select(sa.func.min(Visit.scheduled_on)).where(
        sa.or_(of_campaign, Visit.id == Approval.subject_id)
    )
    asked = approvals.waiting(person.permissions).where(~sa.or_(*mine))
    until = sa.case((Approval.kind.in_(("visits", "visit_parts", "check")), first_day.scalar_subquery()))
    return columns(
        asked,
        Approval.id,
        Approval.title,
        said_as=Approval.title_said,
        person=Approval.submitter_name,
        since=Approval.submitted_at,
        due=until,
        note=Approval.kind,
    )


def _plans_in(state: str, since: Any) -> Any:
    def things(_person: Principal) -> sa.Select[Any]:
        note = sa.func.concat_ws("|", Plan.kind, Plan.year, Plan.version)
        found = plans.my_plans().where(Plan.state == state)
        return columns(found, Plan.id, Plan.title, person=Plan.drafter_name, since=since, note=note)

    return things


def _unfiled(_person: Principal) -> sa.Select[Any]:
    """Published plans of which nothing was filed yet (R-P4)."""
    filed = sa.exists().where(Filing.kind == "plan", Filing.subject_id == Plan.id)
    found = plans.my_plans().where(Plan.state == PlanState.PUBLISHED, ~filed)
    note = sa.func.concat_ws("|", Plan.kind, Plan.year, Plan.version)
    return columns(found, Plan.id, Plan.title, person=Plan.drafter_name, since=Plan.published_at, note=note)


def _last_day(row: Any) -> date | None:
    """The day by which a first version is filed; a later one has a day of its own on its page."""
    kind, year, version = row.note.split("|")
    return due.first_day(kind, int(year), current_user.jurisdiction_code) if version == "1" else None


def _filings(_person: Principal) -> sa.Select[Any]:
    found = filings.in_state(filings.inbox(), FilingState.SENT)
    return columns(found, Filing.id, Filing.title, person=name_of(Filing.tenant_id), since=Filing.sent_at)


def _returned(_person: Principal) -> sa.Select[Any]:
    found = filings.in_state(filings.sent(), FilingState.RETURNED).where(Filing.replaced_at.is_(None))
    return columns(
        found, Filing.id, Filing.title, person=name_of(Filing.receiver_id), since=FilingAnswer.answered_at
    )


def _orders(_person: Principal) -> sa.Select[Any]:
    found = oversight.orders.in_state(oversight.orders.orders_received(), "sent").where(
        Order.kind == OrderKind.ORDER
    )
    return columns(
        found, Order.id, Order.title, person=name_of(Order.tenant_id), since=Order.sent_at, due=Order.due_on
    )


def _answers(_person: Principal) -> sa.Select[Any]:
    found = oversight.orders.in_state(oversight.orders.orders_sent(), "answered")
    return columns(
        found, Order.id, Order.title, person=name_of(Order.receiver_id), since=Order.sent_at, due=Order.due_on
    )


def _corrections(_person: Principal) -> sa.Select[Any]:
    return columns(
        entity_queries.corrections_to_answer(),
        Correction.id,
        Correction.reason,
        person=name_of(Correction.tenant_id),
        since=Correction.asked_at,
    )


def _suggestions(_person: Principal) -> sa.Select[Any]:
    return columns(
        target_queries.suggestions_to_answer(),
        ListingSuggestion.id,
        Entity.name,
        person=name_of(ListingSuggestion.tenant_id),
        since=ListingSuggestion.asked_at,
    )


def _requests(_person: Principal) -> sa.Select[Any]:
    return columns(
        officer_queries.waiting_requests(),
        InspectorRequest.id,
        Inspector.name,
        person=InspectorRequest.asked_by,
        since=InspectorRequest.asked_at,
        note=InspectorRequest.inspector_id,
    )


def _invited(_person: Principal) -> sa.Select[Any]:
    since = sa.func.coalesce(Campaign.invited_at, Campaign.created_at)
    found = campaigns.unanswered().where(Campaign.state == CampaignState.INVITING)
    return _campaign(found, since, Campaign.answer_due)


def _drafted(_person: Principal) -> sa.Select[Any]:
    return _campaign(campaigns.led(CampaignState.DRAFT), Campaign.created_at, Campaign.answer_due)


def _all_said(_person: Principal) -> sa.Select[Any]:
    return _campaign(campaigns.all_answered(), Campaign.invited_at, Campaign.starts_on)


def _campaign(found: sa.Select[Any], since: Any, until: Any) -> sa.Select[Any]:
    return columns(
        found, Campaign.id, Campaign.name, person=name_of(Campaign.tenant_id), since=since, due=until
    )


def _draws(query: Any, since: Any = Draw.created_at) -> Any:
    def things(_person: Principal) -> sa.Select[Any]:
        title = Draw.number + sa.literal("　") + Draw.title
        return columns(query(), Draw.id, title, person=name_of(Draw.tenant_id), since=since, due=sa.null())

    return things


def _commit_first() -> sa.Select[Any]:
    """Those to commit to that are no second draw: of these the reason is taken note of first."""
    noted = draws.to_note().with_only_columns(Draw.id)
    return draws.to_commit().where(Draw.id.not_in(noted))


def _plan(row: Any) -> str:
    return url_for("plans.plan", plan_id=row.id)


def _draw(row: Any) -> str:
    return url_for("draws.draw", draw_id=row.id)


def _secret(row: Any) -> str:
    return url_for("draws.secret", draw_id=row.id)


def _of_campaign(row: Any) -> str:
    return url_for("campaigns.campaign", campaign_id=row.id)


def _list(endpoint: str, **values: Any) -> Any:
    return lambda: url_for(endpoint, **values)


_COMMITS = (P.DRAW_COMMIT, P.DRAW_OPERATE)
KINDS: tuple[TodoKind, ...] = (
    TodoKind(
        _l("待审批"), _l("审批"), (P.PLAN_REVIEW, P.PLAN_APPROVE, P.VISIT_REVIEW, P.VISIT_APPROVE), _approvals,
        lambda row: url_for("desk.approval", approval_id=row.id), _list("desk.inbox"),
        label_of=lambda row: APPROVAL_KINDS.get(row.note, _l("待审批")),
    ),
    TodoKind(
        _l("退回修改的计划"), _l("修改并重新报送"), (P.PLAN_DRAFT,), _plans_in("returned", Plan.submitted_at),
        _plan, _list("plans.plans", state="returned"), due=_last_day,
    ),
    TodoKind(
        _l("起草中的计划"), _l("继续起草"), (P.PLAN_DRAFT,), _plans_in("draft", Plan.created_at),
        _plan, _list("plans.plans", state="draft"), due=_last_day,
    ),
    TodoKind(
        _l("待公布的计划"), _l("公布"), (P.PLAN_DRAFT, P.DISCLOSE), _plans_in("approved", Plan.approved_at),
        _plan, _list("plans.plans", state="approved"), due=_last_day,
    ),
    TodoKind(
        _l("待报送备案的计划"), _l("报送备案"), (P.FILING_SEND,), _unfiled,
        _plan, _list("plans.plans", state="published"), due=_last_day,
    ),
    TodoKind(
        _l("待答复的备案"), _l("答复"), (P.OVERSIGHT_ANSWER,), _filings,
        lambda row: url_for("filing.filing", filing_id=row.id), _list("filing.inbox", state=FilingState.SENT.value),
    ),
    TodoKind(
        _l("被退回的备案"), _l("修改并重新报送"), (P.FILING_SEND,), _returned,
        lambda row: url_for("filing.filing", filing_id=row.id),
        _list("filing.filings", state=FilingState.RETURNED.value),
    ),
    TodoKind(
        _l("待答复的督办"), _l("答复"), (P.FILING_SEND, P.PLAN_APPROVE), _orders,
        lambda row: url_for("orders.order", order_id=row.id), _list("orders.received", state="sent"),
    ),
    TodoKind(
        _l("待核查的督办答复"), _l("核查"), (P.OVERSIGHT_ANSWER,), _answers,
        lambda row: url_for("orders.order", order_id=row.id), _list("orders.sent", state="answered"),
    ),
    TodoKind(
        _l("待答复的更正建议"), _l("答复"), (P.REGISTRY_WRITE,), _corrections,
        lambda row: url_for("registry.entities_corrections", part=entity_queries.RECEIVED, state="sent"),
        _list("registry.entities_corrections", part=entity_queries.RECEIVED, state="sent"),
    ),
    TodoKind(
        _l("提请本单位列入的主体"), _l("答复"), (P.REGISTRY_WRITE,), _suggestions,
        lambda row: url_for("registry.entity_suggestion", suggestion_id=row.id),
        _list("registry.entities_suggestions", part=RECEIVED, state="sent"),
    ),
    TodoKind(
        _l("人员提出的申请"), _l("答复"), (P.REGISTRY_WRITE,), _requests,
        lambda row: url_for("registry.inspector", inspector_id=row.note),
        _list("registry.inspector_requests", state="waiting"),
    ),
    TodoKind(
        _l("待发出的抽查任务"), _l("发出邀请"), (P.CAMPAIGN_LEAD,), _drafted, _of_campaign,
        _list("campaigns.campaigns", state="draft"),
    ),
    TodoKind(
        _l("待答复的抽查邀请"), _l("答复"), (P.CAMPAIGN_ANSWER,), _invited,
        lambda row: url_for("campaigns.answer", campaign_id=row.id), _list("campaigns.campaigns", todo="answer"),
    ),
    TodoKind(
        _l("各部门已经答复的抽查任务"), _l("开始抽取"), (P.DRAW_OPERATE,), _all_said, _of_campaign,
        _list("campaigns.campaigns", todo="draw"),
    ),
    TodoKind(
        _l("待知悉的再次抽取"), _l("知悉理由并承诺"), _COMMITS, _draws(draws.to_note), _secret,
        _list("draws.draws", waiting="note"),
    ),
    TodoKind(
        _l("待承诺的抽取"), _l("提交承诺"), _COMMITS, _draws(_commit_first), _secret,
        _list("draws.draws", waiting="commit"),
    ),
    TodoKind(
        _l("待揭示的抽取"), _l("核对并揭示"), _COMMITS, _draws(draws.to_reveal, Draw.closed_at), _secret,
        _list("draws.draws", waiting="reveal"),
    ),
    TodoKind(
        _l("待签收的封闭名单"), _l("签收"), _COMMITS, _draws(draws.to_receive), _draw,
        _list("draws.draws", waiting="receive"),
    ),
    TodoKind(
        _l("待录入公共随机数的抽取"), _l("录入"), _COMMITS, _draws(draws.to_read, Draw.closed_at), _draw,
        _list("draws.draws", waiting="read"),
    ),
    TodoKind(
        _l("待答复的人员更换"), _l("答复"), (P.DRAW_COMMIT,), _draws(draws.to_answer), _draw,
        _list("draws.draws", waiting="answer"),
    ),
    TodoKind(
        _l("正在进行的抽取"), _l("继续主持"), (P.DRAW_OPERATE,), _draws(draws.going_on), _draw,
        _list("draws.draws", part="lead"),
    ),
)  # fmt: skip
