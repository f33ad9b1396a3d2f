"""Files of a filing as they were handed in: the inspector library as its form F2 (R-L12)."""

from __future__ import annotations

from alembic import op

revision = "0101_filing_files"
down_revision = "0100_confirmations"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    r"""CREATE TABLE filing_file (
    filing_id UUID NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    digest TEXT NOT NULL,
    content BYTEA NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_filing_file PRIMARY KEY (id),
    CONSTRAINT uq_filing_file_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_filing_file_filing_id_tenant_id FOREIGN KEY(filing_id, tenant_id) REFERENCES filing (id, tenant_id),
    CONSTRAINT uq_filing_file_filing_id_name UNIQUE (filing_id, name),
    CONSTRAINT fk_filing_file_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_filing_file_tenant_id ON filing_file (tenant_id)",
    "ALTER TABLE filing_file ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE filing_file FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON filing_file TO onedoor_definer",
    "GRANT SELECT ON filing_file TO onedoor_bureau",
    "CREATE POLICY filing_file_bureau_select_0 ON filing_file FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM filing f WHERE f.id = filing_id))",
    "GRANT INSERT ON filing_file TO onedoor_bureau",
    "CREATE POLICY filing_file_bureau_insert_1 ON filing_file FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT SELECT ON filing_file TO onedoor_supervisor",
    "CREATE POLICY filing_file_supervisor_select_2 ON filing_file FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM filing f WHERE f.id = filing_id))",
)


def upgrade() -> None:
    """Bring it in."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
