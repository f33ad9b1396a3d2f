"""Shapes of entities by hand (R-L6)."""

from __future__ import annotations

from marshmallow import Schema, fields

from onedoor.entities.rules.codes import EntityStatus
from onedoor.imports.schemas.texts import text as _text


class EntityStatusSchema(Schema):
    """Where an entity stands, since when (R-L6)."""

    status = fields.Enum(EntityStatus, by_value=True, required=True)
    since = fields.Date(required=True)
    note = _text(500)
