"""What can be done with what is owed (R-J5).

register_owed(); stay_away(visit_id, reason)                 # what enters the list
open_check(owed_id, given); settle_check(visit_id)           # checked later, as a visit of the bureau's own
hand_over(owed_id, …); answer_handover(handover_id, …)       # another bureau takes it, or declines
write_off(owed_id, reason, permissions)                      # by the head
watch_owed()                                                 # by day
note_owed, note_handover, note_answer                        # jobs, each in the scope of the bureau it writes for
"""

from onedoor.owed_matters.service.checks import open_check, own_items, settle_check
from onedoor.owed_matters.service.handovers import (
    answer_handover,
    hand_over,
    note_answer,
    note_handover,
    write_off,
)
from onedoor.owed_matters.service.registration import note_owed, register_owed, stay_away
from onedoor.owed_matters.service.watch import watch_owed

__all__ = [
    "answer_handover",
    "hand_over",
    "note_answer",
    "note_handover",
    "note_owed",
    "open_check",
    "own_items",
    "register_owed",
    "settle_check",
    "stay_away",
    "watch_owed",
    "write_off",
]
