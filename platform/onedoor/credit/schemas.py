"""The edge's shape of a correction: one text per field of the layout."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from onedoor.credit.layouts import Layout


def mend_schema(layout: Layout) -> Schema:
    """The form of a correction by this layout; what is empty or too long is said beside its field."""
    return Schema.from_dict(
        {
            field.key: fields.String(required=True, validate=validate.Length(max=field.longest))
            for field in layout.fields
        }
    )()
