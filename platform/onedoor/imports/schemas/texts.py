"""A text of a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from onedoor.imports.rules.rows import half_width, marked, spaced_in
from onedoor.kernel.errors import ClerkError


def text(longest: int, *, required: bool = False) -> fields.String:
    """A text of at most so many characters; one that is not required is empty when it is not sent."""
    if required:
        return fields.String(required=True, validate=validate.Length(1, longest))
    return fields.String(load_default="", validate=validate.Length(max=longest))


def phone() -> fields.String:
    """A phone, or nothing; typed in full width it is none the less one."""
    form = validate.Regexp(r"^(\+?[0-9][0-9 -]{5,19})?$", error="电话号码只能由数字、空格和短横线组成。")
    return _Read(half_width, load_default="", validate=form)


def mark(longest: int, *, required: bool = False) -> fields.String:
    """A number by which something is known again, as a file's row would have it."""
    if required:
        return _Read(marked, required=True, validate=validate.Length(1, longest))
    return _Read(marked, load_default="", validate=validate.Length(max=longest))


def person(longest: int) -> fields.String:
    """The name of a person, without the blanks that space it out."""
    return _Read(spaced_in, required=True, validate=validate.Length(1, longest))


class _Read(fields.String):
    """A text that is read before it is checked."""

    def __init__(self, reader: Callable[[str], str], **given: Any) -> None:
        super().__init__(**given)
        self._reader = reader

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any) -> str:
        return self._reader(super()._deserialize(value, attr, data, **more))


def checked(name: str, read: Callable[[], Any]) -> Any:
    """What a rule makes of a field; its refusal stands beside the field."""
    try:
        return read()
    except ClerkError as error:
        raise ValidationError(str(error), name) from None


class ReasonSchema(Schema):
    """A reason in words."""

    reason = text(500, required=True)
