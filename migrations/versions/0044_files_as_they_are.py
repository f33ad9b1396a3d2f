"""Pools and published files are kept as they are, not packed: packing 26 MB takes longer than all else of a deposit."""

from __future__ import annotations

from alembic import op

revision = "0044_files_as_they_are"
down_revision = "0043_expected_doors"

# Of what is written from now on; a short lock, and nothing is rewritten.
STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE draw_deposit_file ALTER COLUMN pool SET STORAGE EXTERNAL",
    "ALTER TABLE disclosed_file ALTER COLUMN content SET STORAGE EXTERNAL",
)


def upgrade() -> None:
    """Keep large files unpacked."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
