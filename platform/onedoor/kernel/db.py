"""The database: one Session class that says who speaks at the start of every transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from flask import has_request_context
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format
from psycopg.rows import namedtuple_row
from sqlalchemy import MetaData, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils import compat as uuids

from onedoor.kernel import clock, connections
from onedoor.kernel.connections import say_first
from onedoor.kernel.scope import DbRole, NoScope, current_scope

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id() -> UUID:
    """A UUID of version 7: unguessable enough to name a row, and in order of time for the index."""
    return uuids.uuid7()


# For columns that are kept as they are, not packed: packing 26 MB takes longer than all else of a deposit.
AS_IT_IS = {"storage": "EXTERNAL"}


class Base(DeclarativeBase):
    """Declarative base: aware times, JSONB, a naming convention for every constraint."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: sa.DateTime(timezone=True),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
        list[str]: sa.ARRAY(sa.Text()),
        list[UUID]: sa.ARRAY(sa.Uuid()),
        str: sa.Text(),
        bytes: sa.LargeBinary(),
    }


class Identified(Base):
    """A row named by a UUID."""

    __abstract__ = True
    id: Mapped[UUID] = mapped_column(
        primary_key=True, default=new_id, server_default=sa.text("gen_random_uuid()")
    )


class ScopedSession(FlaskSession):
    """A Session with one scope for life (architecture, "Tenancy in the database")."""

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **kwargs: Any) -> Any:
        """The public site has its own login, so that an injection there reads what is public anyway."""
        engines = self._db.engines
        return engines["public"] if current_scope().role is DbRole.PUBLIC else engines[None]


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": ScopedSession, "expire_on_commit": False})


def rows_as_bytes(query: str, given: Mapping[str, Any]) -> list[Any]:
    """The rows of a query in the driver's own words (`%(name)s`), for large files: they come as they are kept.

    Any other query gets its results as text, in which a file has two characters a byte, to be read back.
    """
    link = db.session.connection().connection.driver_connection
    assert link is not None
    with link.cursor(binary=True, row_factory=namedtuple_row) as cursor:
        return list(cursor.execute(query, given).fetchall())


def text_as_bytes(statement: sa.Select[tuple[str]]) -> bytes:
    """The one text that a statement comes to, a large one, in UTF-8 as the server sends it; empty where it is null."""
    # Statements go past the Session, which would have written what waits in it first.
    db.session.flush()
    connection = db.session.connection()
    link = connection.connection.driver_connection
    assert link is not None
    with link.cursor(binary=True) as cursor:
        cursor.adapters.register_loader("text", _Sent)
        [[text]] = cursor.execute(*written(statement, connection.dialect)).fetchall()
    return text or b""


def written(statement: sa.Select[Any], dialect: Dialect) -> tuple[str, dict[str, Any]]:
    """A statement in the driver's own words, and what is bound in it."""
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    given = dict(compiled.params)
    for name, bound in compiled.binds.items():
        processor = bound.type.dialect_impl(dialect).bind_processor(dialect)
        if processor is not None and name in given:
            given[name] = processor(given[name])
    return str(compiled), given


class _Sent(Loader):
    """A text as the server sends it."""

    format = Format.BINARY

    def load(self, data: Buffer) -> bytes:
        """As it is."""
        return bytes(data)


# It goes with BEGIN. A page also hears how much room it has: it looks up few rows of tables that are in memory, its keys are
# put in order there too, and a second process takes longer to begin than a page does. What it asks stays prepared and is
# planned for the values at hand, since one bureau has a third of the register and another next to nothing.
_FOR_A_PAGE = {
    "work_mem": "64MB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",
    "plan_cache_mode": "force_custom_plan",
}


@event.listens_for(ScopedSession, "after_begin")
def _say_who_speaks(session: ScopedSession, transaction: Any, connection: sa.Connection) -> None:
    scope = current_scope()
    if session.info.setdefault("scope", scope) != scope:
        raise NoScope("this Session belongs to another scope: enter a scope of its own")
    if transaction.nested:
        return
    link = connection.connection.driver_connection
    assert isinstance(link, psycopg.Connection)
    said = _PAGE if has_request_context() else ""
    say_first(
        link,
        f"SET LOCAL role = '{DbRole(scope.role)}';"
        f"SET LOCAL onedoor.tenant = '{_id(scope.tenant_id)}';"
        f"SET LOCAL onedoor.actor = '{_id(scope.actor_id)}';{said}",
    )
    clock.Story.follow(lambda: connection.scalars(_OFFSET).one())


# Asked in a demo alone: in any other database it is nothing, or `serve` would have refused it.
_OFFSET = sa.text("SELECT onedoor_now() - now()")


def _id(given: UUID | None) -> str:
    """Nothing but a UUID ever stands in that text."""
    return "" if given is None else str(UUID(int=given.int))


_PAGE = "".join(f"SET LOCAL {name} = '{value}';" for name, value in _FOR_A_PAGE.items())


@contextmanager
def planned_once(*, by_keys: bool = False) -> Iterator[None]:
    """The next statement keeps one plan for all values (`links.planned_once`)."""
    link = db.session.connection().connection.driver_connection
    assert isinstance(link, psycopg.Connection)
    otherwise = _FOR_A_PAGE["plan_cache_mode"] if has_request_context() else "auto"
    with connections.planned_once(link, otherwise, by_keys=by_keys):
        yield


_JOINED_WHOLE = "SELECT set_config('enable_nestloop', '{}', true)"


@contextmanager
def joined_whole() -> Iterator[None]:
    """The statements within join tables whole, and look for no row of one among all of another.

    For what goes over all of a load: how much it has just written the planner does not know before the tables are
    analyzed, and where it takes them for a few rows, each of a million is held against a million.
    """
    db.session.execute(sa.text(_JOINED_WHOLE.format("off")))
    yield
    db.session.execute(sa.text(_JOINED_WHOLE.format("on")))
