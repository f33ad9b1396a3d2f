"""Two public versions of a list or rulebook beside each other (R-L4, R-L10)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request

from onedoor.disclosure.models import Disclosure
from onedoor.edge.guard import public
from onedoor.edge.language import in_language
from onedoor.kernel.errors import NotFound
from onedoor.web.items import text_diff
from onedoor.web.portal import public_records
from onedoor.web.portal.blueprint import SEARCHES, pages
from onedoor.web.rate_limits import limiter
from onedoor.web.shell import page


@pages.get("/open/items/<uuid:subject_id>/changes")
@limiter.limit(SEARCHES)
@public
def item_list_changes(subject_id: UUID) -> Any:
    """What a version of a list changed of the one before it, or of another that is asked for."""
    found = public_records.version("items", subject_id)
    others = _others(found, "items")
    former = _former(found, others)
    comparison = text_diff.of_items(_items(former), _items(found)) if former else None
    return _show("portal/item_list_changes.html", found, former, others, comparison=comparison)


@pages.get("/open/rulebooks/<uuid:subject_id>/changes")
@limiter.limit(SEARCHES)
@public
def item_rulebook_changes(subject_id: UUID) -> Any:
    """The same of a rulebook, section by section (R-L10)."""
    found = public_records.version("rulebook", subject_id)
    others = _others(found, "rulebook")
    former = _former(found, others)
    texts = [dict(one.content.get("sections") or ()) for one in (former, found) if one]
    changes = text_diff.of_texts({title: in_language(title) for title in texts[-1]}, *texts) if former else []
    return _show("portal/rulebook_changes.html", found, former, others, changes=changes)


def _show(
    template: str, found: Disclosure, former: Disclosure | None, others: list[Disclosure], **more: Any
) -> Any:
    return page(
        template, thing=found, former=former, others=others, number_of=public_records.number_of, **more
    )


def _others(found: Disclosure, kind: str) -> list[Disclosure]:
    return [one for one in public_records.versions(found, kind) if one.id != found.id]


def _items(found: Disclosure) -> list[dict[str, Any]]:
    return list(found.content.get("items") or [])


def _former(found: Disclosure, others: list[Disclosure]) -> Disclosure | None:
    """The version asked for, or the one before; none before the first."""
    asked = request.args.get("against", "")
    number = public_records.number_of(found)
    if not asked:
        return next((one for one in others if public_records.number_of(one) < number), None)
    wanted = next((one for one in others if str(one.subject_id) == asked), None)
    if wanted is None:
        raise NotFound("没有找到要对照的版本。")
    return wanted
