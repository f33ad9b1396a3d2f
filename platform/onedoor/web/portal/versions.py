"""Two public versions of a list beside each other (R-L4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request

from onedoor.disclosure.models import Disclosure
from onedoor.edge.guard import public
from onedoor.kernel.errors import NotFound
from onedoor.web.limits import limiter
from onedoor.web.portal import reading
from onedoor.web.portal.blueprint import SEARCHES, pages
from onedoor.web.registry import comparing
from onedoor.web.shell import page


@pages.get("/open/items/<uuid:subject_id>/changes")
@limiter.limit(SEARCHES)
@public
def item_list_changes(subject_id: UUID) -> Any:
    """What a version of a list changed of the one before it, or of another that is asked for."""
    found = reading.version("items", subject_id)
    others = [one for one in reading.versions(found, "items") if one.id != found.id]
    former = _former(found, others)
    comparison = comparing.of_items(_items(former), _items(found)) if former else None
    return page(
        "portal/item_list_changes.html",
        thing=found,
        former=former,
        others=others,
        comparison=comparison,
        number_of=reading.number_of,
    )


def _items(found: Disclosure) -> list[dict[str, Any]]:
    return list(found.content.get("items") or [])


def _former(found: Disclosure, others: list[Disclosure]) -> Disclosure | None:
    """The version asked for, or the one before; none before the first."""
    asked = request.args.get("against", "")
    number = reading.number_of(found)
    if not asked:
        return next((one for one in others if reading.number_of(one) < number), None)
    wanted = next((one for one in others if str(one.subject_id) == asked), None)
    if wanted is None:
        raise NotFound("没有找到要对照的版本。")
    return wanted
