"""The edge's shapes: what forms of visits send."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from onedoor.kernel.clock import SHANGHAI
from onedoor.visits.rules.results import OF_AN_ITEM, OF_THE_WHOLE, Handling, Method
from onedoor.visits.rules.substitution import Hindrance
from onedoor.visits.rules.words import N_

_LONG = validate.Length(max=4000)
_SHORT = validate.Length(max=200)


class ReasonSchema(Schema):
    """A reason, and nothing else."""

    reason = fields.String(required=True, validate=_LONG)


class DaySchema(Schema):
    """Another day, with the reason."""

    day = fields.Date(required=True)
    reason = fields.String(load_default="", validate=_LONG)


class AnnouncedSchema(Schema):
    """Whether the object is told beforehand."""

    announced = fields.Boolean(load_default=False)
    reason = fields.String(load_default="", validate=_LONG)


class FillSchema(Schema):
    """A slot to be filled."""

    slot = fields.Integer(required=True)
    reason = fields.String(required=True, validate=_LONG)


class SubstituteSchema(Schema):
    """Why the object cannot be checked, and how that was ascertained."""

    kind = fields.String(
        required=True,
        validate=validate.OneOf([kind.value for kind in Hindrance], error=N_("请选择原因。")),
    )
    note = fields.String(required=True, validate=validate.Length(min=1, max=500))


class BeginSchema(Schema):
    """Beginning on the phone: nothing if the code was scanned, else reason and time."""

    reason = fields.String(load_default="", validate=_LONG)
    at = fields.AwareDateTime(load_default=None, default_timezone=SHANGHAI)


class ItemSchema(Schema):
    """What was found of one matter; the answers `point-0`, … are read beside it."""

    results = fields.List(
        fields.String(validate=validate.OneOf([result.value for result in OF_AN_ITEM])),
        required=True,
        validate=validate.Length(min=1, error=N_("请选择检查结果。")),
    )
    note = fields.String(load_default="", validate=_LONG)
    revision = fields.Integer(load_default=0)


class WholeSchema(Schema):
    """The object could not be found, or refuses; empty takes it back."""

    whole = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf([each.value for each in OF_THE_WHOLE])
    )
    note = fields.String(load_default="", validate=_LONG)


class EndingSchema(Schema):
    """The end of the check."""

    key = fields.String(required=True, validate=validate.Length(min=16, max=64))
    place = fields.String(load_default="", validate=_SHORT)
    attendee = fields.String(load_default="", validate=_SHORT)
    attendee_post = fields.String(load_default="", validate=_SHORT)
    signature = fields.String(load_default="", validate=validate.OneOf(["signed", "refused"]))
    signature_note = fields.String(load_default="", validate=_LONG)
    note = fields.String(load_default="", validate=_LONG)
    method = fields.String(
        load_default=Method.ON_SITE.value, validate=validate.OneOf([each.value for each in Method])
    )
    handling = fields.String(
        load_default=Handling.NONE.value, validate=validate.OneOf([each.value for each in Handling])
    )
    handling_due_on = fields.Date(load_default=None)
    handling_note = fields.String(load_default="", validate=_LONG)
    ended_at = fields.AwareDateTime(load_default=None, default_timezone=SHANGHAI)


class DecisionSchema(Schema):
    """The unit's word on a record."""

    decision = fields.String(required=True, validate=validate.OneOf(["approve", "return"]))
    reason = fields.String(load_default="", validate=_LONG)


class ReportSchema(Schema):
    """What a report adds to the record."""

    assessment = fields.String(load_default="", validate=_LONG)
    proposed = fields.String(load_default="", validate=_LONG)


class OutcomeSchema(Schema):
    """How a follow-up ended."""

    outcome = fields.String(required=True, validate=_LONG)


class ChosenSchema(Schema):
    """Rows chosen in a list."""

    ids = fields.List(fields.UUID(), load_default=list)


class AssistantSchema(Schema):
    """Whom a bureau takes along from its list of experts (R-L7)."""

    expert_id = fields.UUID(required=True)
