"""Two clocks: the one people's work is dated by, and the machine's. Aware UTC inside, Asia/Shanghai at the edge.

`now()` and `today()` are what the database's `onedoor_now()` says: the machine's time, except in a demo's cluster, which may
be behind while its story is told (docs/adr/0017). `real_now()` is the machine's time always, for what protects: sign-ins,
sessions, tokens, leases, limits.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

NOW_SQL = "public.onedoor_now()"
"""`now()` for SQL."""
TODAY_SQL = f"({NOW_SQL} AT TIME ZONE 'Asia/Shanghai')::date"
"""`today()` for SQL. `current_date` is a day behind until eight in the morning: sessions run in UTC."""


class Story:
    """How far the story's clock is from the machine's, as the database last said; nothing outside the demo."""

    offset: ClassVar[timedelta] = timedelta(0)
    followed: ClassVar[bool] = False

    @classmethod
    def follow(cls, ask: Callable[[], timedelta]) -> None:
        """Hear from the database where its clock is, if this process is a demo's."""
        if cls.followed:
            cls.offset = ask()


def now() -> datetime:
    """This moment as the work goes by it, aware, in UTC."""
    return real_now() + Story.offset


def real_now() -> datetime:
    """This moment by the machine's clock, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in China, which is what deadlines and numbers of documents go by."""
    return now().astimezone(SHANGHAI).date()


def local_day(moment: datetime) -> date:
    """The date in China on which `moment` (aware) falls."""
    return moment.astimezone(SHANGHAI).date()
