"""Whether a frozen list has objects with a number is noted when it is deposited, so that the plan need not read it for that."""

from __future__ import annotations

from alembic import op

revision = "0097_numbered"
down_revision = "0096_belongings_loaded"


def upgrade() -> None:
    """None of those before: they are read."""
    op.get_bind().exec_driver_sql("ALTER TABLE draw_deposit ADD COLUMN numbered BOOLEAN")
