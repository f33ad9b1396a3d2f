"""Laws and what of them ended, and the items that rest on it (R-L4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.items.models import Item, Law, LawChange
from onedoor.items.rules.laws import Ended, changes_under
from onedoor.kernel.clock import local_day, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound


def laws() -> list[Law]:
    """All laws by title."""
    return list(db.session.scalars(sa.select(Law).order_by(Law.title)))


def law(law_id: UUID) -> Law:
    """One law; raises NotFound."""
    found = db.session.get(Law, law_id)
    if found is None:
        raise NotFound("没有找到这部法律法规。")
    return found


def changes() -> list[tuple[LawChange, Law]]:
    """All changes, the latest first."""
    query = sa.select(LawChange, Law).join(Law, Law.id == LawChange.law_id)
    rows = db.session.execute(query.order_by(LawChange.changed_on.desc(), Law.title, LawChange.article))
    return [(row[0], row[1]) for row in rows]


def ended() -> list[Ended]:
    """What is over today."""
    return [
        Ended(law.title, change.article, change.changed_on, change.repealed)
        for change, law in changes()
        if change.changed_on <= today()
    ]


def flagged(items: Iterable[Item]) -> list[tuple[Any, list[Ended]]]:
    """Those of the items whose basis ended since they were last written, with what of it."""
    over = ended()
    found = [(item, changes_under(item.basis, over, _written(item))) for item in items] if over else []
    return [(item, under) for item, under in found if under]


def _written(item: Item) -> Any:
    return local_day(item.updated_at) if getattr(item, "updated_at", None) else None
