"""The edge's shape of a correction: one text per field of the layout."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from onedoor.credit.layouts import Layout


def mend_schema(layout: Layout) -> Schema:
    """The form of a correction by this layout; what is empty or too long is said beside its field."""
    return Schema.from_dict(
        {
            field.key: fields.String(
                **({"required": True} if field.required else {"load_default": ""}),
                validate=validate.Length(max=field.longest),
            )
            for field in layout.fields
        }
    )()


class GravitySchema(Schema):
    """How grave the dishonesty of a penalty is."""

    gravity = fields.String(load_default="")


class RepairSchema(Schema):
    """An application for credit repair; what it lacks the service says."""

    source = fields.String(load_default="clerk", validate=validate.OneOf(("clerk", "platform")))
    applicant = fields.String(load_default="", validate=validate.Length(max=100))
    applied_on = fields.Date(load_default=None, allow_none=True)
    reason = fields.String(load_default="", validate=validate.Length(max=2000))
    paper = fields.String(load_default="", validate=validate.Length(max=200))


class ListingSchema(Schema):
    """An entry on a list; what it lacks the service says."""

    kind = fields.String(load_default="")
    trade = fields.String(load_default="", validate=validate.Length(max=100))
    law = fields.String(load_default="", validate=validate.Length(max=300))
    paper = fields.String(load_default="", validate=validate.Length(max=200))
    told_on = fields.Date(load_default=None, allow_none=True)
    entered_on = fields.Date(load_default=None, allow_none=True)
    until = fields.Date(load_default=None, allow_none=True)


class ExitSchema(Schema):
    """The paper by which an entity leaves a list."""

    exit_paper = fields.String(load_default="", validate=validate.Length(max=200))
