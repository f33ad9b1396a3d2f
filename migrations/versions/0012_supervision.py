"""Supervision: tables, indexes, functions, policies.

Drafted by `python -m migrations.draft 0012_supervision 0011_statistics supervision`.
"""

from __future__ import annotations

from alembic import op

revision = "0012_supervision"
down_revision = "0011_statistics"

STATEMENTS: tuple[str, ...] = ()


def upgrade() -> None:
    """Create the room's part of the database."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
