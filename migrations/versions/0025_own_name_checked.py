"""The keys of 0023 looked at for the rows that were there: people go on meanwhile, and what is interrupted is asked again."""

from __future__ import annotations

from alembic import op

revision = "0025_own_name_checked"
down_revision = "0024_item_lists"

STATEMENTS: tuple[str, ...] = (
    "ALTER TABLE job_progress VALIDATE CONSTRAINT fk_job_progress_job_id_tenant_id",
    "ALTER TABLE user_session VALIDATE CONSTRAINT fk_user_session_user_id_tenant_id",
)


def upgrade() -> None:
    """Look at the rows."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
