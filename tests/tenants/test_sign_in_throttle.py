"""Wrong sign-ins are slowed down place by place; nobody who knows a user name can lock its owner out (PostgreSQL)."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from onedoor.kernel.errors import ClerkError
from tenants import people
from tenants.people import Place, TooManyAttempts, sign_in_throttle
from tests.fixtures.city import PASSWORD, City

HERE, THERE = Place("address:192.0.2.1"), Place("address:192.0.2.2")
DESK = Place("device:desk", known=True)


def enter(city: City, who: str, password: str = PASSWORD, place: Place = HERE) -> people.SignInResult:
    with city.app.app_context():
        return people.sign_in(who, password, "", place=place, origin="192.0.2.1", agent="test")


def fail(city: City, who: str, times: int, place: Place = HERE) -> None:
    for _ in range(times):
        with pytest.raises(ClerkError, match="不正确"):
            enter(city, who, "wrong", place)


def be_patient(owner: psycopg.Connection) -> None:
    """All that had to wait has waited."""
    owner.execute("UPDATE sign_in_wait SET wait_until = now() - interval '1 second'")


def test_waits_double_up_to_a_limit() -> None:
    result = [sign_in_throttle.wait_after(failures, 5) for failures in (0, 4, 5, 6, 7, 50)]
    seconds = [one.total_seconds() for one in result]
    assert seconds == [0, 0, 15, 30, 60, 600]


def test_five_wrong_tries_make_the_place_wait_and_no_other(city: City) -> None:
    fail(city, "scjg.reviewer", sign_in_throttle.FREE)
    with pytest.raises(TooManyAttempts, match="秒后再试"):
        enter(city, "scjg.reviewer")
    assert enter(city, "scjg.reviewer", place=THERE).token
    assert enter(city, "scjg.head").token


def test_having_waited_a_right_try_enters_and_a_wrong_one_waits_longer(
    city: City, owner: psycopg.Connection
) -> None:
    fail(city, "scjg.discloser", sign_in_throttle.FREE)
    be_patient(owner)
    fail(city, "scjg.discloser", 1)
    row = owner.execute(
        "SELECT failures, wait_until - seen_at FROM sign_in_wait WHERE place = %s ORDER BY seen_at DESC LIMIT 1",
        (HERE.name,),
    ).fetchone()
    assert row is not None and row[0] == 6 and row[1] > timedelta(seconds=20)
    be_patient(owner)
    assert enter(city, "scjg.discloser").token
    fail(city, "scjg.discloser", sign_in_throttle.FREE - 1)


def test_an_attacker_with_many_addresses_does_not_lock_out_a_known_device(city: City) -> None:
    for number in range(sign_in_throttle.FREE_EVERYWHERE):
        fail(city, "yjgl.head", 1, Place(f"address:198.51.100.{number}"))
    with pytest.raises(TooManyAttempts):
        enter(city, "yjgl.head", place=Place("address:198.51.100.200"))
    assert enter(city, "yjgl.head", place=DESK).token


def test_a_name_that_does_not_exist_waits_just_the_same(city: City) -> None:
    fail(city, "nobody.here", sign_in_throttle.FREE)
    with pytest.raises(TooManyAttempts):
        enter(city, "nobody.here")


def test_what_was_counted_is_forgotten_after_a_day(city: City, owner: psycopg.Connection) -> None:
    fail(city, "scjg.operator", sign_in_throttle.FREE)
    owner.execute("UPDATE sign_in_wait SET seen_at = now() - interval '25 hours'")
    fail(city, "scjg.operator", sign_in_throttle.FREE)
    owner.execute("UPDATE sign_in_wait SET seen_at = now() - interval '3 days'")
    fail(city, "scjg.planner", 1)
    rows = owner.execute("SELECT count(*) FROM sign_in_wait").fetchone()
    assert rows == (2,)


def test_names_are_not_listed(city: City, owner: psycopg.Connection) -> None:
    fail(city, "scjg.planner", 1)
    found = owner.execute("SELECT string_agg(t::text, '') FROM sign_in_wait t").fetchone()
    assert found is not None and "planner" not in found[0]
