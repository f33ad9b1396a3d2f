"""A product, project or activity is listed once at a time, whoever lists it (R-L5)."""

from __future__ import annotations

from alembic import op

revision = "0104_matters_once"
down_revision = "0103_keepers_hands"

# Those that two listed at once: the one that came first stays.
STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "SET LOCAL ROLE onedoor_definer",
    """UPDATE target_matter SET ended_on = (now() AT TIME ZONE 'Asia/Shanghai')::date, ended_reason = '重复登记'
        WHERE id IN (SELECT n.id FROM (
            SELECT t.id, row_number() OVER (
                     PARTITION BY t.tenant_id, t.entity_id, t.kind, t.name, t.number ORDER BY t.listed_on, t.id) AS place
              FROM target_matter t WHERE t.ended_on IS NULL AND t.premises_id IS NULL) n WHERE n.place > 1)""",
    "RESET ROLE",
)


def upgrade() -> None:
    """End what is there twice."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
