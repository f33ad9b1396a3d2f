"""Use cases of officers."""

from onedoor.officers.service.certificates import watch_certificates
from onedoor.officers.service.duties import end_duty, name_for_duty
from onedoor.officers.service.experts import save_expert
from onedoor.officers.service.inspectors import (
    change_officer,
    private_texts,
    save_inspector,
    set_inspector_status,
    username_of,
)
from onedoor.officers.service.leave import end_leave, note_leave
from onedoor.officers.service.library import publish_library, unpublished_changes
from onedoor.officers.service.personal_numbers import find_number, reveal_inspector
from onedoor.officers.service.proposal_decisions import decide_proposal
from onedoor.officers.service.recusals import add_recusal, end_recusal, recusal_reasons
from onedoor.officers.service.trainings import save_training

__all__ = [
    "add_recusal", "change_officer", "decide_proposal", "end_duty", "end_leave", "end_recusal", "find_number", "name_for_duty",
    "note_leave", "private_texts", "publish_library", "recusal_reasons", "reveal_inspector", "save_expert",
    "save_inspector", "save_training", "set_inspector_status", "unpublished_changes", "username_of",
    "watch_certificates",
]  # fmt: skip
