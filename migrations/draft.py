"""Draft a room's first migration from its models and declarations, with the SQL written out.

    python -m migrations.draft 0002_registry 0001_house registry

The SQL stands in the file for good: what models say later comes in later migrations. Before the
first release the rooms' files are drafted anew as their tables change.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from onedoor.app import import_models
from onedoor.kernel import access
from onedoor.kernel.db import Base

HEAD = '''"""{title}: tables, indexes, functions, policies.

Drafted by `python -m migrations.draft {revision} {down} {rooms}`.
"""

from __future__ import annotations

from alembic import op

revision = "{revision}"
down_revision = {down_repr}

STATEMENTS: tuple[str, ...] = (
'''
TAIL = ''')


def upgrade() -> None:
    """Create the room's part of the database."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
'''


def tables_of(rooms: list[str]) -> list[sa.Table]:
    """The tables whose models live in the rooms, parents first."""
    return [table for table in Base.metadata.sorted_tables if _room(table) in rooms]


def statements_of(rooms: list[str]) -> Iterator[str]:
    """All SQL of the rooms, in the order it must run."""
    dialect = postgresql.dialect()
    tables = tables_of(rooms)
    for room in rooms:
        yield from access.early_statements(room)
    for table in tables:
        yield str(CreateTable(table).compile(dialect=dialect)).strip()
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            yield str(CreateIndex(index).compile(dialect=dialect)).strip()
    for room in rooms:
        yield from access.room_statements(room)
    for table in tables:
        yield from access.table_statements(table.name)


def _room(table: sa.Table) -> str:
    for mapper in Base.registry.mappers:
        if mapper.local_table is table:
            parts = mapper.class_.__module__.split(".")
            return parts[0] if parts[0] == "tenants" else parts[1]
    raise LookupError(table.name)


def main() -> None:
    """Write the file."""
    revision, down, *rooms = sys.argv[1:]
    import_models()
    text = HEAD.format(
        title=", ".join(rooms).capitalize(),
        revision=revision,
        down=down,
        rooms=" ".join(rooms),
        down_repr="None" if down == "-" else f'"{down}"',
    )
    for statement in statements_of(rooms):
        tidy = "\n".join(line.rstrip() for line in statement.replace("\t", "    ").splitlines())
        text += f'    r"""{tidy}""",\n'
    path = Path(__file__).parent / "versions" / f"{revision}.py"
    path.write_text(text + TAIL, encoding="utf-8")
    sys.stdout.write(f"{path.name}: {len(list(statements_of(rooms)))} statements\n")


if __name__ == "__main__":
    main()
