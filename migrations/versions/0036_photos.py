"""Photos of a record: its bureau's, until the record is submitted to be added and taken away."""

from __future__ import annotations

from alembic import op

revision = "0036_photos"
down_revision = "0035_roster"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    r"""CREATE TABLE record_photo (
    record_id UUID NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    size INTEGER NOT NULL,
    digest TEXT NOT NULL,
    content BYTEA NOT NULL,
    thumbnail BYTEA NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    added_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_record_photo PRIMARY KEY (id),
    CONSTRAINT fk_record_photo_record_id_tenant_id FOREIGN KEY(record_id, tenant_id) REFERENCES record (id, tenant_id),
    CONSTRAINT uq_record_photo_record_id_digest UNIQUE (record_id, digest),
    CONSTRAINT fk_record_photo_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_record_photo_tenant_id ON record_photo (tenant_id)",
    "ALTER TABLE record_photo ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE record_photo FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON record_photo TO onedoor_definer",
    "GRANT SELECT ON record_photo TO onedoor_bureau",
    "CREATE POLICY record_photo_bureau_select_0 ON record_photo FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON record_photo TO onedoor_bureau",
    "CREATE POLICY record_photo_bureau_insert_1 ON record_photo FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM record r WHERE r.id = record_id AND r.state IN ('draft', 'returned')))",
    "GRANT DELETE ON record_photo TO onedoor_bureau",
    "CREATE POLICY record_photo_bureau_delete_2 ON record_photo FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM record r WHERE r.id = record_id AND r.state IN ('draft', 'returned')))",
    "GRANT SELECT ON record_photo TO onedoor_supervisor",
    "CREATE POLICY record_photo_supervisor_select_3 ON record_photo FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))",
)


def upgrade() -> None:
    """The table and who may do what with it."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
