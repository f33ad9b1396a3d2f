"""Time: aware UTC inside, Asia/Shanghai at the edge."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

TODAY_SQL = "(now() AT TIME ZONE 'Asia/Shanghai')::date"
"""`today()` for SQL. `current_date` is a day behind until eight in the morning: sessions run in UTC."""


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in China, which is what deadlines and numbers of documents go by."""
    return now().astimezone(SHANGHAI).date()


def local_day(moment: datetime) -> date:
    """The date in China on which `moment` (aware) falls."""
    return moment.astimezone(SHANGHAI).date()
