"""A list that asks for risk levels keeps their names as they were on the day of the answer (R-P5)."""

from __future__ import annotations

from alembic import op

revision = "0075_levels_of_lists"
down_revision = "0074_words_answered"

# What was answered before is taken to mean the scale of today.
FILL = """
UPDATE party_list l SET levels = ARRAY(
    SELECT s.level ->> 'name' FROM risk_scale r, jsonb_array_elements(r.levels) WITH ORDINALITY AS s (level, place)
     WHERE r.tenant_id = l.tenant_id ORDER BY s.place)
  FROM campaign c
 WHERE c.id = l.campaign_id
   AND ('risk' IN (l.stratify, l.weights ->> 'by') OR l.conditions ? 'risk' OR c.conditions ? 'risk')
"""
STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE party_list ADD COLUMN levels text[] DEFAULT '{}' NOT NULL",
    "SET LOCAL ROLE onedoor_definer",
    FILL,
    "RESET ROLE",
)


def upgrade() -> None:
    """Add the column, and fill it where a list asks for levels."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
