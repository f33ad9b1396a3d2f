"""Shapes of risk levels, of products, projects and activities, and of lists of codes."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from onedoor.entities.rules.codes import LICENCE_NAMES
from onedoor.imports.schemas.texts import text as _text
from onedoor.items.rules.codes import MATTER_NAMES
from onedoor.kernel.codes import KIND_NAMES


class ScaleSchema(Schema):
    """The levels, one a line, as `rules.risk.read_scale` reads them."""

    levels = _text(500, required=True)


class FactorSchema(Schema):
    """A factor: whom it concerns, and how many points it has."""

    name = _text(40, required=True)
    points = fields.Integer(required=True, validate=validate.Range(1, 1000))
    scope = _text(2000)
    scope_without = _text(2000)
    name_contains = _text(2000)
    kinds = fields.List(fields.String(validate=validate.OneOf(list(KIND_NAMES))))
    industries = _text(2000)
    tags = fields.List(fields.String())
    licences = fields.List(fields.String(validate=validate.OneOf(list(LICENCE_NAMES))))
    registered_from = fields.Date(load_default=None)


class GradeSchema(Schema):
    """A level set by hand."""

    level = _text(10, required=True)
    reason = _text(500, required=True)


class MatterSchema(Schema):
    """A product, project or activity of an entity."""

    kind = fields.String(required=True, validate=validate.OneOf(list(MATTER_NAMES)))
    name = _text(200, required=True)
    number = _text(60)
    nature = _text(100)
    industry = _text(100)
    jurisdiction_code = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=12))
    note = _text(500)


class PlacesSchema(Schema):
    """Places of business at which an entity is listed."""

    premises = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=1000))


class CodesSchema(Schema):
    """Credit codes, pasted, and the unit whose targets they become."""

    codes = _text(50_000)
    unit_id = fields.UUID(load_default=None, allow_none=True)
