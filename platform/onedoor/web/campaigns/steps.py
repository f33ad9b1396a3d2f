"""The steps of a campaign from its invitation to its end (R-J1)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from onedoor.campaigns.models import Campaign
from onedoor.campaigns.rules import CampaignState
from onedoor.web.shell.stepper import ProcessStep, Stepper

_PLACES = {
    CampaignState.DRAFT: 0,
    CampaignState.INVITING: 1,
    CampaignState.PLANNED: 2,
    CampaignState.DRAWN: 3,
    CampaignState.VISITING: 3,
    CampaignState.CLOSED: 5,
}


def steps_of(
    found: Campaign, lead: str, all_said: bool, unfinished: int | None, answer_due: Any
) -> Stepper | None:
    """Where a campaign stands; one that was cancelled has no step left."""
    if found.state not in _PLACES:
        return None
    now = _PLACES[CampaignState(found.state)]
    if now == 1 and all_said:
        now = 2
    if now == 3 and unfinished == 0:
        now = 4
    answering = _("各参与部门") if found.joint else _("%(lead)s计划员或协调员", lead=lead)
    return Stepper(
        (
            ProcessStep(
                _("建立任务") if not found.joint else _("建立和邀请"), _("%(lead)s计划员或协调员", lead=lead)
            ),
            ProcessStep(_("各部门填写") if found.joint else _("填写名单和人员"), answering, answer_due),
            ProcessStep(_("抽取"), _("%(lead)s抽取员", lead=lead), found.starts_on),
            ProcessStep(_("安排和检查"), _("协调员和执法人员"), found.ends_on),
            ProcessStep(_("办结任务"), _("%(lead)s计划员或协调员", lead=lead)),
        ),
        now,
    )
