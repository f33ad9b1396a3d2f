"""Record layouts of outside platforms: versioned data, not code (forms.md, "Outside records"). Pure.

Those of the beginning stand beside this module and are the first rows of `record_layout`; the operator goes on from there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

FILES = ("inspection_result_1.json", "administrative_penalty_1.json")
RESULT, PENALTY = "result", "penalty"
KINDS = ("text", "date", "decimal", "credit_code")


@dataclass(frozen=True)
class Field:
    """One field of a record: its key on the wire, its Chinese label, the most characters it takes.

    `kind` is text, date, decimal (of so many `decimals` at most) or credit_code; `choices` are the only values allowed, if
    any, and `codes` those of them that our words become. It is filled from our `source` (its own key, if empty) or is always `fixed`.
    """

    key: str
    label: str
    longest: int
    kind: str = "text"
    choices: tuple[str, ...] = ()
    required: bool = True
    decimals: int = 6
    source: str = ""
    fixed: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)

    @property
    def filled_from(self) -> str:
        """The name of our fact that fills it."""
        return self.source or self.key

    def as_dict(self) -> dict[str, Any]:
        """The field as it is kept."""
        return {
            "key": self.key,
            "label": self.label,
            "longest": self.longest,
            "kind": self.kind,
            "choices": list(self.choices),
            "required": self.required,
            "decimals": self.decimals,
            "source": self.source,
            "fixed": self.fixed,
            "codes": dict(self.codes),
        }


@dataclass(frozen=True)
class Layout:
    """A version of a record layout (`inspection-result/1`) for results or penalties (`kind`).

    `entity` are the keys of the firm's name and code; `nested`: items and findings go along as a list.
    """

    name: str
    kind: str
    title: str
    fields: tuple[Field, ...]
    entity: tuple[str, str] = ("entity_name", "entity_code")
    nested: bool = False

    def field_of(self, key: str) -> Field | None:
        """The field of a key."""
        return next((one for one in self.fields if one.key == key), None)


def read_fields(kept: Sequence[Mapping[str, Any]]) -> tuple[Field, ...]:
    """Fields as they are kept."""
    return tuple(Field(**{**one, "choices": tuple(one.get("choices", ()))}) for one in kept)


@cache
def first_layout(name: str) -> Layout:
    """A layout of the beginning, by name and version."""
    held = next(one for one in _held() if f"{one['family']}/{one['version']}" == name)
    name_key, code_key = held["entity"]
    return Layout(
        name, held["kind"], held["title"], read_fields(held["fields"]), (name_key, code_key), held["nested"]
    )


def first_layouts() -> Iterator[str]:
    """The layouts of the beginning as INSERT statements."""
    for held in _held():
        fields = json.dumps(held["fields"], ensure_ascii=False).replace("'", "''")
        entity = json.dumps(held["entity"])
        # Our own files, written into a migration.
        yield (
            "INSERT INTO record_layout (family, version, kind, title, fields, entity, nested, state, made_by, made_at, used_since)"  # noqa: S608
            f" VALUES ('{held['family']}', {held['version']}, '{held['kind']}', '{held['title']}', '{fields}'::jsonb,"
            f" '{entity}'::jsonb, {str(held['nested']).lower()}, 'in_use', '', '2026-01-01+08', '2026-01-01+08')"
        )


def _held() -> list[dict[str, Any]]:
    folder = resources.files(__package__)
    return [json.loads(folder.joinpath(name).read_text(encoding="utf-8")) for name in FILES]
