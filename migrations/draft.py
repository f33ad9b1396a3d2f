"""Draft migrations from models and declarations, with the SQL written out.

    python -m migrations.draft all                                   every room anew: before a release, or when none has landed
    python -m migrations.draft 0213_refusals refusal my_refusals     what is new: tables, functions and triggers by name

The SQL stands in the file for good: what models, policies and `.sql` files say later comes in later migrations. So the
text of a function is copied into the migration that makes it, and a landed file says what it said (docs/adr/0015).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from migrations import digests
from onedoor.app import ROOMS, import_models
from onedoor.kernel import access
from onedoor.kernel.db import Base

VERSIONS = Path(__file__).parent / "versions"
# The first number of a release's own migrations: those of 0.1 began with 00 and 01, and are refused by their names.
FIRST = 201
# Kernel and tenants stand in one: each needs the other's tables or functions.
HOUSE = ("kernel", "tenants")

FILE = '''"""{title}.

Drafted by `python -m migrations.draft {how}`.
"""

from __future__ import annotations

from migrations.online import run

revision = "{revision}"
down_revision = {down}

STATEMENTS: tuple[str, ...] = (
{statements})


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
'''


def tables_of(rooms: tuple[str, ...]) -> list[sa.Table]:
    """The tables whose models live in the rooms, parents first."""
    return [table for table in Base.metadata.sorted_tables if _room(table) in rooms]


def statements_of(rooms: tuple[str, ...]) -> Iterator[str]:
    """All SQL of the rooms, in the order it must run."""
    tables = tables_of(rooms)
    for room in rooms:
        yield from access.early_statements(room)
    for table in tables:
        yield from _made(table)
    for room in rooms:
        yield from access.room_statements(room)
    for table in tables:
        yield from access.table_statements(table.name)
    for room in rooms:
        yield from access.row_statements(room)


def statements_named(names: list[str]) -> Iterator[str]:
    """The SQL of some tables, functions and triggers; `ValueError` names what there is none of."""
    tables = [table for table in Base.metadata.sorted_tables if table.name in names]
    functions = [one for kept in access.FUNCTIONS.values() for one in kept if one.name in names]
    triggers = [one for kept in access.TRIGGERS.values() for one in kept if one.name in names]
    made: list[access.Function | access.Trigger] = [*functions, *triggers]
    unknown = set(names) - {table.name for table in tables} - {one.name for one in made}
    if unknown:
        raise ValueError(f"no table, function or trigger is called {', '.join(sorted(unknown))}")
    for table in tables:
        yield from _made(table)
    for one in made:
        yield from one.statements()
    for table in tables:
        yield from access.table_statements(table.name)


def all_rooms() -> dict[str, str]:
    """The files of a release by revision, each room's in the order of the arrows; the same whenever it is asked."""
    import_models()
    groups = {"house": HOUSE, **{room: (room,) for room in ROOMS}}
    homeless = {*access.FUNCTIONS, *access.TRIGGERS, *access.ROWS} - {*HOUSE, *ROOMS}
    assert not homeless, f"declared for rooms that are none: {homeless}"
    files: dict[str, str] = {}
    down = None
    for number, (name, rooms) in enumerate(groups.items(), FIRST):
        statements = list(statements_of(rooms))
        if rooms == HOUSE:
            # Alembic's own table: what says how new the tables are is read by who keeps house (`kernel.deployment_figures`).
            statements.append("GRANT SELECT ON alembic_version TO onedoor_dispatch")
        if not statements:
            continue
        revision = f"{number:04}_{name}"
        title = f"{' and '.join(rooms).capitalize()}: tables, indexes, functions, policies, first rows"
        files[revision] = _file(title, "all", revision, down, statements)
        down = revision
    return files


def _file(title: str, how: str, revision: str, down: str | None, statements: list[str]) -> str:
    tidy = ("\n".join(line.rstrip() for line in one.replace("\t", "    ").splitlines()) for one in statements)
    return FILE.format(
        title=title,
        how=how,
        revision=revision,
        down="None" if down is None else f'"{down}"',
        statements="".join(f'    r"""{one}""",\n' for one in tidy),
    )


def _made(table: sa.Table) -> Iterator[str]:
    dialect = postgresql.dialect()
    yield str(CreateTable(table).compile(dialect=dialect)).strip()
    for column in table.columns:
        if "storage" in column.info:
            yield f"ALTER TABLE {table.name} ALTER COLUMN {column.name} SET STORAGE {column.info['storage']}"
    for index in sorted(table.indexes, key=lambda one: str(one.name)):
        yield str(CreateIndex(index).compile(dialect=dialect)).strip()


def _room(table: sa.Table) -> str:
    for mapper in Base.registry.mappers:
        if mapper.local_table is table:
            parts = mapper.class_.__module__.split(".")
            return parts[0] if parts[0] == "tenants" else parts[1]
    raise LookupError(table.name)


def _write_all() -> None:
    files = all_rooms()
    for path in VERSIONS.glob("*.py"):
        path.unlink()
    for revision, text in files.items():
        (VERSIONS / f"{revision}.py").write_text(text, encoding="utf-8")
    digests.write(anew=True)
    sys.stdout.write("".join(f"{revision}.py\n" for revision in files))


def _write_one(revision: str, names: list[str]) -> None:
    import_models()
    text = _file(
        "What is new here, and why",
        " ".join([revision, *names]),
        revision,
        digests.head(),
        list(statements_named(names)),
    )
    (VERSIONS / f"{revision}.py").write_text(text, encoding="utf-8")
    sys.stdout.write(f"{revision}.py is drafted: say in its first line what it brings.\n")


def main() -> None:
    """Write what is asked for."""
    match sys.argv[1:]:
        case ["all"]:
            _write_all()
        case [revision, *names] if names:
            _write_one(revision, names)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
