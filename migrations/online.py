"""Migrations while people work: short waits for locks, indexes that stop nobody, everything to be asked again.

A migration that waits for a lock makes everybody behind it wait too. So it waits a few seconds, gives up, and
`onedoor migrate` asks again. That needs each revision to be whole: indexes made beside the traffic (`index`), which are
passed over if they are there, and after them one transaction. `tests/migrations` checks it for every revision after the last release.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

LOCK_TIMEOUT = "5s"
# No statement that holds a lock lasts longer; an index made concurrently holds none that matters and takes its time.
STATEMENT_TIMEOUT = "60s"


def set_timeouts(
    connection: sa.Connection, lock: str = LOCK_TIMEOUT, statement: str = STATEMENT_TIMEOUT
) -> None:
    """For the session; 0 waits for ever."""
    connection.execute(
        sa.text(
            "SELECT set_config('lock_timeout', :lock, false), set_config('statement_timeout', :statement, false)"
        ),
        {"lock": lock, "statement": statement},
    )


def run(statements: Iterable[str]) -> None:
    """Run the SQL of a migration. A function's body may name what a later room makes, so bodies are not looked at here:
    `tests/migrations/test_sql_files.py` has PostgreSQL look at each."""
    link = op.get_bind()
    link.exec_driver_sql("SET LOCAL check_function_bodies = off")
    for statement in statements:
        link.exec_driver_sql(statement)


def index(name: str, on: str, *, unique: bool = False) -> None:
    """CREATE INDEX CONCURRENTLY `name` ON `on`, unless it is there. What an interrupted one left is dropped first."""
    with op.get_context().autocommit_block():
        link = op.get_bind()
        set_timeouts(link, "0", "0")
        try:
            valid = link.scalar(
                sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('public.' || :name)"),
                {"name": name},
            )
            if valid is False:
                link.exec_driver_sql(f"DROP INDEX CONCURRENTLY {name}")
            if not valid:
                link.exec_driver_sql(f"CREATE {'UNIQUE ' * unique}INDEX CONCURRENTLY {name} ON {on}")
        finally:
            set_timeouts(link)
