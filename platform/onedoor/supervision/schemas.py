"""The shapes in which orders, circulars and assessments come in."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from onedoor.ledger.rules.origins import Cause as OutsideCause
from onedoor.supervision.rules import Audience, Deduction, OrderKind


def _text(longest: int, shortest: int = 1) -> fields.String:
    return fields.String(required=True, validate=validate.Length(shortest, longest))


class OrderSchema(Schema):
    """A reminder or an order to a bureau."""

    receiver_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf([one.value for one in OrderKind]))
    title = _text(200)
    demand = _text(4000)
    due_on = fields.Date(load_default=None, allow_none=True)


class OrderAnswerSchema(Schema):
    """What was done about it."""

    text = _text(4000)


class OrderTermSchema(Schema):
    """Another last day, and why: more time, or an answer that did not suffice."""

    reason = _text(1000)
    due_on = fields.Date(required=True)


class OrderEndSchema(Schema):
    """What was seen."""

    note = _text(2000)


class CircularSchema(Schema):
    """A circular; `published` for everybody to read."""

    receivers = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1))
    title = _text(200)
    text = _text(10_000)
    published = fields.Boolean(load_default=False)


class DeductionSchema(Schema):
    """One line: each record of `kind` in `state` costs `points`, all of them at most `most`; below zero is a merit."""

    kind = fields.String(required=True)
    state = fields.String(required=True)
    points = fields.Decimal(required=True, places=2, validate=validate.Range(-100, 100))
    most = fields.Decimal(load_default=None, allow_none=True, places=2, validate=validate.Range(0, 1000))

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Deduction:
        return Deduction(**data)


class AssessmentSchema(Schema):
    """The deductions of a year and the reason for this version of them."""

    year = fields.Integer(required=True, validate=validate.Range(2000, 2100))
    full = fields.Decimal(load_default=100, places=2, validate=validate.Range(1, 1000))
    deductions = fields.List(fields.Nested(DeductionSchema), required=True, validate=validate.Length(1, 30))
    reason = _text(500)


class AnnounceSchema(Schema):
    """Until when the bureaus may object."""

    objections_until = fields.Date(required=True)


class ObjectionSchema(Schema):
    """What a bureau says against its score."""

    text = _text(4000)


class AdjustmentSchema(Schema):
    """The score after an objection, and why; the same number keeps it."""

    points = fields.Decimal(required=True, places=2, validate=validate.Range(0, 1000))
    reason = _text(1000)


class AlertRuleSchema(Schema):
    """A cell of the overview ("kind.state"), after how many days in it, and whom it is told."""

    cell = fields.String(required=True, validate=validate.Regexp(r"^[a-z_]+\.[a-z_]+$"))
    days = fields.Integer(required=True, validate=validate.Range(0, 365))
    audience = fields.String(required=True, validate=validate.OneOf([one.value for one in Audience]))


class InspectionSchema(Schema):
    """A joint inspection: what is looked at, when, with whom, in which bureaus."""

    title = _text(200)
    scope = _text(4000)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    partners = fields.List(fields.UUID(), load_default=list)
    bureaus = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1))


class FindingSchema(Schema):
    """What was found in a bureau, and what it has to do."""

    bureau_id = fields.UUID(required=True)
    found_on = fields.Date(required=True)
    text = _text(4000)
    demand = fields.String(load_default="", validate=validate.Length(max=4000))


class FindingOrderSchema(Schema):
    """The order that is made of a finding."""

    demand = _text(4000)
    due_on = fields.Date(required=True)


class ConclusionSchema(Schema):
    """How the inspection ended."""

    conclusion = _text(4000)


class TaskSchema(Schema):
    """A line of a bureau's timetable."""

    title = _text(200)
    detail = fields.String(load_default="", validate=validate.Length(max=2000))
    starts_on = fields.Date(load_default=None, allow_none=True)
    due_on = fields.Date(required=True)
    person_id = fields.UUID(required=True)
    line_id = fields.UUID(load_default=None, allow_none=True)


class TaskEndSchema(Schema):
    """How a task ended."""

    outcome = fields.String(required=True, validate=validate.OneOf(["done", "dropped"]))
    note = _text(2000)


class CauseMeasureSchema(Schema):
    """What is done about a cause of checks outside the platform."""

    year = fields.Integer(required=True, validate=validate.Range(2000, 2100))
    cause = fields.String(required=True, validate=validate.OneOf([one.value for one in OutsideCause]))
    text = _text(2000)
