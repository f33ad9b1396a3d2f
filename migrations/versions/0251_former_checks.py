"""Files of a former platform's checks are brought in by the load engine (R-L11, R-V9)."""

from __future__ import annotations

from migrations.online import run

revision = "0251_former_checks"
down_revision = "0261_credit_repair"

_KINDS = (
    "kind IN ('entities', 'items', 'inspectors', 'experts', 'targets', 'matters', 'certificates', 'details',"
    " 'premises', 'licences', 'checks')"
)
STATEMENTS: tuple[str, ...] = tuple(
    statement
    for table in ("import", "import_mapping")
    for statement in (
        f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_kind",
        f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_kind CHECK ({_KINDS}) NOT VALID",
        f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_kind",
    )
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
