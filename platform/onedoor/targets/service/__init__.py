"""Use cases of target libraries."""

from onedoor.targets.service.codes import list_codes
from onedoor.targets.service.contacts import contact_of, note_contact, phone_of
from onedoor.targets.service.exits import leave_by_night
from onedoor.targets.service.figures import publish_targets
from onedoor.targets.service.matters import add_matter, end_matter, list_places, number_matters
from onedoor.targets.service.responsibility import (
    answer_suggestion,
    suggest_bureau,
    tell_suggestion,
    tell_suggestion_answer,
)
from onedoor.targets.service.risk import delete_factor, save_factor, save_scale, set_risk
from onedoor.targets.service.risk_levels import begin_computing, compute_by_night, compute_risk
from onedoor.targets.service.tags import add_tag, set_tags
from onedoor.targets.service.targets import (
    add_target,
    begin_refresh,
    delete_rule,
    end_targets,
    last_refresh,
    refresh_targets,
    save_rule,
)

__all__ = [
    "add_matter",
    "add_tag",
    "add_target",
    "answer_suggestion",
    "begin_computing",
    "begin_refresh",
    "compute_by_night",
    "compute_risk",
    "contact_of",
    "delete_factor",
    "delete_rule",
    "end_matter",
    "end_targets",
    "last_refresh",
    "leave_by_night",
    "list_codes",
    "list_places",
    "note_contact",
    "number_matters",
    "phone_of",
    "publish_targets",
    "refresh_targets",
    "save_factor",
    "save_rule",
    "save_scale",
    "set_risk",
    "set_tags",
    "suggest_bureau",
    "tell_suggestion",
    "tell_suggestion_answer",
]  # fmt: skip
