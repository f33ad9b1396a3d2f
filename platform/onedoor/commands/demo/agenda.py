"""What is to be done on which day: what one scene sets off is done in its turn among the others."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import date

from onedoor.commands.demo.cast import Cast

Action = Callable[[], object]


class Agenda:
    """Actions by day and hour; without a story they are all done today, in the same order."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._entries: list[tuple[date, int, int, Action]] = []
        self._count = 0

    def add(self, day: date, action: Action, hour: int = 9) -> None:
        """Something to do on a day; an action may add others."""
        self._count += 1
        heapq.heappush(self._entries, (day, hour, self._count, action))

    def run(self) -> None:
        """Do all of it, each on its day."""
        while self._entries:
            day, hour, _number, action = heapq.heappop(self._entries)
            self._cast.on(day, hour)
            action()
