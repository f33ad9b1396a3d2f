"""The year the demo tells: its clock goes on from scene to scene, and meets the machine's at the end (docs/adr/0017)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import psycopg

from onedoor.kernel import clock, story_clock
from onedoor.kernel.clock import SHANGHAI
from onedoor.kernel.workdays import CalendarUnknown, WorkCalendar

_CALENDAR = WorkCalendar()


@dataclass(frozen=True)
class Story:
    """The last full calendar year, in a database that is a demo's: `owner` is a connection of its owner.

    `monthly` is what the schedule of a running house would have done since: it is called whenever a month has begun.
    """

    owner: psycopg.Connection
    year: int
    monthly: Callable[[], object]

    @classmethod
    def begin(cls, owner_dsn: str, monthly: Callable[[], object]) -> Story:
        """On the first working day of that year, before anybody is there."""
        owner = psycopg.connect(owner_dsn, autocommit=True)
        story = cls(owner, clock.local_day(clock.real_now()).year - 1, monthly)
        story._set(datetime.combine(story.day(1, 2), time(8), SHANGHAI))
        return story

    def day(self, month: int, day: int) -> date:
        """That day of the story's year, or the next working day if it is none."""
        return working_day(date(self.year, month, day))

    def go_to(self, moment: datetime) -> None:
        """Go on to that moment; one that is past is now."""
        if moment > clock.now():
            before = clock.today()
            self._set(moment)
            if before.month != clock.today().month:
                self.monthly()

    def end(self) -> None:
        """The clock meets the machine's."""
        # Not to the moment at which it is said, which is past when the database hears it.
        self._set(clock.real_now() + timedelta(days=1))
        self.owner.close()
        self.monthly()

    def _set(self, moment: datetime) -> None:
        clock.Story.offset = story_clock.set_clock(self.owner, moment)


def working_day(day: date) -> date:
    """The day, or the next working day as far as the official calendar is known."""
    while _CALENDAR.knows(day.year) and not _CALENDAR.is_working_day(day):
        day += timedelta(days=1)
    return day


def working_days_later(day: date, days: int) -> date:
    """So many working days after a day of the story; of a year without a calendar, so many days."""
    try:
        return _CALENDAR.add_working_days(day, days)
    except CalendarUnknown:
        return day + timedelta(days=days)
