"""From a browser's form through a marshmallow schema and back, with the errors beside the fields."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from onedoor.edge.marshmallow_messages import in_chinese
from onedoor.kernel.errors import ClerkError
from onedoor.web.shell.errors import fields_of, sentence_of
from onedoor.web.shell.formats import SHANGHAI

WHOLE = "_schema"


def flatten(errors: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """(field, sentence) of every message in a marshmallow error tree; nested names joined by ``-``."""
    if isinstance(errors, Mapping):
        for key, below in errors.items():
            yield from flatten(
                below, name if key == WHOLE and name else f"{name}-{key}" if name else str(key)
            )
    elif isinstance(errors, list | tuple):
        for item in errors:
            yield from flatten(item, name)
    else:
        yield name or WHOLE, in_chinese(str(errors))


@dataclass
class Form:
    """What a form shows (``values``), what is wrong (``errors``), and, when nothing is, what came in (``data``)."""

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.errors

    def value(self, name: str) -> Any:
        """What stands in the field, as the browser's control wants it."""
        value = self.values.get(name)
        if isinstance(value, datetime):
            return value.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
        if isinstance(value, date):
            return value.isoformat()
        return "" if value is None else getattr(value, "value", value)

    def several(self, name: str) -> set[str]:
        """The chosen values of a field with many."""
        if isinstance(self.values, MultiDict):
            return set(self.values.getlist(name))
        given = self.values.get(name) or ()
        given = (given,) if isinstance(given, str) else given
        return {str(getattr(value, "value", value)) for value in given}

    def wrong(self, name: str) -> list[str]:
        """The sentences of a field, those of its parts (``name-0``, …) with them."""
        return [
            text
            for key, texts in self.errors.items()
            if key == name or key.startswith(f"{name}-")
            for text in texts
        ]

    def note(self, name: str, label: Any) -> str:
        """Remember a field's label for the summary; empty, so that a template may print it."""
        self.labels[name] = str(label)
        return ""

    def summary(self) -> list[tuple[str | None, str, str]]:
        """(id of the field or None, its label, sentence) of all that is wrong, for the top of the form."""
        return [
            (f"f-{known}" if known else None, self.labels.get(known or "", ""), text)
            for key, texts in self.errors.items()
            for text in texts
            for known in [self._known(key)]
        ]

    def _known(self, key: str) -> str | None:
        return (
            key
            if key in self.labels
            else next((name for name in self.labels if key.startswith(f"{name}-")), None)
        )

    @property
    def status(self) -> int:
        """The answer's status: 200 for a form nobody has sent, 422 for one that was refused (the guard undoes what it began)."""
        return HTTPStatus.OK if self.ok else HTTPStatus.UNPROCESSABLE_ENTITY

    @contextmanager
    def submission(self) -> Iterator[None]:
        """What is done with a form that was sent: what a service refuses is taken up and shown with what was typed.

        Who may not do it (403) and what is not there (404) answer as everywhere, unless it is said of a field.
        """
        try:
            yield
        except ClerkError as error:
            if error.status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND) and not error.fields:
                raise
            self.refuse(error)

    def refuse(self, error: ClerkError) -> "Form":
        """Take up what a service refused: its fields' sentences, or its one sentence on top."""
        problems = fields_of(error) or {WHOLE: [sentence_of(error)]}
        for name, texts in problems.items():
            self.errors.setdefault(name, []).extend(texts)
        return self


def empty(**values: Any) -> Form:
    """A form nobody has sent yet, with these values in it."""
    return Form(values=values)


def of(thing: Any, *names: str) -> Form:
    """A form that shows the named attributes of ``thing``."""
    return Form(values={name: getattr(thing, name) for name in names})


def read(schema: Schema, source: MultiDict[str, str] | None = None) -> Form:
    """Load the request's form by ``schema``: ``form.ok``, then ``form.data``; else show it again with 422."""
    given = request.form if source is None else source
    form = Form(values=given)
    try:
        form.data = schema.load(raw(schema, given), unknown=EXCLUDE)
    except ValidationError as refused:
        for name, text in flatten(refused.messages):
            form.errors.setdefault(name, []).append(text)
    return form


def raw(schema: Schema, given: MultiDict[str, str]) -> dict[str, Any]:
    """A form's strings as a schema expects them: lists where it has lists, nothing where nothing was typed."""
    made: dict[str, Any] = {}
    for name, kind in schema.load_fields.items():
        key = kind.data_key or name
        if isinstance(kind, fields.List | fields.Tuple):
            made[key] = [value.strip() for value in given.getlist(key) if value.strip()]
        elif isinstance(kind, fields.Boolean):
            made[key] = given.get(key, "") not in ("", "0", "false", "off")
        elif given.get(key, "").strip():
            made[key] = given[key].strip()
        elif key in given and kind.allow_none:
            made[key] = None
    return made
