"""What parameters and properties mean, with unit and source: once for each name, in both languages (`meanings.tsv`).

What a schema says of its own field comes first. A name that means something else in one schema stands as `Schema.name`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

# How a value of this form is written, wherever it stands.
FORMATS = {
    "date": ("北京时间的日期，YYYY-MM-DD", "a day in China, YYYY-MM-DD"),
    "date-time": ("UTC 时间，RFC 3339", "a moment in UTC, RFC 3339"),
}


@dataclass(frozen=True)
class Meaning:
    """What a name means, in Chinese and in English."""

    zh: str
    en: str


@cache
def meanings() -> Mapping[str, Meaning]:
    """Every name that is explained."""
    text = resources.files(__package__).joinpath("meanings.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return {name: Meaning(zh, en) for name, zh, en in rows}


def meaning_of(name: str, schema: str = "") -> Meaning | None:
    """What a name means in a schema, or anywhere."""
    known = meanings()
    return known.get(f"{schema}.{name}") or known.get(name)


def describe(document: dict[str, Any]) -> None:
    """Write into the document what its parameters and properties mean: in Chinese, a line, in English."""
    for name, schema in document["components"]["schemas"].items():
        for property_name, property_schema in schema.get("properties", {}).items():
            _describe(property_schema, property_name, name, property_schema)
    for one in parameters(document):
        _describe(one, one["name"], "", one.get("schema", {}))
    for methods in document["paths"].values():
        for method, operation in methods.items():
            for content in (
                operation.get("requestBody", {}).get("content", {}).values() if method != "parameters" else ()
            ):
                for property_name, property_schema in content["schema"].get("properties", {}).items():
                    _describe(property_schema, property_name, "", property_schema)


def parameters(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every parameter of every address and operation."""
    for methods in document["paths"].values():
        yield from methods.get("parameters", [])
        for method, operation in methods.items():
            if method != "parameters":
                yield from operation.get("parameters", [])


def _describe(described: dict[str, Any], name: str, schema: str, value: Mapping[str, Any]) -> None:
    own, found = described.get("description", ""), meaning_of(name, schema)
    zh, en = (found.zh, own or found.en) if found else ("", own)
    for form, (in_chinese, in_english) in FORMATS.items():
        if value.get("format") == form:
            zh, en = (f"{zh}（{in_chinese}）" if zh else in_chinese), f"{en} ({in_english})"
    # What a schema says itself is about that schema: the general Chinese meaning stands before it.
    text = " · ".join(part for part in (zh, en) if part)
    if text:
        described["description"] = text
