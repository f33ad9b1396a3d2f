"""What can be done with visits, in the order it is done.

schedule(campaign_id, draw_id)                                      # job: the draw's objects become visits
submit(campaign_id); decide(approval, …)                            # the unit reviews, the lead's head approves
issue_notices(campaign_id); reschedule, set_announced, cancel       # the lead
replace_member, fill_slot                                           # a further random draw (R-D6)
ask_substitute(visit_id, …); decide_substitute(approval, …)         # another object comes; the job: substitute
begin(visit_id, …); postpone(visit_id, …)                           # each bureau its part
save_item, say_of_the_whole, add_photo(visit_id, develop(visit_id, …)), submit_record; decide_record(approval, …)
complete_report, end_followup; disclose(record_ids)
"""

from onedoor.visits.service.approving import (
    cancel,
    decide,
    issue_notices,
    may_backfill,
    reschedule,
    set_announced,
    submit,
    to_be_noticed,
    why_not_begin,
)
from onedoor.visits.service.assisting import choose_assistant, drop_assistant
from onedoor.visits.service.carrying import begin, postpone
from onedoor.visits.service.disclosing import disclose, public_content, publish
from onedoor.visits.service.filling import days_to_fill, is_late
from onedoor.visits.service.finishing import complete_report, decide_record, end_followup
from onedoor.visits.service.letters import (
    code_address,
    notify,
    record_values,
    report_values,
    sheet_values,
    visit_values,
    write_notices,
)
from onedoor.visits.service.merged import fold_merged
from onedoor.visits.service.photographing import (
    MOST_PHOTOS,
    AskedFor,
    Developed,
    add_photo,
    develop,
    remove_photo,
)
from onedoor.visits.service.recording import (
    Ending,
    open_record,
    save_item,
    say_of_the_whole,
    submit_record,
)
from onedoor.visits.service.replacing import fill_slot, plead_for_member, replace_member
from onedoor.visits.service.scheduling import schedule
from onedoor.visits.service.substituting import (
    ask_substitute,
    decide_substitute,
    substitute,
    why_no_substitute,
)

__all__ = [
    "MOST_PHOTOS",
    "AskedFor",
    "Developed",
    "Ending",
    "add_photo",
    "ask_substitute",
    "begin",
    "cancel",
    "choose_assistant",
    "code_address",
    "complete_report",
    "days_to_fill",
    "decide",
    "decide_record",
    "decide_substitute",
    "develop",
    "disclose",
    "drop_assistant",
    "end_followup",
    "fill_slot",
    "fold_merged",
    "is_late",
    "issue_notices",
    "may_backfill",
    "notify",
    "open_record",
    "plead_for_member",
    "postpone",
    "public_content",
    "publish",
    "record_values",
    "remove_photo",
    "replace_member",
    "report_values",
    "reschedule",
    "save_item",
    "say_of_the_whole",
    "schedule",
    "set_announced",
    "sheet_values",
    "submit",
    "submit_record",
    "substitute",
    "to_be_noticed",
    "visit_values",
    "why_no_substitute",
    "why_not_begin",
    "write_notices",
]
