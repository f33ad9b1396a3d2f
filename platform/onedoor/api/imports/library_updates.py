"""How old the libraries are, over the interface, and saying that one was gone through and is right (R-L5)."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import room
from onedoor.edge.declarations import LIBRARIES
from onedoor.edge.guard import allow
from onedoor.imports import queries, service
from onedoor.imports.queries.library_updates import LibraryState
from tenants.rules import Permission

blp = room("libraries", "名录库的更新和核对")


class LibraryOut(Schema):
    """A library: how many are in it, its last change of any kind, and the last time the whole of it was gone over.

    `since` is what its age counts from: that time, or the first update of a library that never was; `stale` after 365 days.
    """

    library = fields.String(validate=validate.OneOf(LIBRARIES))
    count = fields.Integer()
    changed_at = fields.AwareDateTime(allow_none=True)
    changed_by = fields.String(allow_none=True)
    whole_at = fields.AwareDateTime(allow_none=True)
    whole_by = fields.String(allow_none=True)
    since = fields.AwareDateTime(allow_none=True)
    stale = fields.Boolean()


class Libraries(Schema):
    """All of them."""

    items = fields.List(fields.Nested(LibraryOut))


@blp.route("/")
@allow(Permission.BUREAU_READ)
@blp.response(200, Libraries)
def libraries() -> dict[str, Any]:
    """本单位各名录库最近的变动，最近整体更新或核对的时间，是否已超过一年"""
    return {"items": [_told(one) for one in queries.library_updates.all_upkeep()]}


@blp.route("/<any(targets, inspectors, experts):library>/confirm", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@blp.response(200, LibraryOut)
def confirm(library: str) -> dict[str, Any]:
    """整个名录库已由人逐项核对无误，自此重新计算更新期限"""
    service.confirm_library(library)
    return _told(queries.library_updates.upkeep(library))


def _told(one: LibraryState) -> dict[str, Any]:
    latest, whole, since = one.latest, one.whole, one.since
    return {
        "library": one.library,
        "count": one.count,
        "changed_at": latest.at if latest else None,
        "changed_by": latest.actor_name if latest else None,
        "whole_at": whole.at if whole else None,
        "whole_by": whole.actor_name if whole else None,
        "since": since.at if since else None,
        "stale": one.stale,
    }
