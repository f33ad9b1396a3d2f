"""When a library was gone over as a whole: by the rules, by a file with everybody of it, or by a person (R-L5)."""

from __future__ import annotations

from alembic import op

revision = "0118_upkeep"
down_revision = "0117_visit_of_place"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE library_update ADD COLUMN whole BOOLEAN DEFAULT false NOT NULL",
    "ALTER TABLE library_update ADD COLUMN import_id UUID",
    'ALTER TABLE library_update ADD CONSTRAINT fk_library_update_import_id_tenant_id FOREIGN KEY (import_id, tenant_id) REFERENCES "import" (id, tenant_id) NOT VALID',
    "ALTER TABLE library_update VALIDATE CONSTRAINT fk_library_update_import_id_tenant_id",
    "ALTER TABLE library_update DROP CONSTRAINT ck_library_update_library",
    "ALTER TABLE library_update ADD CONSTRAINT ck_library_update_library CHECK (library IN ('targets', 'inspectors', 'experts')) NOT VALID",
    "ALTER TABLE library_update VALIDATE CONSTRAINT ck_library_update_library",
    # What earlier updates were: runs of the rules, and files in which nobody of the library was missing.
    "SET LOCAL ROLE onedoor_definer",
    "UPDATE library_update SET whole = true WHERE library = 'targets' AND note = '按选取规则更新'",
    """UPDATE library_update u SET whole = i.outcome ->> 'gone' = '0' AND i.undone_at IS NULL, import_id = i.id
  FROM "import" i
 WHERE i.tenant_id = u.tenant_id AND i.kind = u.library AND u.note = '导入 ' || i.file_name
   AND i.outcome ->> 'written' = 'true' AND i.outcome ? 'gone' AND u.at BETWEEN i.created_at AND i.finished_at""",
    "RESET ROLE",
)


def upgrade() -> None:
    """Add the mark, and give it to those that are known to deserve it."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
