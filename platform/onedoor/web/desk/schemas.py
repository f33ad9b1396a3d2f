"""The shapes in which a decision comes in, and which messages are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema


class DecisionSchema(Schema):
    """Approve, or return with the reason."""

    decision = fields.String(required=True, validate=validate.OneOf(["approve", "return"]))
    reason = fields.String(load_default="", validate=validate.Length(max=1000))
    # Of a record: the digest of what was on the screen.
    shown = fields.String(load_default="", validate=validate.Length(max=64))

    @validates_schema
    def _a_return_says_why(self, data: Mapping[str, Any], **_: Any) -> None:
        if data["decision"] == "return" and not data["reason"].strip():
            raise ValidationError("请写明退回的理由，提交人会看到。", "reason")


class ReadSchema(Schema):
    """Messages that are read: these, or all."""

    ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=1000))
    all = fields.Boolean(load_default=False)
