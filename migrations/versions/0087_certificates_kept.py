"""Whether the end of an officer's certificate is the register's, and which one the bureau itself said (R-T4)."""

from __future__ import annotations

from alembic import op

revision = "0087_certificates_kept"
down_revision = "0086_merges_told"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE inspector ADD COLUMN certificate_kept BOOLEAN DEFAULT false NOT NULL",
    "ALTER TABLE inspector ADD COLUMN own_expires_on DATE",
)


def upgrade() -> None:
    """Apply them."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
