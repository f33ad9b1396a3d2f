"""The edge's shapes: a check that was made outside the platform (R-V9)."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from onedoor.kernel.text.source_strings import N_
from onedoor.ledger.rules.origins import Cause
from onedoor.visits.rules.kinds import Kind, Source
from onedoor.visits.rules.results import Method, Result

_SHORT = validate.Length(max=200)
_LONG = validate.Length(max=1000)


class OutsideSchema(Schema):
    """One line of the ledger that no visit of the platform stands behind; the lists are words, one a line on the page."""

    kind = fields.String(
        required=True, validate=validate.OneOf([one.value for one in Kind], error=N_("请选择检查类别。"))
    )
    source = fields.String(
        required=True, validate=validate.OneOf([one.value for one in Source], error=N_("请选择检查来源。"))
    )
    entity_code = fields.String(required=True, validate=validate.Length(min=1, max=40))
    checked_on = fields.Date(required=True)
    inspectors = fields.List(
        fields.String(validate=_SHORT), load_default=list, validate=validate.Length(max=50)
    )
    matters = fields.List(fields.String(validate=_SHORT), load_default=list, validate=validate.Length(max=50))
    methods = fields.List(
        fields.String(validate=validate.OneOf([one.value for one in Method])), load_default=list
    )
    results = fields.List(
        fields.String(validate=validate.OneOf([one.value for one in Result])), load_default=list
    )
    measures = fields.String(load_default="", validate=_LONG)
    supervision = fields.String(load_default="", validate=_LONG)
    number = fields.String(load_default="", validate=_SHORT)
    cause = fields.String(
        required=True, validate=validate.OneOf([one.value for one in Cause], error=N_("请选择原因。"))
    )
    cause_note = fields.String(load_default="", validate=_LONG)
    key = fields.String(load_default="", validate=validate.Length(max=64))


class OutsideCorrectionSchema(OutsideSchema):
    """What it is to say instead, with the reason; `version` is the one that was seen."""

    reason = fields.String(load_default="", validate=_LONG)
    version = fields.Integer(required=True, validate=validate.Range(min=1))


class OutsideFormSchema(OutsideSchema):
    """The same as the page sends it: people and matters as one text, parted by 、 or line ends."""

    inspectors = fields.String(load_default="", validate=_LONG)  # type: ignore[assignment]
    matters = fields.String(load_default="", validate=_LONG)  # type: ignore[assignment]


class OutsideCorrectionFormSchema(OutsideFormSchema):
    """The same of a correction."""

    reason = fields.String(load_default="", validate=_LONG)
    version = fields.Integer(required=True, validate=validate.Range(min=1))
