"""The page that shows what the API offers, made from its OpenAPI document."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app
from flask_babel import gettext as _

from onedoor.edge.guard import public
from onedoor.web.shell import page

pages = Blueprint("interfaces", __name__)


@pages.get("/api/")
@public
def guide() -> Any:
    """Every path with its parameters."""
    document = current_app.extensions["onedoor.api"]
    return page("api/guide.html", document=document, operation_rows=_parameters)


def _parameters(operation: dict[str, Any], path: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Name, place and whether it must be given, of an operation's parameters."""
    places = {"query": _("网址参数"), "path": _("路径")}
    given = [*path.get("parameters", []), *operation.get("parameters", [])]
    return [
        (one["name"], places.get(one["in"], one["in"]), _("是") if one.get("required") else _("否"))
        for one in given
    ]
