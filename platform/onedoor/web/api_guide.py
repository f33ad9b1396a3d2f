"""The page that shows what the API offers, made from its OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, current_app, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import public
from onedoor.edge.language import in_language
from onedoor.edge.problems import BY_STATUS, MORE
from onedoor.edge.rate_limits import CALLS
from onedoor.web.shell import page

pages = Blueprint("interfaces", __name__)
METHODS = ("get", "post", "put", "patch", "delete")
# What a parameter means wherever it stands; the document's own words come first.
MEANINGS: dict[str, Any] = {
    "Idempotency-Key": _l(
        "调用方自定的随机编号；一天之内再次发送同样的内容，不会办理第二次，而是得到第一次的答复"
    ),
    "If-Match": _l("读取时答复头 ETag 中的版本；已不是这个版本时答复 412"),
    "limit": _l("一次最多给几条"),
    "after": _l("上一页答复里的 next，接着往后取"),
    "kind": _l("种类"),
    "since": _l("自哪一天起，例如 2026-03-05"),
    "q": _l("名称、编号或统一社会信用代码中的词"),
    "disclosure_id": _l("公示信息的 id，列表里有"),
    "draw_id": _l("抽取的 id，列表里有"),
    "name": _l("文件名，见该次抽取的 files"),
    "load_id": _l("导入的 id，上传后的答复里有"),
}


@pages.get("/api/")
@public
def guide() -> Any:
    """Every path with its parameters, room by room; `q` finds paths by their name, words and parameters."""
    document = current_app.extensions["onedoor.api"]
    base: str = current_app.extensions["onedoor.config"].base_url
    words = request.args.get("q", "").replace("\x00", "").strip()
    return page(
        "api/guide.html",
        rooms=_rooms(document, words.casefold()),
        operation_rows=_parameters,
        base=base,
        words=words,
        statuses=BY_STATUS,
        more_codes=MORE,
        calls=CALLS.partition("/")[0],
    )


def _rooms(document: dict[str, Any], words: str) -> list[tuple[str, str, list[tuple[str, dict[str, Any]]]]]:
    """Name, description and paths of each room that has a path with these words."""
    described = {one["name"]: one.get("description", "") for one in document.get("tags", [])}
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for path, methods in document["paths"].items():
        room = path.split("/")[3]
        if not words or any(words in text.casefold() for text in _texts(path, methods)):
            found.setdefault(room, []).append((path, methods))
    return [(room, described.get(f"api_{room}", ""), paths) for room, paths in found.items()]


def _texts(path: str, methods: dict[str, Any]) -> Iterator[str]:
    yield path
    for method, operation in methods.items():
        if method in METHODS:
            summary = operation.get("summary", "")
            yield from (summary, in_language(summary))
            for name, _place, _must, meaning in _parameters(operation, methods):
                yield from (name, meaning)


def _parameters(operation: dict[str, Any], path: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Name, place, whether it must be given, and what it means and may be, of an operation's parameters."""
    places = {"query": _("网址参数"), "path": _("路径"), "header": _("请求头")}
    given = [*path.get("parameters", []), *operation.get("parameters", [])]
    return [
        (
            one["name"],
            places.get(one["in"], one["in"]),
            _("是") if one.get("required") else _("否"),
            _meaning(one),
        )
        for one in given
    ]


def _meaning(parameter: dict[str, Any]) -> str:
    schema = parameter.get("schema", {})
    said = [str(MEANINGS.get(parameter["name"]) or parameter.get("description") or "")]
    if schema.get("enum"):
        said.append(_("可以是 %(values)s", values=", ".join(str(each) for each in schema["enum"] if each)))
    if "minimum" in schema and "maximum" in schema:
        said.append(_("%(least)s 到 %(most)s", least=schema["minimum"], most=schema["maximum"]))
    if schema.get("default") not in (None, ""):
        said.append(_("不写则为 %(value)s", value=schema["default"]))
    return _("；").join(text for text in said if text)
