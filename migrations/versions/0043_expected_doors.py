"""What tells how far the parties' lists meet, before any is frozen."""

from __future__ import annotations

from alembic import op

revision = "0043_expected_doors"
down_revision = "0042_history"


def upgrade() -> None:
    """One column of what the lead may read."""
    connection = op.get_bind()
    connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    connection.exec_driver_sql("ALTER TABLE party_readiness ADD COLUMN sample JSONB DEFAULT '[]' NOT NULL")
