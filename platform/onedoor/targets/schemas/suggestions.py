"""The answer to who should list an entity, as a form or a body has it (R-L6)."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class SuggestionAnswerSchema(Schema):
    """Listed, or not and why."""

    decision = fields.String(required=True, validate=validate.OneOf(["accept", "refuse"]))
    answer = fields.String(load_default="", validate=validate.Length(max=500))
