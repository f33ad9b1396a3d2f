"""When the libraries were brought up to date, and how old they are (R-L5).

Any change is an update; a library's age counts from the last one that went over the whole of it: a run of the rules, a
file in which everybody of it stood, or a person who said that all of it is right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from onedoor.imports.models import LibraryUpdate
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope

# A library that nobody went over for so long is stale (R-L5: at least once a year).
STALE_DAYS = 366


def _nothing() -> None:
    """Nothing stands against it, and nothing follows."""


@dataclass(frozen=True)
class Library:
    """A library that is brought up to date: its `title`, what the log calls it (`subject`), and how many are in it.

    `refuse_confirmation` raises Conflict where it cannot be found right as it stands; `confirmed` is what follows if it is.
    One that is `optional` a bureau need not have.
    """

    name: str
    title: str
    subject: str
    size: Callable[[], int]
    optional: bool = False
    refuse_confirmation: Callable[[], None] = _nothing
    confirmed: Callable[[], None] = _nothing


LIBRARIES: dict[str, Library] = {}


@dataclass(frozen=True)
class LibraryState:
    """How a library stands: how many are in it, its `latest` update of any kind, the last one of the `whole` of it, and
    that from which its age counts: the last whole one or, before there was any, its first."""

    library: str
    count: int
    latest: LibraryUpdate | None
    whole: LibraryUpdate | None
    since: LibraryUpdate | None

    @property
    def stale(self) -> bool:
        """Whether nobody went over it for a year; a bureau need have no experts."""
        if self.since is None:
            return bool(self.count) or not LIBRARIES[self.library].optional
        return self.since.at < now() - timedelta(days=STALE_DAYS)


def upkeep(library: str = "targets") -> LibraryState:
    """How one of the current bureau's libraries stands."""
    latest, whole = last_update(library), last_whole(library)
    return LibraryState(library, size(library), latest, whole, whole or _first(library))


def all_upkeep() -> list[LibraryState]:
    """How each of them stands."""
    return [upkeep(library) for library in LIBRARIES]


def stale_libraries() -> list[str]:
    """Those that nobody went over for a year, or ever (R-L5)."""
    return [one.library for one in all_upkeep() if one.stale]


def size(library: str) -> int:
    """How many are in one of the current bureau's libraries."""
    return LIBRARIES[library].size()


def updates(library: str = "targets") -> list[LibraryUpdate]:
    """When the current bureau's library was brought up to date, newest first."""
    return list(db.session.scalars(_updates(library).order_by(*_NEWEST).limit(50)))


def last_update(library: str = "targets") -> LibraryUpdate | None:
    """The last change of a library, whatever it was."""
    return db.session.scalar(_updates(library).order_by(*_NEWEST).limit(1))


def last_whole(library: str = "targets") -> LibraryUpdate | None:
    """The last time somebody or something went over the whole of a library: at least once a year (R-L5)."""
    return db.session.scalar(_updates(library).where(LibraryUpdate.whole).order_by(*_NEWEST).limit(1))


def _first(library: str) -> LibraryUpdate | None:
    return db.session.scalar(_updates(library).order_by(LibraryUpdate.at, LibraryUpdate.id).limit(1))


def _updates(library: str) -> sa.Select[LibraryUpdate]:
    return sa.select(LibraryUpdate).where(
        LibraryUpdate.tenant_id == current_scope().tenant_id, LibraryUpdate.library == library
    )


_NEWEST = (LibraryUpdate.at.desc(), LibraryUpdate.id.desc())
