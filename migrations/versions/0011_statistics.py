"""Statistics: tables, indexes, functions, policies.

Drafted by `python -m migrations.draft 0011_statistics 0010_credit statistics`.
"""

from __future__ import annotations

from alembic import op

revision = "0011_statistics"
down_revision = "0010_credit"

STATEMENTS: tuple[str, ...] = ()


def upgrade() -> None:
    """Create the room's part of the database."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
