"""Which unit of a bureau keeps an item (R-T5)."""

from __future__ import annotations

from alembic import op

revision = "0070_units"
down_revision = "0069_loads_taken_back"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE item ADD COLUMN unit_id UUID",
    "ALTER TABLE item ADD CONSTRAINT fk_item_unit_id_tenant_id FOREIGN KEY (unit_id, tenant_id) REFERENCES unit (id, tenant_id)",
)


def upgrade() -> None:
    """Add the column."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
