"""Accounts count no wrong sign-ins since 0013 (`sign_in_wait` does, by place): the columns nobody reads go.

They stayed as long as processes of the release before could ask for them.
"""

from __future__ import annotations

from alembic import op

revision = "0029_no_locks"
down_revision = "0028_recovered"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE user_account DROP COLUMN failures, DROP COLUMN locked_until",
)


def upgrade() -> None:
    """Drop the columns."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
