"""Review by the unit, approval by the head (R-P1, R-T5)."""

from __future__ import annotations

from uuid import UUID

from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict
from onedoor.kernel.sentences import Sentence
from onedoor.plans import queries
from onedoor.plans.models import Plan
from onedoor.plans.rules.states import PlanState
from onedoor.plans.service.audit_trail import record_step
from tenants import approvals
from tenants.models import Approval
from tenants.rules import Permission

STEPS = {"review": PlanState.SUBMITTED, "approve": PlanState.REVIEWED}


def decide(approval: Approval, approved: bool, reason: str, permissions: frozenset[Permission]) -> Plan:
    """Decide on the step that waits: a reviewed plan goes on to the head, a returned one to its planner.

    Nobody decides on a plan they submitted, whoever handed it on in between (R-T5).
    """
    plan = queries.my_plan(approval.subject_id)
    if plan.state != STEPS[approval.step]:
        raise Conflict("《%(title)s》已经有人处理过了，请刷新页面查看结果。", title=plan.title)
    approvals.refuse_own(plan.submitted_by)
    approvals.decide(approval, approved, reason, permissions)
    if not approved:
        _return(plan, approval.step, reason.strip())
    elif approval.step == "review":
        _hand_on(plan)
    else:
        _approve(plan)
    db.session.flush()
    return plan


def take_back(plan_id: UUID) -> Plan:
    """Take back what one submitted oneself, while nobody has decided on it (R-P1); it is a draft again."""
    plan = queries.my_plan(plan_id)
    if plan.state != PlanState.SUBMITTED:
        raise Conflict("《%(title)s》不在等待科室审核，不能撤回；请刷新页面查看。", title=plan.title)
    approvals.withdraw("plan", plan_id)
    plan.state = PlanState.DRAFT
    record_step(plan, "withdraw", Sentence("撤回《%(title)s》，修改后再提交", title=plan.title))
    db.session.flush()
    return plan


def review(plan_id: UUID, approved: bool, reason: str, permissions: frozenset[Permission]) -> Plan:
    """The unit's review of a plan."""
    return decide(_waiting(plan_id, "review"), approved, reason, permissions)


def approve(plan_id: UUID, approved: bool, reason: str, permissions: frozenset[Permission]) -> Plan:
    """The head's approval of a plan."""
    return decide(_waiting(plan_id, "approve"), approved, reason, permissions)


def _waiting(plan_id: UUID, step: str) -> Approval:
    plan = queries.my_plan(plan_id)
    waiting = approvals.waiting_for("plan", plan_id)
    if waiting is None or waiting.step != step:
        raise Conflict("《%(title)s》现在不在这一步，请刷新页面查看。", title=plan.title)
    return approvals.get(waiting.id)


def _return(plan: Plan, step: str, reason: str) -> None:
    text = (
        Sentence("《%(title)s》科室审核退回：%(reason)s", title=plan.title, reason=reason)
        if step == "review"
        else Sentence("《%(title)s》负责人审批退回：%(reason)s", title=plan.title, reason=reason)
    )
    plan.state = PlanState.RETURNED
    record_step(plan, "return", text, state=plan.state, reason=reason)


def _hand_on(plan: Plan) -> None:
    plan.state = PlanState.REVIEWED
    approvals.ask("plan", plan.id, plan.title, "approve", Permission.PLAN_APPROVE)
    record_step(
        plan,
        "review",
        Sentence("《%(title)s》通过科室审核，送负责人审批", title=plan.title),
        state=plan.state,
    )


def _approve(plan: Plan) -> None:
    plan.state, plan.approved_at = PlanState.APPROVED, now()
    record_step(plan, "approve", Sentence("《%(title)s》经负责人批准", title=plan.title), state=plan.state)
