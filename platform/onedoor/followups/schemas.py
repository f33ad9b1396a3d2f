"""The edge's shapes: what forms and the interface send of follow-ups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from onedoor.followups.rules import (
    Ground,
    Mode,
    Party,
    PoliceAnswer,
    RecheckNext,
    RecheckResult,
    RemedyKind,
    Sanction,
)
from onedoor.visits.rules.results import CHOSEN, Handling

_LONG = validate.Length(max=4000)
_SHORT = validate.Length(max=200)
# Wrapped: the interface's document would write the limits of a decimal as strings.
_MONEY = validate.And(validate.Range(0, 10**11))


def _one_of(values: Any) -> validate.OneOf:
    return validate.OneOf([one.value for one in values])


class OpenSchema(Schema):
    """One more handling of a record."""

    kind = fields.String(required=True, validate=_one_of(h for h in CHOSEN if h is not Handling.NONE))
    due_on = fields.Date(load_default=None)
    note = fields.String(load_default="", validate=_LONG)


class NothingSchema(Schema):
    """A step that needs no more than the wish."""


class OutcomeSchema(Schema):
    """How something without a way of its own ended."""

    outcome = fields.String(required=True, validate=_LONG)


class OrderSchema(Schema):
    """An order to correct: one demand a line."""

    demands = fields.String(required=True, validate=_LONG)
    due_on = fields.Date(required=True)


class ReceiptSchema(Schema):
    """Who signed for it, and when."""

    receipt_on = fields.Date(required=True)
    receipt_by = fields.String(required=True, validate=_SHORT)


class ProofSchema(Schema):
    """What the firm brought, as the receiving clerk enters it."""

    received_on = fields.Date(required=True)
    brought_by = fields.String(required=True, validate=_SHORT)
    text = fields.String(required=True, validate=_LONG)


class RecheckSchema(Schema):
    """What a re-check saw; without a visit it was by papers."""

    result = fields.String(required=True, validate=_one_of(RecheckResult))
    seen = fields.String(required=True, validate=_LONG)
    next = fields.String(required=True, validate=_one_of(RecheckNext))
    visit = fields.String(load_default="", validate=_SHORT)
    due_on = fields.Date(load_default=None)
    reason = fields.String(load_default="", validate=_LONG)


class CaseSchema(Schema):
    """A case opened."""

    number = fields.String(required=True, validate=_SHORT)
    opened_on = fields.Date(required=True)
    cause = fields.String(required=True, validate=_LONG)
    unit_id = fields.UUID(load_default=None)


class PenaltySchema(Schema):
    """A penalty decision (forms.md, 双公示); what it lacks the rule says."""

    party_name = fields.String(load_default="", validate=_SHORT)
    party_kind = fields.String(load_default=Party.LEGAL.value, validate=_one_of(Party))
    party_code = fields.String(load_default="", validate=validate.Length(max=18))
    representative = fields.String(load_default="", validate=validate.Length(max=50))
    number = fields.String(load_default="", validate=validate.Length(max=128))
    facts = fields.String(load_default="", validate=_LONG)
    reason = fields.String(load_default="", validate=_LONG)
    basis = fields.String(load_default="", validate=_LONG)
    sanctions = fields.List(fields.String(validate=_one_of(Sanction)), load_default=list)
    content = fields.String(load_default="", validate=_LONG)
    fine = fields.Decimal(load_default=None, places=6, validate=_MONEY)
    confiscated = fields.Decimal(load_default=None, places=6, validate=_MONEY)
    licence = fields.String(load_default="", validate=_SHORT)
    decided_on = fields.Date(required=True)
    valid_until = fields.Date(load_default=None)
    public_until = fields.Date(load_default=None)
    authority = fields.String(load_default="", validate=_SHORT)
    authority_code = fields.String(load_default="", validate=validate.Length(max=18))
    source = fields.String(load_default="", validate=_SHORT)
    source_code = fields.String(load_default="", validate=validate.Length(max=18))
    remark = fields.String(load_default="", validate=_LONG)


class DaySchema(Schema):
    """The day of a step."""

    on = fields.Date(required=True)


class RemedySchema(Schema):
    """A penalty is contested."""

    kind = fields.String(required=True, validate=_one_of(RemedyKind))
    body = fields.String(required=True, validate=_SHORT)
    filed_on = fields.Date(required=True)


class RemedyEndSchema(Schema):
    """What the body said."""

    ended_on = fields.Date(required=True)
    outcome = fields.String(required=True, validate=_LONG)


class CaseEndSchema(Schema):
    """The end of a case."""

    ended_on = fields.Date(required=True)
    conclusion = fields.String(
        required=True, validate=validate.OneOf(["penalised", "not_penalised", "revoked"])
    )
    outcome = fields.String(required=True, validate=_LONG)


class TransferSchema(Schema):
    """To whom something is passed on, and why."""

    mode = fields.String(
        load_default=Mode.TRANSFER.value,
        validate=validate.OneOf([Mode.TRANSFER.value, Mode.INFORM.value, Mode.UNIT.value, Mode.DAILY.value]),
    )
    receiver_id = fields.UUID(load_default=None)
    unit_id = fields.UUID(load_default=None)
    facts = fields.String(required=True, validate=_LONG)
    reason = fields.String(load_default="", validate=_LONG)


class AnswerSchema(Schema):
    """A receiver's word."""

    kind = fields.String(
        required=True, validate=validate.OneOf(["accept", "decline", "receipt", "answer", "exit"])
    )
    text = fields.String(load_default="", validate=_LONG)
    listed = fields.String(load_default="", validate=validate.OneOf(["", "yes", "no"]))
    decided_on = fields.Date(load_default=None)
    exit_on = fields.Date(load_default=None)
    named_id = fields.UUID(load_default=None)
    paper = fields.String(load_default="", validate=_SHORT)

    @validates_schema
    def _a_decline_says_why(self, data: Mapping[str, Any], **_: Any) -> None:
        if data["kind"] in ("decline", "answer") and not data["text"].strip():
            raise ValidationError("请写明理由或者办理情况。", "text")


class PoliceSchema(Schema):
    """What is to go to the police."""

    ground = fields.String(required=True, validate=_one_of(Ground))
    finding = fields.String(load_default="", validate=_LONG)
    crime = fields.String(required=True, validate=_SHORT)
    police = fields.String(required=True, validate=_SHORT)


class PoliceSendSchema(Schema):
    """It went out, with the number of the 两法衔接 platform and a copy to the procuratorate."""

    number = fields.String(required=True, validate=_SHORT)
    sent_on = fields.Date(required=True)
    copied_to = fields.String(required=True, validate=_SHORT)
    copied_on = fields.Date(required=True)


class PoliceReceiptSchema(Schema):
    """The police received it."""

    received_on = fields.Date(required=True)
    receiver_name = fields.String(required=True, validate=_SHORT)


class PoliceAnswerSchema(Schema):
    """What the police answered."""

    answer = fields.String(required=True, validate=_one_of(PoliceAnswer))
    answered_on = fields.Date(required=True)
    answer_note = fields.String(load_default="", validate=_LONG)


class PoliceReviewSchema(Schema):
    """The bureau asked the police to look again (复议)."""

    review_asked_on = fields.Date(required=True)


class ReviewOutcomeSchema(Schema):
    """What became of that."""

    outcome = fields.String(required=True, validate=_LONG)
