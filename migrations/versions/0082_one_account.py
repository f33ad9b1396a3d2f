"""An account is one officer's; who is proposed is kept with the state they enter in (R-L7, R-L9)."""

from __future__ import annotations

from alembic import op

revision = "0082_one_account"
down_revision = "0081_weights_of_closed"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE inspector ADD COLUMN proposed_as TEXT",
    """ALTER TABLE inspector ADD CONSTRAINT ck_inspector_proposed_as
    CHECK (proposed_as IS NULL OR (status = 'proposed' AND proposed_as = 'suspended'))""",
    # Of several officers with one account the first by code was taken for the person who signed in: they keep it.
    "SET LOCAL ROLE onedoor_definer",
    """UPDATE public.inspector i SET user_id = NULL
 WHERE i.user_id IS NOT NULL AND i.status <> 'left' AND EXISTS (SELECT FROM public.inspector o
  WHERE o.tenant_id = i.tenant_id AND o.user_id = i.user_id AND o.status <> 'left' AND o.code < i.code)""",
    "RESET ROLE",
    """CREATE UNIQUE INDEX uq_inspector_account ON inspector (tenant_id, user_id)
    WHERE user_id IS NOT NULL AND status <> 'left'""",
)


def upgrade() -> None:
    """Apply them."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
