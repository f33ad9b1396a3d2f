"""The history of what one statement changed is found in one pass: 15,000 firms changed by a load took 50 s, taking it back 150."""

from __future__ import annotations

from alembic import op

revision = "0127_history_in_one_pass"
down_revision = "0126_years_of_frequency"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    *(
        f"ALTER FUNCTION {name}_changed() SET enable_nestloop = off"
        for name in ("entity", "premises", "licence", "entity_tag")
    ),
)


def upgrade() -> None:
    """Whoever joins what was with what is does so whole."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
