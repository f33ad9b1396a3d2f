"""A job knows in whose name its person asked for it (R-T5)."""

from __future__ import annotations

from alembic import op

revision = "0121_job_acting_for"
down_revision = "0120_units_of_experts"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE job ADD COLUMN acting_for UUID",
)


def upgrade() -> None:
    """Those of before have it in the name alone."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
