"""What can be done with visits, in the order it is done.

schedule(campaign_id, draw_id)                                      # job: the draw's objects become visits
submit(campaign_id); decide(approval, …)                            # the unit reviews, the lead's head approves
issue_notices(campaign_id); reschedule, set_announced, cancel       # the lead
replace_member, ask_replacement, answer_stays, fill_slot            # a further random draw (R-D6)
ask_substitute(visit_id, …); decide_substitute(approval, …)         # another object comes; the job: substitute
begin(visit_id, …); postpone(visit_id, …)                           # each bureau its part
save_item, say_of_the_whole, add_photo(visit_id, develop(visit_id, …)), submit_record; decide_record(approval, …)
complete_report, end_followup; disclose(record_ids)
propose(proposal); submit_check, decide_check; issue_notice, name_team     # a check that no draw made (R-V9)
"""

from onedoor.visits.service.approval import (
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
from onedoor.visits.service.assistants import (
    Entrustment,
    choose_assistant,
    drop_assistant,
    sign_opinion,
)
from onedoor.visits.service.cancellations import defer_part
from onedoor.visits.service.combinations import (
    answer_combination,
    ask_to_combine,
    note_combination,
    tell_of_apart,
)
from onedoor.visits.service.completion import complete_report, decide_record
from onedoor.visits.service.conduct import begin, on_the_team, postpone
from onedoor.visits.service.disclosure_days import place_disclosure_days, set_disclosure_days
from onedoor.visits.service.documents.check_documents import issue_of_record, issue_of_visit
from onedoor.visits.service.documents.letters import (
    code_address,
    joint_record_values,
    notice_values,
    notify,
    record_values,
    report_values,
    sheet_values,
    visit_values,
    write_notices,
)
from onedoor.visits.service.documents.notice_details import set_notice_details
from onedoor.visits.service.empty_slots import days_to_fill, is_late
from onedoor.visits.service.followups import end_followup, open_followup, open_one
from onedoor.visits.service.merged_objects import fold_merged
from onedoor.visits.service.methods.choice import choose_method
from onedoor.visits.service.methods.papers import (
    GivenPaper,
    SentFile,
    add_paper,
    receive_paper,
    remove_paper,
)
from onedoor.visits.service.methods.recognition import recognise
from onedoor.visits.service.part_approval import decide_parts, held, submit_parts
from onedoor.visits.service.photos import (
    MOST_PHOTOS,
    AskedFor,
    Developed,
    add_photo,
    develop,
    remove_photo,
)
from onedoor.visits.service.proposals.check_approval import (
    decide_check,
    is_made_up_late,
    issue_notice,
    name_team,
    submit_check,
)
from onedoor.visits.service.proposals.complainants import Complainant, reveal_complainant
from onedoor.visits.service.proposals.proposal import Proposal, RepeatedCheck
from onedoor.visits.service.proposals.registration import form_again, propose
from onedoor.visits.service.record_review import expect_shown, shown_digest, warnings
from onedoor.visits.service.records import (
    Ending,
    open_record,
    save_item,
    set_overall_result,
    submit_record,
)
from onedoor.visits.service.replacements import (
    answer_stays,
    ask_replacement,
    carry_out_replacement,
    fill_slot,
    last_day_to_answer,
    note_replacement,
    plead_for_member,
    replace_member,
)
from onedoor.visits.service.result_disclosure import (
    decide_withholding,
    disclose,
    propose_withholding,
    public_content,
    publish,
    set_disclosure_day,
)
from onedoor.visits.service.revisions import decide_revision, propose_revision
from onedoor.visits.service.substitutions import (
    ask_substitute,
    decide_substitute,
    substitute,
    why_no_substitute,
)
from onedoor.visits.service.teams import answer_for_unit, expect_seat
from onedoor.visits.service.visit_schedule import schedule

__all__ = [
    "MOST_PHOTOS",
    "AskedFor",
    "Complainant",
    "Developed",
    "Ending",
    "Entrustment",
    "GivenPaper",
    "Proposal",
    "RepeatedCheck",
    "SentFile",
    "add_paper",
    "add_photo",
    "answer_combination",
    "answer_for_unit",
    "answer_stays",
    "ask_replacement",
    "ask_substitute",
    "ask_to_combine",
    "begin",
    "cancel",
    "carry_out_replacement",
    "choose_assistant",
    "choose_method",
    "code_address",
    "complete_report",
    "days_to_fill",
    "decide",
    "decide_check",
    "decide_parts",
    "decide_record",
    "decide_revision",
    "decide_substitute",
    "decide_withholding",
    "defer_part",
    "develop",
    "disclose",
    "drop_assistant",
    "end_followup",
    "expect_seat",
    "expect_shown",
    "fill_slot",
    "fold_merged",
    "form_again",
    "held",
    "is_late",
    "is_made_up_late",
    "issue_notice",
    "issue_notices",
    "issue_of_record",
    "issue_of_visit",
    "joint_record_values",
    "last_day_to_answer",
    "may_backfill",
    "name_team",
    "note_combination",
    "note_replacement",
    "notice_values",
    "notify",
    "on_the_team",
    "open_followup",
    "open_one",
    "open_record",
    "place_disclosure_days",
    "plead_for_member",
    "postpone",
    "propose",
    "propose_revision",
    "propose_withholding",
    "public_content",
    "publish",
    "receive_paper",
    "recognise",
    "record_values",
    "remove_paper",
    "remove_photo",
    "replace_member",
    "report_values",
    "reschedule",
    "reveal_complainant",
    "save_item",
    "schedule",
    "set_announced",
    "set_disclosure_day",
    "set_disclosure_days",
    "set_notice_details",
    "set_overall_result",
    "sheet_values",
    "shown_digest",
    "sign_opinion",
    "submit",
    "submit_check",
    "submit_parts",
    "submit_record",
    "substitute",
    "tell_of_apart",
    "to_be_noticed",
    "visit_values",
    "warnings",
    "why_no_substitute",
    "why_not_begin",
    "write_notices",
]
