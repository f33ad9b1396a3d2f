"""The shapes of follow-ups over the interface, and what each step's address says it does."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from onedoor.api.lists.paging import ListPage, PageArgs
from onedoor.followups.rules import Answer, Mode, TransferState
from onedoor.kernel.text.source_strings import N_
from onedoor.visits.rules.results import Handling

KINDS = [one.value for one in Handling]
MODES = [one.value for one in Mode]
ANSWERS = [one.value for one in Answer]
WORDS: dict[str, str] = {
    "order": N_("责令改正：要求和期限；已责令的返回冲突"),
    "receipt": N_("登记责令改正通知书的签收"),
    "proof": N_("录入当事人提交的改正材料"),
    "recheck": N_("登记复查结果：已改正的办结，未改正的延长期限（写明理由）或者转立案"),
    "case": N_("立案"),
    "penalty": N_("录入行政处罚决定"),
    "paid": N_("登记行政处罚的履行"),
    "contest": N_("登记当事人申请行政复议或者提起行政诉讼"),
    "remedy": N_("登记行政复议或者行政诉讼的结果"),
    "close": N_("结案"),
    "pass": N_("移送其他单位、抄告，或者交本单位科室办理"),
    "designate": N_("两个单位退回以后，报请指定管辖"),
    "abnormal": N_("送市场监管部门决定是否列入经营异常名录"),
    "police": N_("提请本单位负责人决定移送公安机关"),
    "police_send": N_("登记移送公安机关：两法衔接编号、日期、抄送检察机关"),
    "police_receipt": N_("登记公安机关接收"),
    "police_answer": N_("登记公安机关的答复"),
    "police_review": N_("登记提请公安机关复议"),
    "police_end": N_("公安机关不予立案的，写明结果并办结"),
    "end": N_("没有专门步骤的处置，写明结果并办结"),
}


class OrderOut(Schema):
    """The order to correct."""

    demands = fields.List(fields.String())
    ordered_on = fields.Date()
    first_due_on = fields.Date()
    due_on = fields.Date()
    receipt_on = fields.Date(allow_none=True)
    receipt_by = fields.String(allow_none=True)


class ProofOut(Schema):
    """What the firm brought."""

    id = fields.UUID()
    received_on = fields.Date()
    brought_by = fields.String()
    text = fields.String()
    file_id = fields.UUID(allow_none=True)
    entered_by = fields.String()
    entered_at = fields.AwareDateTime()


class RecheckOut(Schema):
    """What a re-check saw."""

    by_papers = fields.Boolean()
    visit_id = fields.UUID(allow_none=True)
    result = fields.String()
    seen = fields.String()
    next = fields.String()
    due_on = fields.Date(allow_none=True)
    reason = fields.String()
    at = fields.AwareDateTime()
    by = fields.String()


class CaseOut(Schema):
    """The case."""

    number = fields.String()
    opened_on = fields.Date()
    cause = fields.String()
    unit_id = fields.UUID(allow_none=True)
    ended_on = fields.Date(allow_none=True)


class PenaltyOut(Schema):
    """The penalty decision (双公示); money in ten thousand yuan."""

    id = fields.UUID()
    number = fields.String()
    party_name = fields.String()
    party_kind = fields.String()
    party_code = fields.String(allow_none=True)
    facts = fields.String()
    reason = fields.String()
    basis = fields.String()
    sanctions = fields.List(fields.String())
    content = fields.String()
    fine = fields.Decimal(allow_none=True, as_string=True)
    confiscated = fields.Decimal(allow_none=True, as_string=True)
    decided_on = fields.Date()
    paid_on = fields.Date(allow_none=True)


class RemedyOut(Schema):
    """How it was contested, to the end."""

    kind = fields.String()
    body = fields.String()
    filed_on = fields.Date()
    ended_on = fields.Date(allow_none=True)
    outcome = fields.String(allow_none=True)


class PoliceOut(Schema):
    """What goes to the police, step by step."""

    ground = fields.String()
    finding = fields.String()
    crime = fields.String()
    police = fields.String()
    approved_at = fields.AwareDateTime(allow_none=True)
    return_reason = fields.String(allow_none=True)
    send_by = fields.Date(allow_none=True)
    number = fields.String(allow_none=True)
    sent_on = fields.Date(allow_none=True)
    copied_to = fields.String(allow_none=True)
    copied_on = fields.Date(allow_none=True)
    received_on = fields.Date(allow_none=True)
    receiver_name = fields.String(allow_none=True)
    answer_by = fields.Date(allow_none=True)
    answer = fields.String(allow_none=True)
    answered_on = fields.Date(allow_none=True)
    answer_note = fields.String(allow_none=True)
    review_asked_on = fields.Date(allow_none=True)
    review_outcome = fields.String(allow_none=True)


class TransferAnswerOut(Schema):
    """One word of the receiver's."""

    kind = fields.String(validate=validate.OneOf(ANSWERS))
    text = fields.String()
    listed = fields.Boolean(allow_none=True)
    decided_on = fields.Date(allow_none=True)
    exit_on = fields.Date(allow_none=True)
    named_id = fields.UUID(allow_none=True)
    paper = fields.String(allow_none=True)
    at = fields.AwareDateTime()
    by = fields.String()


