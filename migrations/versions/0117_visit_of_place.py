"""An object has one visit after a draw, or another for what came to it later, place by place."""

from __future__ import annotations

from alembic import op

from migrations import online

revision = "0117_visit_of_place"
down_revision = "0116_unit_of_draw"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "DROP INDEX uq_visit_object",
)


def upgrade() -> None:
    """The new one beside the traffic, then the old one goes."""
    online.index(
        "uq_visit_of_object", "visit (draw_id, entity_code, coalesce(place_number, 0), ordinal)", unique=True
    )
    online.index("ix_visit_premises_id", "visit (premises_id) WHERE premises_id IS NOT NULL")
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
