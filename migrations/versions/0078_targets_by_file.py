"""Target libraries come in by file; what ended with its target before this ends too."""

from __future__ import annotations

from alembic import op

revision = "0078_targets_by_file"
down_revision = "0077_target_units"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    'ALTER TABLE "import" DROP CONSTRAINT ck_import_kind',
    """ALTER TABLE "import" ADD CONSTRAINT ck_import_kind
    CHECK (kind IN ('entities', 'items', 'inspectors', 'experts', 'targets')) NOT VALID""",
    'ALTER TABLE "import" VALIDATE CONSTRAINT ck_import_kind',
    "ALTER TABLE import_mapping DROP CONSTRAINT ck_import_mapping_kind",
    """ALTER TABLE import_mapping ADD CONSTRAINT ck_import_mapping_kind
    CHECK (kind IN ('entities', 'items', 'inspectors', 'experts', 'targets'))""",
    "SET LOCAL ROLE onedoor_definer",
    # Products, projects and activities whose entity has left the library stood on; they left with it.
    """UPDATE target_matter m SET ended_on = l.ended_on, ended_reason = l.ended_reason
      FROM (SELECT DISTINCT ON (t.tenant_id, t.entity_id) t.tenant_id, t.entity_id, t.ended_on, t.ended_reason
              FROM target t WHERE t.ended_on IS NOT NULL ORDER BY t.tenant_id, t.entity_id, t.ended_on DESC) l
     WHERE m.ended_on IS NULL AND m.tenant_id = l.tenant_id AND m.entity_id = l.entity_id
       AND NOT EXISTS (SELECT FROM target o WHERE o.tenant_id = m.tenant_id AND o.entity_id = m.entity_id
                        AND o.ended_on IS NULL)""",
    "RESET ROLE",
)


def upgrade() -> None:
    """Apply them."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
