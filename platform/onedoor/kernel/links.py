"""Connections to the database: whether one still lives, and what goes on its way together with its first statement.

A round to the server costs a short page as much as its rows do. So a connection that was in use a moment ago is not
asked whether it lives, and BEGIN and who speaks (`kernel.db`) travel with the first statement of a transaction.
"""

from __future__ import annotations

import select
import time
from collections.abc import Iterable, Sequence
from typing import Any, LiteralString
from weakref import WeakKeyDictionary

import psycopg
import sqlalchemy as sa
from psycopg.abc import Params, Query
from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError

Link = psycopg.Connection[Any]
First = tuple[LiteralString, Sequence[str]]
# A connection that rested so many seconds is asked: what stands between may have dropped it without a word.
RESTED = 30.0
_waiting: WeakKeyDictionary[Link, First] = WeakKeyDictionary()


def say_first(connection: sa.Connection, text: LiteralString, given: Sequence[str]) -> None:
    """Send this with the next statement of the connection, before it and once."""
    link = connection.connection.driver_connection
    assert isinstance(link, psycopg.Connection)
    _waiting[link] = (text, given)


class _Cursor(psycopg.Cursor[Any]):
    """Says what waits on its connection, and the first statement with it; whichever way that statement comes."""

    def execute(self, query: Any, params: Params | None = None, **kwargs: Any) -> _Cursor:
        link = self.connection
        first = _waiting.pop(link, None)
        if first is None:
            return super().execute(query, params, **kwargs)
        with link.pipeline():
            link.cursor().execute(*first)
            super().execute(query, params, **kwargs)
        return self

    def executemany(self, query: Query, params_seq: Iterable[Params], **kwargs: Any) -> None:
        _say(self.connection)
        super().executemany(query, params_seq, **kwargs)

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        _say(self.connection)
        return super().copy(*args, **kwargs)

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        _say(self.connection)
        return super().stream(*args, **kwargs)


class _ServerCursor(psycopg.ServerCursor[Any]):
    """The same of a cursor that the server keeps."""

    def execute(self, *args: Any, **kwargs: Any) -> _ServerCursor:
        _say(self.connection)
        return super().execute(*args, **kwargs)


def _say(link: Link) -> None:
    """Say what waits, in a round of its own."""
    if first := _waiting.pop(link, None):
        link.cursor().execute(*first)


def install(engine: sa.Engine) -> None:
    """Let the connections of this engine say something first, and look at each before it is used again."""

    @event.listens_for(engine, "connect")
    def meet(link: Link, _record: Any) -> None:
        link.cursor_factory, link.server_cursor_factory = _Cursor, _ServerCursor

    @event.listens_for(engine, "checkin")
    def rest(link: Link | None, record: Any) -> None:
        if link is not None:
            _waiting.pop(link, None)
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def look(link: Link, record: Any, _proxy: Any) -> None:
        since = record.info.get("rests_since")
        if since is None or (time.monotonic() - since < RESTED and _is_quiet(link)):
            return
        try:
            engine.dialect.do_ping(link)  # type: ignore[arg-type]
        except psycopg.Error as error:
            # All others of the pool as old as this are looked at anew, too.
            raise InvalidatePoolError() from error


def _is_quiet(link: Link) -> bool:
    """Whether the server has sent nothing since: a connection it closes says so, and nobody speaks to one that rests."""
    if link.closed or link.broken:
        return False
    poll = select.poll()
    poll.register(link.pgconn.socket, select.POLLIN)
    return not poll.poll(0)
