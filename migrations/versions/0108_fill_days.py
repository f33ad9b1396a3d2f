"""By when an empty slot of a team is filled: the plan line and its campaigns say in how many working days, a visit that waits has the day."""

from __future__ import annotations

from alembic import op

revision = "0108_fill_days"
down_revision = "0107_beacon_two"


def upgrade() -> None:
    """Lines without a number follow their place; visits that wait already, the end of their campaign."""
    link = op.get_bind()
    link.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    link.exec_driver_sql(
        "ALTER TABLE plan_line ADD COLUMN fill_days INTEGER, "
        "ADD CONSTRAINT ck_plan_line_fill_days CHECK (fill_days BETWEEN 1 AND 60)"
    )
    link.exec_driver_sql("ALTER TABLE campaign ADD COLUMN fill_days INTEGER")
    link.exec_driver_sql("ALTER TABLE visit ADD COLUMN fill_by DATE")
