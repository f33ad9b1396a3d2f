"""An entity's code stands beside its id, with what filters a list: the lines of a pool are written from that index alone.

Some seconds at a million entities. Made beside the traffic, before the one it replaces goes.
"""

from __future__ import annotations

from alembic import op

from migrations.online import index

revision = "0090_code_beside_id"
down_revision = "0089_turns"


def upgrade() -> None:
    """Make it, drop what it replaces."""
    index("ix_entity_beside_id", "entity (id) INCLUDE (code, kind, status, jurisdiction_code)")
    link = op.get_bind()
    link.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    link.exec_driver_sql("DROP INDEX IF EXISTS ix_entity_facts")
