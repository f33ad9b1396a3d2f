"""The document's own version, from the change log, and how what is to end says so (RFC 9745, RFC 8594).

Every change of the contract stands in `changes.md` under a version; `contract.json` says which operation changed in which.
A test compares both with what the routes are.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from importlib import resources
from typing import Any

from flask import Flask, Response, request

METHODS = ("get", "post", "put", "patch", "delete")
_VERSION = re.compile(r"^## (\d+\.\d+\.\d+) (\d{4}-\d{2}-\d{2})$", re.MULTILINE)
# What changes nothing for a caller.
_WORDS = frozenset({"description", "summary", "example", "examples", "tags", "title"})


@dataclass(frozen=True)
class Ending:
    """From when an operation is not to be used any more, and the day it ends; a year between, at least."""

    deprecated: date
    sunset: date


# By operation id. Nothing of version 1 is to end.
ENDINGS: dict[str, Ending] = {}


@cache
def change_log() -> str:
    """The change log, the newest version first."""
    return resources.files(__package__).joinpath("changes.md").read_text(encoding="utf-8")


def sections(log: str) -> dict[str, str]:
    """What changed in each version, by its number."""
    parts = _VERSION.split(log)[1:]
    return dict(zip(parts[::3], parts[2::3], strict=True))


def version() -> str:
    """The version of the contract."""
    return next(iter(sections(change_log())))


def contract(document: Mapping[str, Any]) -> dict[str, str]:
    """What a caller relies on, operation by operation: a digest of addresses, parameters, bodies and answers without their words."""
    schemas = document["components"]["schemas"]
    return {
        f"{method.upper()} {path}": _digest(_bare([methods.get("parameters", []), operation], schemas, ()))
        for path, methods in sorted(document["paths"].items())
        for method, operation in sorted(methods.items())
        if method in METHODS
    }


def kept_contract() -> dict[str, dict[str, str]]:
    """The contract as it was written last: each operation with its digest and the version it changed in."""
    text = resources.files(__package__).joinpath("contract.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = json.loads(text)
    return found


def differences(now: Mapping[str, str], before: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Operations that were added, changed or removed."""
    changed = [name for name, digest in now.items() if before.get(name, {}).get("digest") != digest]
    return sorted([*changed, *(set(before) - set(now))])


def is_named(operation: str, section: str) -> bool:
    """Whether a version's part of the change log names an operation: by itself, or with others below one address that ends in dots."""
    if f"`{operation}`" in section:
        return True
    path = operation.partition(" ")[2]
    begun = (part.removesuffix("…") for part in section.split("`")[1::2] if part.endswith("…"))
    return any(path.startswith(part) for part in begun)


def install(app: Flask) -> None:
    """What is to end says so with every answer."""
    app.after_request(_said)


def _said(answer: Response) -> Response:
    found = ENDINGS.get((request.endpoint or "").removeprefix("api_"))
    if found is not None:
        answer.headers["Deprecation"] = f"@{int(_moment(found.deprecated).timestamp())}"
        answer.headers["Sunset"] = _moment(found.sunset).strftime("%a, %d %b %Y %H:%M:%S GMT")
    return answer


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _bare(value: Any, schemas: Mapping[str, Any], within: tuple[str, ...]) -> Any:
    """A part of the document without words, and with what it points to; what contains itself is named."""
    if isinstance(value, list):
        return [_bare(one, schemas, within) for one in value]
    if not isinstance(value, dict):
        return value
    pointed = value.get("$ref")
    if isinstance(pointed, str) and pointed.startswith("#/components/schemas/"):
        name = pointed.rpartition("/")[2]
        return name if name in within else _bare(schemas[name], schemas, (*within, name))
    # A property may be called like a word of the document.
    return {
        name: {key: _bare(one, schemas, within) for key, one in inner.items()}
        if name == "properties"
        else _bare(inner, schemas, within)
        for name, inner in value.items()
        if name not in _WORDS
    }


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
