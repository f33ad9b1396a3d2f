"""Shapes of libraries of targets: rules, who leaves, how a bureau reaches an entity."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from onedoor.entities.rules.codes import STATUS_NAMES
from onedoor.imports.schemas import texts
from onedoor.imports.schemas.texts import ReasonSchema
from onedoor.imports.schemas.texts import text as _text
from onedoor.kernel.codes import KIND_NAMES


class LeaveSchema(ReasonSchema):
    """Targets that leave the library."""

    ids = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 1000))


class ContactSchema(Schema):
    """How a bureau reaches an entity."""

    person = _text(60, required=True)
    phone = texts.phone()


class RuleSchema(Schema):
    """A rule of selection (R-L5); the words are checked by `rules.selection`."""

    name = _text(60, required=True)
    places = fields.List(fields.String())
    kinds = fields.List(fields.String(validate=validate.OneOf(list(KIND_NAMES))))
    statuses = fields.List(fields.String(validate=validate.OneOf(list(STATUS_NAMES))))
    industries = _text(2000)
    types = _text(2000)
    scope = _text(2000)
    scope_without = _text(2000)
    name_contains = _text(2000)
    tags = fields.List(fields.String())
    risk = fields.List(fields.String())
    licences = fields.List(fields.String())
    registered_from = fields.Date(load_default=None)
    registered_until = fields.Date(load_default=None)
    unit_id = fields.UUID(load_default=None, allow_none=True)
