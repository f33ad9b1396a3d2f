"""The file of a frozen list is stored while its tree is hashed: that its face is there is looked at when the transaction ends."""

from __future__ import annotations

from alembic import op

revision = "0071_files_first"
down_revision = "0070_units"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE draw_deposit_file ALTER CONSTRAINT fk_draw_deposit_file_draw_id_tenant_id DEFERRABLE INITIALLY DEFERRED",
)


def upgrade() -> None:
    """Look later."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
