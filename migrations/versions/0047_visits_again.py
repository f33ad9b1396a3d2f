"""An object may have a second visit after a draw: it came as a substitute when the first had begun, or was called off."""

from __future__ import annotations

from alembic import op

from migrations.online import index

revision = "0047_visits_again"
down_revision = "0046_substitutes"


def upgrade() -> None:
    """The new index first, beside the traffic; then the former rule goes."""
    index("uq_visit_object", "visit (draw_id, entity_code, ordinal)", unique=True)
    connection = op.get_bind()
    connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    connection.exec_driver_sql("ALTER TABLE visit DROP CONSTRAINT IF EXISTS uq_visit_draw_id_entity_code")
