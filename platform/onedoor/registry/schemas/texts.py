"""A text of a form."""

from __future__ import annotations

from marshmallow import fields, validate


def text(longest: int, *, required: bool = False) -> fields.String:
    """A text of at most so many characters; one that is not required is empty when it is not sent."""
    if required:
        return fields.String(required=True, validate=validate.Length(1, longest))
    return fields.String(load_default="", validate=validate.Length(max=longest))
