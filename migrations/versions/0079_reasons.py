"""A draft of an item that is unfit for random checks says why (R-L2)."""

from __future__ import annotations

from alembic import op

revision = "0079_reasons"
down_revision = "0078_targets_by_file"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    # A file without 实施方式 could wipe the reason of a draft: such a one is not declared, and waits to be listed.
    "SET LOCAL ROLE onedoor_definer",
    "UPDATE public.item SET mode = 'unlisted' WHERE mode = 'unfit' AND state = 'draft' AND btrim(remark) = ''",
    "RESET ROLE",
    """ALTER TABLE item ADD CONSTRAINT ck_item_reason
    CHECK (mode <> 'unfit' OR state <> 'draft' OR btrim(remark) <> '')""",
)


def upgrade() -> None:
    """Apply them."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
