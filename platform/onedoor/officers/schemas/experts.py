"""Shape of an expert or a testing institute by hand (R-L7)."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from onedoor.imports.schemas.texts import text
from onedoor.officers.rules.expert_rows import KIND_NAMES


class ExpertSchema(Schema):
    """Fields of `models.Expert`."""

    kind = fields.String(required=True, validate=validate.OneOf(list(KIND_NAMES)))
    name = text(100, required=True)
    organisation = text(200)
    title = text(100)
    qualifications = fields.List(fields.String(validate=validate.Length(max=100)), load_default=list)
    credential = text(60)
    credential_expires_on = fields.Date(load_default=None, allow_none=True)
    active = fields.Boolean(load_default=False)
    remark = text(2_000)
    unit_id = fields.UUID(load_default=None, allow_none=True)
