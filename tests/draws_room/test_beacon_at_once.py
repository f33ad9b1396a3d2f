"""A draw with a beacon when things happen at once, or a worker stops in the middle: each step stands once, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa

from onedoor.draws import queries, service
from onedoor.kernel.db import db
from tests.draws_room.beacons import Clock, in_two_hours
from tests.draws_room.ceremony import Ceremony
from tests.draws_room.test_register import _at_once
from tests.fixtures.city import City

NUMBERS = "03 07 12 18 25 31 09"


@pytest.fixture
def clock(owner: psycopg.Connection) -> Iterator[Clock]:
    made = Clock(owner)
    yield made
    made.back()


@pytest.fixture
def ceremony(city: City, clock: Clock) -> Ceremony:
    """All have revealed, and nothing of it is registered."""
    made = Ceremony(city, mode=in_two_hours(city))
    made.open()
    made.close()
    made.reveal()
    return made


def kinds(ceremony: Ceremony) -> list[str]:
    with ceremony.city.acting("scjg.operator"):
        return [entry.kind for entry in queries.entries_of(ceremony.draw_id)]


def test_two_workers_register_the_reveals_once(ceremony: Ceremony) -> None:
    assert _at_once(ceremony.run, ceremony.run) == []
    assert kinds(ceremony) == ["plan", "texts", "reveals"]


def test_a_worker_that_stops_in_the_middle_leaves_no_reveals_registered(ceremony: Ceremony) -> None:
    with pytest.raises(KeyboardInterrupt), ceremony.city.acting("scjg.operator"):
        service.run(ceremony.draw_id)
        raise KeyboardInterrupt
    assert kinds(ceremony) == ["plan", "texts"]
    ceremony.run()
    assert kinds(ceremony) == ["plan", "texts", "reveals"]


def test_two_who_read_at_once_have_it_drawn_once(ceremony: Ceremony, clock: Clock) -> None:
    ceremony.run()
    clock.on(timedelta(hours=3))

    def reads(who: str) -> None:
        with ceremony.city.acting(who):
            service.read_beacon(ceremony.draw_id, NUMBERS, "公告")

    assert _at_once(lambda: reads("scjg.operator"), lambda: reads("sfj.supervisor")) == []
    with ceremony.city.acting("scjg.operator"):
        # The due moment's own job waits; one more was asked for by the reveals, one by the readings.
        query = sa.text("SELECT count(*) FROM job WHERE subject_id = :draw AND name = 'campaigns.run_draw'")
        assert db.session.scalar(query, {"draw": ceremony.draw_id}) == 3
    assert _at_once(ceremony.run, ceremony.run) == []
    assert kinds(ceremony) == ["plan", "texts", "reveals", "proof"]
