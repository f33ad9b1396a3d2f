"""The pages that show what the API offers, made from its OpenAPI document: rooms, one room or what was searched, and its changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, request
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from onedoor.edge.contract.meanings import meaning_of
from onedoor.edge.contract.versions import METHODS, change_log, version
from onedoor.edge.guard import public
from onedoor.edge.language import in_language
from onedoor.edge.problems import BY_STATUS, MORE
from onedoor.edge.rate_limits import CALLS
from onedoor.web.shell import page

pages = Blueprint("interfaces", __name__)
Paths = list[tuple[str, dict[str, Any]]]
MOST_FOUND = 40


@dataclass(frozen=True, kw_only=True)
class GuidePage:
    """What the guide to the interface shows."""

    rooms: list[tuple[str, str, list[tuple[str, dict[str, Any]]]]]
    shown: list[tuple[str, str, list[tuple[str, dict[str, Any]]]]]
    found: Any
    most: int
    methods: tuple[str, str, str, str, str]
    parameters: Callable[..., list[tuple[str, str, str, str]]]
    body: Callable[..., dict[str, Any] | None]
    answer: Callable[..., dict[str, Any] | None]
    fields: Callable[..., list[tuple[str, str, str]]]
    example: Callable[..., str]
    webhook: Any
    base: str
    words: str
    chosen: str
    statuses: dict[int, tuple[str, Any, Any]]
    more_codes: dict[str, Any]
    calls: str
    version: str


@pages.get("/api/")
@public
def guide() -> Any:
    """The rooms; `room` shows one in full, `q` finds paths by their name, words, parameters and fields, in both languages."""
    document = current_app.extensions["onedoor.api"]
    base: str = current_app.extensions["onedoor.config"].base_url
    words = request.args.get("q", "").replace("\x00", "").strip()
    rooms = _rooms(document, words.casefold())
    chosen = request.args.get("room", "")
    shown = [one for one in rooms if one[0] == chosen] if chosen else (_first(rooms) if words else [])
    return page(
        "api/guide.html",
        200,
        GuidePage(
            rooms=rooms,
            shown=shown,
            found=sum(len(paths) for _room, _described, paths in rooms),
            most=MOST_FOUND,
            methods=METHODS,
            parameters=_parameters,
            body=lambda operation: _content(operation.get("requestBody", {})),
            answer=_answer,
            fields=lambda content: _fields(document, content),
            example=lambda content: json.dumps(content["example"], ensure_ascii=False, indent=1),
            webhook=document["webhooks"]["events"]["post"],
            base=base,
            words=words,
            chosen=chosen,
            statuses=BY_STATUS,
            more_codes=MORE,
            calls=CALLS.partition("/")[0],
            version=version(),
        ),
    )


@pages.get("/api/changes")
@public
def changes() -> Any:
    """What changed in the interface, version by version."""
    return page("api/changes.html", log=change_log().partition("\n")[2].strip())


def _rooms(document: dict[str, Any], words: str) -> list[tuple[str, str, Paths]]:
    """Name, description and paths of each room that has a path with these words."""
    described = {one["name"]: one.get("description", "") for one in document.get("tags", [])}
    found: dict[str, Paths] = {}
    # In both languages, whichever the reader's: who knows a thing's English name looks for that.
    with force_locale("en"):
        for path, methods in document["paths"].items():
            room = path.split("/")[3]
            texts = _texts(document, path, methods, described.get(room, ""))
            if not words or any(words in text.casefold() for text in texts):
                found.setdefault(room, []).append((path, methods))
    return [(room, described.get(room, ""), paths) for room, paths in found.items()]


def _first(rooms: list[tuple[str, str, Paths]]) -> list[tuple[str, str, Paths]]:
    """As many of the paths that were found as a page takes."""
    left, shown = MOST_FOUND, []
    for room, described, paths in rooms:
        if left > 0:
            shown.append((room, described, paths[:left]))
            left -= len(paths)
    return shown


def _texts(document: dict[str, Any], path: str, methods: dict[str, Any], described: str) -> Iterator[str]:
    yield from (path, described, in_language(described))
    for one in methods.get("parameters", []):
        yield from (one["name"], one.get("description", ""))
    for method, operation in methods.items():
        if method in METHODS:
            summary = operation.get("summary", "")
            yield from (summary, in_language(summary))
            for one in operation.get("parameters", []):
                yield from (one["name"], one.get("description", ""))
            for _name, schema in _properties(document, _content(operation.get("requestBody", {}))):
                yield from (_name, schema.get("description", ""))


def _parameters(operation: dict[str, Any], path: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Name, place, whether it must be given, and what it means and may be, of an operation's parameters."""
    places = {"query": _("网址参数"), "path": _("路径"), "header": _("请求头")}
    given = [*path.get("parameters", []), *operation.get("parameters", [])]
    return [
        (
            one["name"],
            places.get(one["in"], one["in"]),
            _("是") if one.get("required") else _("否"),
            _meaning(one["name"], one, one.get("schema", {})),
        )
        for one in given
    ]


def _fields(document: dict[str, Any], content: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Name, kind and meaning of the fields of a body or an answer."""
    return [
        (name, _kind(schema), _meaning(name, schema, schema))
        for name, schema in _properties(document, content)
    ]


def _properties(
    document: dict[str, Any], content: Mapping[str, Any] | None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The fields a body has, and those of the rows of a page."""
    schema = (content or {}).get("schema", {})
    for part in schema.get("allOf", [schema]):
        part = _resolved(document, part)
        if part.get("type") == "array":
            part = _resolved(document, part.get("items", {}))
        for name, one in part.get("properties", {}).items():
            yield name, one
            rows = _resolved(document, one.get("items", {})) if name == "items" else {}
            yield from ((f"items[].{inner}", each) for inner, each in rows.get("properties", {}).items())


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = document["components"]["schemas"][name] if name else schema
    return found


def _content(part: Mapping[str, Any]) -> dict[str, Any] | None:
    """What is sent or answered, where its shape is known."""
    return next((one for one in part.get("content", {}).values() if "example" in one), None)


def _answer(operation: dict[str, Any]) -> dict[str, Any] | None:
    good = (one for status, one in operation["responses"].items() if status.startswith("2"))
    return next((content for content in map(_content, good) if content is not None), None)


def _kind(schema: dict[str, Any]) -> str:
    kind = schema.get("type", "")
    kinds = kind if isinstance(kind, list) else [kind]
    named = schema.get("format") or schema.get("$ref", "").rpartition("/")[2]
    return "/".join(str(one) for one in [*kinds, named] if one)


def _meaning(name: str, described: dict[str, Any], schema: dict[str, Any]) -> str:
    known, locale = meaning_of(name.rpartition(".")[2]), get_locale()
    if known is not None and (locale is None or locale.language == "zh"):
        said = [known.zh]
    else:
        said = [str(described.get("description", "")).rpartition(" · ")[2]]
    if schema.get("enum"):
        said.append(_("可以是 %(values)s", values=", ".join(str(each) for each in schema["enum"] if each)))
    if "minimum" in schema and "maximum" in schema:
        said.append(_("%(least)s 到 %(most)s", least=schema["minimum"], most=schema["maximum"]))
    if schema.get("default") not in (None, "", [], {}):
        said.append(_("不写则为 %(value)s", value=schema["default"]))
    return _("；").join(text for text in said if text)
