"""The steps of a visit from its arrangement to its end (R-V1 to R-V5)."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from onedoor.visits.models import Visit
from onedoor.visits.rules.states import VisitState
from onedoor.web.shell.stepper import ProcessStep, Stepper

_PLACES = {
    VisitState.WAITING: 0,
    VisitState.PROPOSED: 0,
    VisitState.SUBMITTED: 1,
    VisitState.PENDING: 2,
    VisitState.APPROVED: 2,
    VisitState.NOTICED: 2,
    VisitState.POSTPONED: 2,
    VisitState.BEGUN: 2,
    VisitState.RECORDED: 3,
    VisitState.REPORTED: 4,
    VisitState.CLOSED: 5,
    VisitState.REFUSED: 5,
    VisitState.NOT_FOUND: 5,
}


def steps_of(found: Visit, state: VisitState, day: date, fill_by: date) -> Stepper | None:
    """Where a visit stands; one that was called off has no step left."""
    if state not in _PLACES:
        return None
    waiting = state is VisitState.WAITING
    return Stepper(
        (
            ProcessStep(
                _("补派人员") if waiting else _("安排并提交审批"),
                _("协调员"),
                fill_by if waiting else found.scheduled_on,
            ),
            ProcessStep(_("审批"), _("科室审核人和负责人"), found.scheduled_on),
            ProcessStep(_("检查并记录"), _("检查组"), day),
            ProcessStep(_("审核记录、完成报告"), _("科室审核人和检查组")),
            ProcessStep(_("公示和后续处置"), _("公示员和检查组")),
        ),
        _PLACES[state],
    )
