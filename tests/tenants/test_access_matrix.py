"""access.md table by table: what a bureau, a partner, the supervisor and the public see of rows that are not theirs.

The whole story has been told in this database, so that nearly every table has rows. For every table `matrix.py`
says which of another bureau's rows may be seen, written from access.md and not from the policies; one that is not there fails.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, ProgrammingError

from onedoor.app import import_models
from onedoor.config import Config
from onedoor.kernel.db import Base, db
from onedoor.kernel.scope import DbRole
from tests.fixtures.city import City
from tests.fixtures.databases import Databases
from tests.fixtures.main_job import MainJobResult, with_main_job
from tests.tenants.matrix import ALL, MATRIX, NONE, UNTOLD


@pytest.fixture(scope="module")
def retelling(databases: Databases) -> Iterator[tuple[Config, MainJobResult]]:
    """A database in which everything that happens in the main job has happened."""
    with with_main_job(databases) as made:
        yield made


@pytest.fixture(scope="module")
def config(retelling: tuple[Config, MainJobResult]) -> Config:
    return retelling[0]


@pytest.fixture(scope="module")
def main_job_result(retelling: tuple[Config, MainJobResult], city: City) -> MainJobResult:
    """What the story left; and somebody is signed in."""
    city.person("scjg.planner")
    return retelling[1]


@pytest.fixture
def tables() -> list[sa.Table]:
    import_models()
    return Base.metadata.sorted_tables


@contextmanager
def working(app: Flask, role: DbRole, tenant: UUID | None) -> Iterator[Connection]:
    """The application's own login in a role and scope; all is undone."""
    bind = "public" if role is DbRole.PUBLIC else None
    with app.app_context(), db.engines[bind].connect() as link:
        link.execute(
            sa.text("SELECT set_config('role', :role, true), set_config('onedoor.tenant', :tenant, true)"),
            {"role": role.value, "tenant": str(tenant or "")},
        )
        yield link
        link.rollback()


def test_every_table_has_its_cell(tables: list[sa.Table]) -> None:
    assert {table.name for table in tables} == set(MATRIX)


def test_the_story_fills_every_table_but_those_named(
    main_job_result: MainJobResult, owner: psycopg.Connection, tables: list[sa.Table]
) -> None:
    empty = {table.name for table in tables if not _rows(owner, table, ALL)}
    assert empty == set(UNTOLD)


@pytest.mark.parametrize(
    ("who", "role", "column"),
    [
        ("XSCJG", DbRole.BUREAU, "bureau"),
        ("WSJK", DbRole.BUREAU, "partner"),
        ("SFJ", DbRole.SUPERVISOR, "supervisor"),
    ],
)
def test_of_other_bureaus_rows_the_cell_and_no_more(
    main_job_result: MainJobResult,
    city: City,
    owner: psycopg.Connection,
    tables: list[sa.Table],
    who: str,
    role: DbRole,
    column: str,
) -> None:
    """R-T1, R-T3: equal to the cell, so that nothing is hidden by mistake either."""
    me = city.bureaus[who]
    wrong = {}
    with working(city.app, role, me) as link:
        for table in tables:
            cell = MATRIX[table.name]
            expected = getattr(cell, column)
            expected = cell.bureau if expected is None else expected
            allowed = _rows(owner, table, f"({expected}) AND {_not_mine(table, me)}", me)
            seen = _seen(link, table, _not_mine(table, me))
            if seen != allowed:
                wrong[table.name] = f"sees {len(seen - allowed)} too many, {len(allowed - seen)} too few"
    assert wrong == {}


def test_the_public_sees_what_is_disclosed(
    main_job_result: MainJobResult, city: City, owner: psycopg.Connection, tables: list[sa.Table]
) -> None:
    wrong = {}
    with working(city.app, DbRole.PUBLIC, None) as link:
        for table in tables:
            allowed = _rows(owner, table, MATRIX[table.name].public)
            seen = _seen(link, table, ALL)
            if seen != allowed:
                wrong[table.name] = f"sees {len(seen - allowed)} too many, {len(allowed - seen)} too few"
    assert wrong == {}


@pytest.mark.parametrize("role", [DbRole.BUREAU, DbRole.SUPERVISOR])
def test_a_role_without_a_bureau_sees_nobodys_rows(
    main_job_result: MainJobResult,
    city: City,
    owner: psycopg.Connection,
    tables: list[sa.Table],
    role: DbRole,
) -> None:
    """A scope that names no bureau sees what every bureau may, and nothing that is somebody's."""
    too_many = {}
    with working(city.app, role, None) as link:
        for table in tables:
            allowed = _rows(owner, table, MATRIX[table.name].bureau.replace("{me}", "NULL::uuid"))
            if more := _seen(link, table, ALL) - allowed:
                too_many[table.name] = len(more)
    assert too_many == {}


