"""The page that shows what the API offers, made from its OpenAPI document."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import public
from onedoor.web.shell import page

pages = Blueprint("interfaces", __name__)
# What a parameter means wherever it stands; the document's own words come first.
MEANINGS: dict[str, Any] = {
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
    """Every path with its parameters."""
    document = current_app.extensions["onedoor.api"]
    base: str = current_app.extensions["onedoor.config"].base_url
    return page("api/guide.html", document=document, operation_rows=_parameters, base=base)


def _parameters(operation: dict[str, Any], path: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Name, place, whether it must be given, and what it means and may be, of an operation's parameters."""
    places = {"query": _("网址参数"), "path": _("路径")}
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
