"""Experts and trainings have a unit that keeps them, as officers have (R-T5)."""

from __future__ import annotations

from alembic import op

revision = "0120_units_of_experts"
down_revision = "0119_kinds"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE expert ADD COLUMN unit_id UUID",
    "ALTER TABLE expert ADD CONSTRAINT fk_expert_unit_id_tenant_id FOREIGN KEY (unit_id, tenant_id) REFERENCES unit (id, tenant_id) NOT VALID",
    "ALTER TABLE expert VALIDATE CONSTRAINT fk_expert_unit_id_tenant_id",
    "ALTER TABLE training ADD COLUMN unit_id UUID",
    "ALTER TABLE training ADD CONSTRAINT fk_training_unit_id_tenant_id FOREIGN KEY (unit_id, tenant_id) REFERENCES unit (id, tenant_id) NOT VALID",
    "ALTER TABLE training VALIDATE CONSTRAINT fk_training_unit_id_tenant_id",
)


def upgrade() -> None:
    """What is there belongs to the whole bureau."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
