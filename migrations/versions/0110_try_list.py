"""A lead has its partners' lists tried anew: what a bureau may cause in another's scope is one job more."""

from __future__ import annotations

from alembic import op

revision = "0110_try_list"
down_revision = "0109_chosen"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER POLICY job_bureau_insert_1 ON job WITH CHECK (sender_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR name IN ('campaigns.freeze_list', 'campaigns.open_draw', 'campaigns.run_draw', 'campaigns.try_list', 'visits.note_beginning', 'visits.schedule', 'visits.substitute')))",
)


def upgrade() -> None:
    """Change the policy."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
