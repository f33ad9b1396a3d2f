"""The shapes in which a place's decisions and a calendar come in from a form or an interface."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class DecisionSchema(Schema):
    """A value of a setting at a place, from a day on, with its source; which values can be right the setting itself says."""

    place = fields.String(required=True)
    value = fields.Raw(load_default=None, allow_none=True)
    codes = fields.List(fields.String())
    since = fields.Date(required=True)
    provenance = fields.String(required=True, validate=validate.Length(min=1, max=200))
    document_number = fields.String(required=True, validate=validate.Length(min=1, max=100))


class AnswerSchema(Schema):
    """The operator's answer to a proposal."""

    decision = fields.String(required=True, validate=validate.OneOf(["enter", "decline"]))
    answer = fields.String(load_default="", validate=validate.Length(max=500))


class CalendarSchema(Schema):
    """A year's notice: its lines, and the document they come from."""

    year = fields.Integer(required=True, validate=validate.Range(min=2016, max=2099))
    days = fields.String(load_default="", validate=validate.Length(max=20000))
    provenance = fields.String(required=True, validate=validate.Length(min=1, max=200))
