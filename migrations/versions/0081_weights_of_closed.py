"""The face of a closed list says no more which weights its strata have: a partner read them (draw.md, "Pool")."""

from __future__ import annotations

from alembic import op

revision = "0081_weights_of_closed"
down_revision = "0080_drawn_together"

STRIP = """
UPDATE draw_deposit e
   SET strata = (SELECT coalesce(jsonb_agg(s.face - 'least_weight' - 'greatest_weight' ORDER BY s.place), '[]')
                   FROM jsonb_array_elements(e.strata) WITH ORDINALITY AS s (face, place))
  FROM draw d
 WHERE d.id = e.draw_id AND d.closed
"""
STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "SET LOCAL ROLE onedoor_definer",
    STRIP,
    "RESET ROLE",
)


def upgrade() -> None:
    """Take them out of the lists that were deposited before."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
