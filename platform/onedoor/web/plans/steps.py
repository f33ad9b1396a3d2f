"""The steps of a plan from its draft to the supervisor's answer (R-P1, R-P4)."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from onedoor.filing import queries as filings
from onedoor.filing.models import Filing
from onedoor.plans.models import Plan
from onedoor.plans.queries import due
from onedoor.plans.rules.states import PlanState
from onedoor.web.shell.stepper import ProcessStep, Stepper
from tenants import queries as bureaus

_PLACES = {
    PlanState.DRAFT: 0,
    PlanState.RETURNED: 0,
    PlanState.SUBMITTED: 1,
    PlanState.REVIEWED: 2,
    PlanState.APPROVED: 3,
    PlanState.PUBLISHED: 4,
}


def steps_of(plan: Plan, sent: Sequence[Filing]) -> Stepper | None:
    """Where a plan of the own bureau stands; of a version that another replaced nothing is to be done any more."""
    if plan.state not in _PLACES:
        return None
    until, now = due.last_day(plan), _PLACES[PlanState(plan.state)]
    states = {filings.state(one).value for one in sent}
    if now == 4 and sent:
        now = 5 if "sent" in states else 6
    receiver = bureaus.bureau(sent[0].receiver_id).short_name if sent else _("执法监督机关")
    return Stepper(
        (
            ProcessStep(
                _("修改并重新报送") if plan.state == PlanState.RETURNED else _("起草"), _("计划员"), until
            ),
            ProcessStep(_("科室审核"), _("科室审核人"), until),
            ProcessStep(_("负责人审批"), _("行政执法主体负责人"), until),
            ProcessStep(_("向社会公布"), _("计划员或公示员"), until),
            ProcessStep(_("报送备案"), _("计划员"), until),
            ProcessStep(_("备案答复"), receiver),
        ),
        now,
    )
