"""Shapes of what belongs to an entity: places, licences, tags, corrections."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from onedoor.imports.schemas.texts import text as _text


class PremisesSchema(Schema):
    """A place of business; with a day of closing it is in use no more."""

    name = _text(100)
    address = _text(500, required=True)
    jurisdiction_code = _text(6, required=True)
    closed_on = fields.Date(load_default=None, allow_none=True)
    note = _text(500)


class LicenceSchema(Schema):
    """A licence of an entity; `valid_to` left empty is without end."""

    kind = _text(60, required=True)
    number = _text(60, required=True)
    issued_by = _text(100)
    issued_on = fields.Date(load_default=None, allow_none=True)
    valid_to = fields.Date(load_default=None, allow_none=True)
    premises_number = fields.Integer(load_default=None, allow_none=True)
    cancelled_on = fields.Date(load_default=None, allow_none=True)
    note = _text(500)


class CorrectionSchema(Schema):
    """A field of an entity, what it should be, and why."""

    field = _text(40, required=True)
    value = _text(20_000, required=True)
    reason = _text(500, required=True)
    evidence = _text(500)
    confirmed = fields.Boolean(load_default=False)


class CorrectionAnswerSchema(Schema):
    """What becomes of a proposal; a refusal has its reason."""

    decision = fields.String(required=True, validate=validate.OneOf(["accept", "refuse"]))
    answer = _text(500)
    confirmed = fields.Boolean(load_default=False)


class NewEntitySchema(Schema):
    """Somebody new, field by field as a row of a file has it; what is wrong is told by the rules of a row."""

    name = _text(200)
    code = _text(60)
    registration_number = _text(60)
    kind = _text(10)
    status = _text(20)
    jurisdiction_code = _text(12)
    address = _text(500)
    registered_on = _text(40)
    entity_type = _text(100)
    capital = _text(100)
    industry = _text(100)
    scope = _text(20_000)
    province = _text(60)
    region = _text(60)
    reason = _text(500)
    evidence = _text(500)
    confirmed = fields.Boolean(load_default=False)


class MergeSchema(Schema):
    """Which of two stays, and why they are one."""

    survivor = fields.UUID(required=True)
    reason = _text(500, required=True)
    evidence = _text(500)


class TagSchema(Schema):
    """A word of the bureau's vocabulary."""

    name = _text(20, required=True)
    shared = fields.Boolean(load_default=False)
    note = _text(200)


class TagsSchema(Schema):
    """The tags an entity is to carry."""

    tags = fields.List(fields.UUID())
