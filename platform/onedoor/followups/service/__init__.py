"""What can be done with what follows a finding, kind by kind.

open_more(record_id, kind, …)                                              # one more handling of a record
order_correction, note_receipt, add_proof, recheck                         # 责令改正
open_case, decide_penalty, note_paid, contest, end_remedy, end_case        # 立案
pass_on, ask_designation, answer_transfer                                  # 移送、抄告、反馈; jobs: note_transfer, note_answer
send_abnormal                                                              # 列入经营异常名录 (job)
prepare, decide_police, send_police, note_police_receipt, note_police_answer, ask_police_review, end_police  # 移送公安
end_other(followup_id, outcome)                                            # what has no way of its own
watch_followups()                                                          # by night
"""

from onedoor.followups.service.answers import note_answer, note_transfer
from onedoor.followups.service.cases import (
    contest,
    decide_penalty,
    end_case,
    end_remedy,
    note_paid,
    open_case,
    suggested_penalty,
)
from onedoor.followups.service.corrections import add_proof, note_receipt, order_correction, recheck
from onedoor.followups.service.letters import issue_first_result_notice, issue_result_notice
from onedoor.followups.service.new_followups import end_other, open_more
from onedoor.followups.service.police import (
    ask_police_review,
    decide_police,
    end_police,
    note_police_answer,
    note_police_receipt,
    prepare,
    send_police,
)
from onedoor.followups.service.result_deadlines import watch_result_deadlines
from onedoor.followups.service.revisions import decide_revision
from onedoor.followups.service.steps import expect_in_hand
from onedoor.followups.service.transfers import answer_transfer, ask_designation, pass_on, send_abnormal
from onedoor.followups.service.watch import watch_followups

__all__ = [
    "add_proof",
    "answer_transfer",
    "ask_designation",
    "ask_police_review",
    "contest",
    "decide_penalty",
    "decide_police",
    "decide_revision",
    "end_case",
    "end_other",
    "end_police",
    "end_remedy",
    "expect_in_hand",
    "issue_first_result_notice",
    "issue_result_notice",
    "note_answer",
    "note_paid",
    "note_police_answer",
    "note_police_receipt",
    "note_receipt",
    "note_transfer",
    "open_case",
    "open_more",
    "order_correction",
    "pass_on",
    "prepare",
    "recheck",
    "send_abnormal",
    "send_police",
    "suggested_penalty",
    "watch_followups",
    "watch_result_deadlines",
]