class TransferOut(Schema):
    """What one bureau passed on to another, or to a unit of its own; `may_answer`: what the caller may say next."""

    id = fields.UUID()
    followup_id = fields.UUID()
    mode = fields.String(validate=validate.OneOf(MODES))
    sender = fields.String()
    receiver = fields.String()
    receiver_id = fields.UUID()
    unit_id = fields.UUID(allow_none=True)
    attempt = fields.Integer()
    designated_by = fields.String(allow_none=True)
    entity_code = fields.String()
    entity_name = fields.String()
    visit_number = fields.String()
    results = fields.List(fields.String())
    facts = fields.String()
    reason = fields.String()
    sent_at = fields.AwareDateTime()
    accept_by = fields.Date(allow_none=True)
    answer_by = fields.Date(allow_none=True)
    state = fields.String(validate=validate.OneOf([one.value for one in TransferState]))
    answers = fields.List(fields.Nested(TransferAnswerOut))
    may_answer = fields.List(fields.String(validate=validate.OneOf(ANSWERS)))


class TransferArgs(PageArgs):
    """Which are asked for."""

    of = fields.String(load_default="received", validate=validate.OneOf(["received", "sent"]))


class TransferPage(ListPage):
    """A page of them, the newest first."""

    items = fields.List(fields.Nested(TransferOut))


class FollowupOut(Schema):
    """What follows a finding: the steps that are open, those that were taken, and how it ended."""

    id = fields.UUID()
    record_id = fields.UUID()
    visit_id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(KINDS))
    state = fields.String(validate=validate.OneOf(["open", "done"]))
    note = fields.String()
    due_on = fields.Date(allow_none=True)
    created_at = fields.AwareDateTime()
    done_at = fields.AwareDateTime(allow_none=True)
    done_by = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)
    conclusion = fields.String(allow_none=True)
    steps = fields.List(
        fields.String(), metadata={"description": "the addresses that are open now, the next first"}
    )
    order_to_correct = fields.Nested(OrderOut, allow_none=True)
    proofs = fields.List(fields.Nested(ProofOut))
    rechecks = fields.List(fields.Nested(RecheckOut))
    case = fields.Nested(CaseOut, allow_none=True)
    penalty = fields.Nested(PenaltyOut, allow_none=True)
    remedies = fields.List(fields.Nested(RemedyOut))
    transfers = fields.List(fields.Nested(TransferOut))
    police = fields.Nested(PoliceOut, allow_none=True)


class FollowupRow(Schema):
    """One of them as the list shows it: in whose hands it is, and when the next step is due."""

    id = fields.UUID()
    record_id = fields.UUID()
    visit_id = fields.UUID()
    visit_number = fields.String(allow_none=True)
    entity_code = fields.String()
    entity_name = fields.String()
    kind = fields.String(validate=validate.OneOf(KINDS))
    state = fields.String(validate=validate.OneOf(["open", "done"]))
    holder = fields.String(allow_none=True, validate=validate.OneOf(["own", "receiver", "police"]))
    due = fields.Date(allow_none=True)
    conclusion = fields.String(allow_none=True)


class FollowupPage(ListPage):
    """A page of follow-ups, the newest first."""

    items = fields.List(fields.Nested(FollowupRow))


class ProofFileIn(Schema):
    """The file the firm brought."""

    file = Upload(required=True)