@pytest.mark.parametrize("bind", [None, "public"])
def test_the_logins_by_themselves_may_nothing(app: Flask, tables: list[sa.Table], bind: str | None) -> None:
    """The public's login is the public's role, so it alone reads what is public."""
    with app.app_context(), db.engines[bind].connect() as link:
        open_to_it = {table.name for table in tables if _may_read(link, table)}
    expected = set() if bind is None else {name for name, cell in MATRIX.items() if cell.public != NONE}
    assert open_to_it == expected


@pytest.mark.parametrize(
    ("who", "role"),
    [
        ("XSCJG", DbRole.BUREAU),
        ("WSJK", DbRole.BUREAU),
        ("SFJ", DbRole.BUREAU),
        ("SFJ", DbRole.SUPERVISOR),
        (None, DbRole.PUBLIC),
    ],
)
def test_nobody_changes_or_deletes_another_bureaus_rows(
    main_job_result: MainJobResult, city: City, tables: list[sa.Table], who: str | None, role: DbRole
) -> None:
    me = city.bureaus[who] if who else uuid4()
    changed = []
    with working(city.app, role, me if who else None) as link:
        for table in tables:
            where = _not_mine(table, me)
            attempts = [
                f'UPDATE "{table.name}" t SET "{c.name}" = "{c.name}" WHERE {where}' for c in table.columns
            ]
            attempts.append(f'DELETE FROM "{table.name}" t WHERE {where}')
            changed += [attempt for attempt in attempts if _changes(link, attempt)]
    assert changed == []


@pytest.mark.parametrize(
    ("who", "role"), [("XSCJG", DbRole.BUREAU), ("WSJK", DbRole.BUREAU), ("SFJ", DbRole.SUPERVISOR)]
)
def test_nobody_writes_a_row_in_another_bureaus_name(
    main_job_result: MainJobResult,
    city: City,
    owner: psycopg.Connection,
    tables: list[sa.Table],
    who: str,
    role: DbRole,
) -> None:
    """A copy of another bureau's row, under a new key, is refused by the row's policy (or an earlier trigger)."""
    me = city.bureaus[who]
    written = []
    with working(city.app, role, me) as link:
        for table in tables:
            found = owner.execute(
                f'SELECT to_jsonb(t) FROM "{table.name}" t WHERE {_not_mine(table, me)} LIMIT 1'.encode()
            ).fetchone()
            if found is None:
                continue
            row = {**found[0], **({"id": str(uuid4())} if "id" in table.c else {})}
            names = ", ".join(f'"{name}"' for name in row)
            statement = (
                f'INSERT INTO "{table.name}" ({names}) SELECT {names}'
                f' FROM jsonb_populate_record(NULL::public."{table.name}", CAST(:row AS jsonb))'
            )
            if _changes(link, statement, row=json.dumps(row)):
                written.append(table.name)
    assert written == []


def _not_mine(table: sa.Table, me: UUID) -> str:
    """Rows of other bureaus; of the shared register, those of kinds that other bureaus keep (R-T4)."""
    if table.name == "entity":
        return f"NOT EXISTS (SELECT 1 FROM bureau b WHERE b.id = '{me}' AND t.kind = ANY (b.entity_kinds))"
    return f"t.tenant_id <> '{me}'" if "tenant_id" in table.c else ALL


def _key(table: sa.Table) -> str:
    return "jsonb_build_array(" + ", ".join(f't."{c.name}"' for c in table.primary_key) + ")::text"


def _rows(owner: psycopg.Connection, table: sa.Table, where: str, me: UUID | None = None) -> set[str]:
    """The keys of the rows of which `where` is true, whoever asks."""
    where = where.replace("{me}", f"'{me}'::uuid")
    found = owner.execute(f'SELECT {_key(table)} FROM "{table.name}" t WHERE {where}'.encode())
    return {row[0] for row in found}


def _seen(link: Connection, table: sa.Table, where: str) -> set[str]:
    """The keys of the rows this connection is shown; none if it may not ask."""
    try:
        with link.begin_nested():
            found = link.exec_driver_sql(f'SELECT {_key(table)} FROM "{table.name}" t WHERE {where}')
            return {row[0] for row in found}
    except ProgrammingError as refused:
        assert isinstance(refused.orig, psycopg.errors.InsufficientPrivilege), refused
        return set()


def _may_read(link: Connection, table: sa.Table) -> bool:
    try:
        with link.begin_nested():
            link.exec_driver_sql(f'SELECT 1 FROM "{table.name}" LIMIT 1')
            return True
    except ProgrammingError as refused:
        assert isinstance(refused.orig, psycopg.errors.InsufficientPrivilege), refused
        return False


def _changes(link: Connection, statement: str, **values: Any) -> bool:
    """Whether the statement changed a row; refusals by privilege, policy or trigger are as they should be."""
    try:
        with link.begin_nested():
            return link.execute(sa.text(statement), values).rowcount > 0
    except DBAPIError as refused:
        expected = (psycopg.errors.InsufficientPrivilege, psycopg.errors.RaiseException)
        assert isinstance(refused.orig, expected), refused
    return False
