"""Shapes of what is decided about the quality of records."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class PairSchema(Schema):
    """What becomes of two entities that look like one."""

    decision = fields.String(required=True, validate=validate.OneOf(["merge", "apart"]))
    survivor = fields.UUID(load_default=None, allow_none=True)
    reason = fields.String(required=True, validate=validate.Length(2, 500))


class UndoMergeSchema(Schema):
    """Why they are two after all."""

    reason = fields.String(required=True, validate=validate.Length(2, 500))
