"""A place in a history, as the address of a page or a caller names it: when a change was, and which of that moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

_WRITTEN = re.compile(r"(\d{20})-([0-9a-f]{32})")
_TIME = "%Y%m%d%H%M%S%f"


class Moment(NamedTuple):
    """A change: `at` in time, and `id` where several were at once."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC):{_TIME}}-{self.id.hex}"


def read_moment(text: str) -> Moment | None:
    """The moment that is written so; None where none is."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    try:
        return Moment(datetime.strptime(found[1], _TIME).replace(tzinfo=UTC), UUID(found[2]))
    except ValueError:
        return None


def earlier(model: Any, before: Moment | None) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions that rows with `at` and `id` are older than a moment; none without one."""
    if before is None:
        return ()
    given = sa.tuple_(sa.literal(before.at, sa.DateTime(timezone=True)), sa.literal(before.id, sa.Uuid()))
    # The first by itself, too: it is what an index by time goes by.
    return model.at <= before.at, sa.tuple_(model.at, model.id) < given
