"""The history of an entity and of what belongs to it, as one line of time read in pages."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from onedoor.entities.queries.entities import history_of
from onedoor.entities.queries.history_position import Moment
from onedoor.entities.queries.premises import belongings_history

MOST = 50


class Line(NamedTuple):
    """One change, read as `entities.EntityHistoryEntry` (`own`: of the entity itself) or `premises.PremisesHistoryEntry`."""

    step: Any
    own: bool

    @property
    def moment(self) -> Moment:
        """Where it stands in the line."""
        return Moment(self.step.change.at, self.step.change.id)


class HistoryPage(NamedTuple):
    """Changes, newest first, and the moment before which the older ones are; None where there are none."""

    lines: list[Line]
    older: Moment | None


def history_page(entity_id: UUID, before: Moment | None = None, most: int = MOST) -> HistoryPage:
    """The latest changes `before` a moment, or of all."""
    lines = [Line(one, True) for one in history_of(entity_id, most + 1, before)]
    lines += [Line(one, False) for one in belongings_history(entity_id, most + 1, before)]
    lines.sort(key=lambda one: one.moment, reverse=True)
    return HistoryPage(lines[:most], lines[most - 1].moment if len(lines) > most else None)
