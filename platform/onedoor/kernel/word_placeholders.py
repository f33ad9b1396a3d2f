"""Filling a template's placeholders: in a sandbox, with its fields told by name, and an unknown one an error."""

from __future__ import annotations

import io
from typing import Any

import jinja2
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2.exceptions import UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import missing

# The picture that stands where a template says {{ qr }}.
PICTURE = "qr"


class UnknownField(Exception):
    """A template asked for a field that there is not."""


class _Unknown(jinja2.StrictUndefined):
    """What is not there ends the work at once, whatever the template would have done with it."""

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = missing,
        name: Any = None,
        exc: type[Exception] = UndefinedError,
    ) -> None:
        if name is not None:
            raise UnknownField(str(name))
        super().__init__(hint, obj, name, exc)  # type: ignore[arg-type]


def environment() -> SandboxedEnvironment:
    """Where a template is filled: no attribute of Python's, no unknown name, values as text and never as markup."""
    return SandboxedEnvironment(undefined=_Unknown, autoescape=True)


def fields(content: bytes) -> frozenset[str]:
    """The names a template asks for from outside, as far as they can be told without filling it."""
    return frozenset(DocxTemplate(io.BytesIO(content)).get_undeclared_template_variables(environment()))


def filled(content: bytes, values: dict[str, Any], picture: bytes) -> bytes:
    """The template with its values; raises `UnknownField` and jinja's errors."""
    document = DocxTemplate(io.BytesIO(content))
    context = {**values, PICTURE: InlineImage(document, io.BytesIO(picture), width=Mm(32))}
    document.render(context, jinja_env=environment(), autoescape=True)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()
