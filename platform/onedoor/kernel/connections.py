"""Connections to the database: whether one still lives, and what goes on its way just before its next statement.

A short page is mostly rounds and what the driver does for each. So a connection that was in use a moment ago is not asked
whether it lives, and BEGIN and who speaks (`kernel.db`) go to the server as one text, past the driver's own steps, which
take longer than the server does.
"""

from __future__ import annotations

import select
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
import sqlalchemy as sa
from psycopg import errors, pq
from psycopg.abc import Params, Query
from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError

Link = psycopg.Connection[Any]
# A connection that rested so many seconds is asked: what stands between may have dropped it without a word.
RESTED = 30.0
# What a connection says before its next statement: settings of its transaction, with nothing from outside in them.
_waiting: WeakKeyDictionary[Link, str] = WeakKeyDictionary()
_PLAN = "SET LOCAL plan_cache_mode"
# Ways of joining that read a whole table first.
_WHOLE = ("enable_hashjoin", "enable_mergejoin")


def say_first(link: Link, settings: str) -> None:
    """Say this before the next statement of the connection, once, and instead of what waited."""
    _waiting[link] = settings


@contextmanager
def planned_once(link: Link, otherwise: str, *, by_keys: bool = False) -> Iterator[None]:
    """The next statement keeps one plan for all values: for one whose best plan is the same whatever is bound in it.

    `by_keys`: what a few rows lead to is looked up by its key; not knowing the values, the planner would not think them few.
    `otherwise` is the `plan_cache_mode` of the others of this transaction.
    """
    whole = _WHOLE if by_keys else ()
    _waiting[link] = f"{_waiting.get(link, '')}{_PLAN} = force_generic_plan;{_turned(whole, 'off')}"
    try:
        yield
    finally:
        _waiting[link] = f"{_PLAN} = {otherwise};{_turned(whole, 'on')}"


def _turned(settings: Iterable[str], how: str) -> str:
    return "".join(f"SET LOCAL {one} = {how};" for one in settings)


class _Cursor(psycopg.Cursor[Any]):
    """Says what waits on its connection before a statement, whichever way that comes."""

    def execute(self, query: Any, params: Params | None = None, **kwargs: Any) -> _Cursor:
        _say(self.connection)
        return super().execute(query, params, **kwargs)

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
    """Say what waits; with BEGIN, if no transaction has begun."""
    settings = _waiting.pop(link, None)
    if settings is None:
        return
    if _is_plain(link):
        settings = (
            f"BEGIN;{settings}" if link.pgconn.transaction_status == pq.TransactionStatus.IDLE else settings
        )
        _exec(link, settings)
    else:
        psycopg.Cursor(link).execute(settings.encode())


def _is_plain(link: Link) -> bool:
    """Whether the driver would begin a transaction of this connection by BEGIN and nothing else."""
    settings = (link.isolation_level, link.read_only, link.deferrable)
    return not link.autocommit and not any(one is not None for one in settings)


def _exec(link: Link, text: str) -> None:
    lost = link.pgconn.status != pq.ConnStatus.OK
    try:
        result = None if lost else link.pgconn.exec_(text.encode())
    except MemoryError:  # what the driver makes of a connection that is found to be lost just then
        result = None
    if result is None or link.pgconn.status != pq.ConnStatus.OK:
        raise psycopg.OperationalError(link.pgconn.get_error_message() or "the connection is lost")
    if result.status != pq.ExecStatus.COMMAND_OK:
        raise errors.error_from_result(result)


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
