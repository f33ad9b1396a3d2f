"""Record layouts of outside platforms: versioned data, not code (forms.md, "Outside records")."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Field:
    """One field of a record: its key on the wire, its Chinese label, the most characters it takes.

    `kind` is text, date, decimal (six places at most) or credit_code; `choices` are the only values allowed, if any.
    """

    key: str
    label: str
    longest: int
    kind: str = "text"
    choices: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True)
class Layout:
    """A version of a platform's record layout. `entity` are the keys of the firm's name and code."""

    name: str
    platform: str
    title: str
    fields: tuple[Field, ...]
    entity: tuple[str, str] = ("entity_name", "entity_code")


@cache
def layout(name: str) -> Layout:
    """The layout of this name and version (`inspection-result/1`)."""
    file = resources.files(__package__).joinpath(f"{name.replace('-', '_').replace('/', '_')}.json")
    held = json.loads(file.read_text(encoding="utf-8"))
    fields = (Field(**{**one, "choices": tuple(one.get("choices", ()))}) for one in held["fields"])
    return Layout(
        held["name"],
        held["platform"],
        held["title"],
        tuple(fields),
        tuple(held.get("entity", ("entity_name", "entity_code"))),
    )
