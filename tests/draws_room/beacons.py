"""A beacon two hours away, and the register's clock that brings it near."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import psycopg

from onedoor.draws import service
from onedoor.draws.service import draw_locks
from tests.fixtures.city import City


class Clock:
    """The register's clock of this module's database, which a test moves on; it never goes back."""

    def __init__(self, owner: psycopg.Connection) -> None:
        self.owner = owner
        self.body = self._one("SELECT prosrc FROM pg_proc WHERE proname = 'register_time'")
        self.start = self._ahead()

    def on(self, by: timedelta) -> None:
        """To so long after the register's time at the test's beginning, which earlier tests moved on."""
        self.back()
        by += self.start
        moved = self.body.replace(
            "clock_timestamp()", f"(clock_timestamp() + interval '{by.total_seconds()} s')"
        )
        self._set(moved)

    def back(self) -> None:
        self._set(self.body)

    def _ahead(self) -> timedelta:
        found: timedelta = self._one("SELECT register_time()::timestamptz - now()")
        return found

    def _one(self, query: str) -> Any:
        row = self.owner.execute(query).fetchone()
        assert row is not None
        return row[0]

    def _set(self, body: str) -> None:
        self.owner.execute(
            "CREATE OR REPLACE FUNCTION register_time() RETURNS text LANGUAGE sql VOLATILE SECURITY DEFINER"
            f" SET search_path = pg_catalog, pg_temp AS $body${body}$body$"
        )


@contextmanager
def asked(city: City) -> Iterator[datetime]:
    with city.acting("scjg.operator"):
        yield draw_locks.register_now()


def in_two_hours(city: City, **more: object) -> service.Mode:
    """A lottery that speaks two hours from the register's now."""
    with asked(city) as now:
        rule = service.beacon_rule("示范彩票", "2026135期", now + timedelta(hours=2), "numbers", 7, 2)
    return service.Mode(beacon=rule, **more)  # type: ignore[arg-type]
