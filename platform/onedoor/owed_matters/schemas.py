"""The edge's shapes: what forms and the interface send of owed matters."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

_LONG = validate.Length(max=1000)
_SHORT = validate.Length(max=200)


class AbsenceSchema(Schema):
    """A partner cannot come to a visit, and why."""

    reason = fields.String(load_default="", validate=_LONG)


class HandoverSchema(Schema):
    """Who is asked to take the matter, and why; with `with_rest` all that is owed of the same visit."""

    receiver_id = fields.UUID(load_default=None, allow_none=True)
    reason = fields.String(load_default="", validate=_LONG)
    with_rest = fields.Boolean(load_default=False)


class HandoverAnswerSchema(Schema):
    """The word of who was asked."""

    decision = fields.String(required=True, validate=validate.OneOf(["accept", "decline"]))
    reason = fields.String(load_default="", validate=_LONG)


class WriteOffSchema(Schema):
    """Why it is not checked any more."""

    reason = fields.String(load_default="", validate=_LONG)
    with_rest = fields.Boolean(load_default=False)


class OwedCheckSchema(Schema):
    """The visit that makes up for what is owed: when and by whom; without items those of the same number."""

    item_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=50))
    inspector_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=20))
    leader_id = fields.UUID(load_default=None, allow_none=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(load_default=None, allow_none=True)
    announced = fields.Boolean(load_default=False)
    unannounced_basis = fields.String(load_default="", validate=_SHORT)
    key = fields.String(load_default="", validate=validate.Length(max=64))
