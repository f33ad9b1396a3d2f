"""Once in two years, too: an item's frequency is so many times in so many years (R-L1)."""

from __future__ import annotations

from alembic import op

revision = "0126_years_of_frequency"
down_revision = "0125_messages_of_supervisors"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE item ADD COLUMN every_years INTEGER DEFAULT '1' NOT NULL",
    "ALTER TABLE item ADD CONSTRAINT ck_item_every_years CHECK (every_years BETWEEN 1 AND 10) NOT VALID",
    "ALTER TABLE item VALIDATE CONSTRAINT ck_item_every_years",
)


def upgrade() -> None:
    """Every item so far is of one year."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
