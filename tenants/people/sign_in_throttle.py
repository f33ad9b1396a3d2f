"""Waiting after wrong sign-ins, kept in PostgreSQL: whoever guesses is slowed down, nobody is locked out.

Five wrong tries are free; then the place they came from waits, each time twice as long, for that name
alone. Thirty wrong tries from many addresses make every unknown place wait. A device that has signed in
before is known by its cookie and waits only for its own mistakes, so that nobody who knows a user name can
keep its owner out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from onedoor.kernel.clock import real_now
from onedoor.kernel.db import db
from onedoor.kernel.encrypted_columns import cipher
from onedoor.kernel.errors import ClerkError
from tenants.models import SignInWait

FREE, FREE_EVERYWHERE = 5, 30
FIRST, LONGEST = timedelta(seconds=15), timedelta(minutes=10)
FORGOTTEN = timedelta(days=1)
EVERYWHERE = "*"


@dataclass(frozen=True)
class Place:
    """Where a sign-in comes from: an address, or the device whose signed cookie names this user."""

    name: str
    known: bool = False


class TooManyAttempts(ClerkError):
    """Too many wrong tries; the password was not looked at."""

    status = 429


def wait_after(failures: int, free: int) -> timedelta:
    """How long to wait after so many wrong tries in a row, of which `free` cost nothing."""
    if failures < free:
        return timedelta(0)
    # Doubled ten times it is far above the longest; more would overflow.
    return min(FIRST * 2 ** min(failures - free, 10), LONGEST)


def name_digest(username: str) -> str:
    """A keyed hash of a name as typed, so that the table does not list names, nor slips of a password."""
    return cipher().index(f"sign-in/{username.strip().lower()}")


def refuse_if_waiting(username: str, place: Place) -> None:
    """Lock what is counted of this name and place; raises `Waiting` while it must wait."""
    until = max((row.wait_until for row in _rows(username, place) if row.wait_until), default=None)
    if until is not None and until > real_now():
        seconds = int((until - real_now()).total_seconds()) + 1
        raise TooManyAttempts(
            "连续输错的次数较多，请 %(seconds)s 秒后再试。忘记密码或丢失手机的，请本单位管理员发放找回链接。",
            seconds=seconds,
        )


def count_wrong(username: str, place: Place) -> None:
    """One more wrong try."""
    for row in _rows(username, place):
        row.failures += 1
        free = FREE_EVERYWHERE if row.place == EVERYWHERE else FREE
        row.wait_until = real_now() + wait_after(row.failures, free)
    _sweep()


def forget(username: str, place: Place) -> None:
    """A right try: this place has nothing to wait for; what other places tried stays counted."""
    db.session.execute(
        sa.delete(SignInWait).where(
            SignInWait.name_digest == name_digest(username), SignInWait.place == place.name
        )
    )


def _sweep() -> None:
    """Forget what is two days old; rows in use are skipped, or two sweeps would wait for each other."""
    old = (
        sa.select(SignInWait.name_digest, SignInWait.place)
        .where(SignInWait.seen_at < real_now() - 2 * FORGOTTEN)
        .limit(100)
        .with_for_update(skip_locked=True)
    )
    keys = sa.tuple_(SignInWait.name_digest, SignInWait.place)
    db.session.execute(sa.delete(SignInWait).where(keys.in_(old)))


def _rows(username: str, place: Place) -> list[SignInWait]:
    names = [place.name] if place.known else [place.name, EVERYWHERE]
    return [_row(name_digest(username), one) for one in names]


def _row(digest: str, place: str) -> SignInWait:
    """The row, made if need be and locked: tries in parallel wait for each other."""
    moment: datetime = real_now()
    fresh = insert(SignInWait).values(name_digest=digest, place=place, failures=0, seen_at=moment)
    old = SignInWait.seen_at < moment - FORGOTTEN
    query = fresh.on_conflict_do_update(
        index_elements=[SignInWait.name_digest, SignInWait.place],
        set_={
            "seen_at": moment,
            "failures": sa.case((old, 0), else_=SignInWait.failures),
            "wait_until": sa.case((old, None), else_=SignInWait.wait_until),
        },
    ).returning(SignInWait)
    return db.session.scalars(query, execution_options={"populate_existing": True}).one()
