"""What stayed of a load that was taken back, with the reason; which load a mended file goes on with; whom a problem is about (R-L11)."""

from __future__ import annotations

from migrations.online import run

revision = "0282_imports"
down_revision = "0264_followups"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE import_remainder (
    import_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    reason TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_import_remainder PRIMARY KEY (id),
    CONSTRAINT uq_import_remainder_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_import_remainder_import_id_tenant_id FOREIGN KEY(import_id, tenant_id) REFERENCES import (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT uq_import_remainder_import_id_subject_id UNIQUE (import_id, subject_id),
    CONSTRAINT fk_import_remainder_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_import_remainder_tenant_id ON import_remainder (tenant_id)""",
    r"""ALTER TABLE import_remainder ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON import_remainder TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON import_remainder TO onedoor_bureau""",
    r"""CREATE POLICY import_remainder_bureau_select_0 ON import_remainder FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY import_remainder_bureau_insert_1 ON import_remainder FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY import_remainder_bureau_update_2 ON import_remainder FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY import_remainder_bureau_delete_3 ON import_remainder FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE import ADD COLUMN continues_id UUID""",
    r"""ALTER TABLE import ADD CONSTRAINT fk_import_continues_id_tenant_id
    FOREIGN KEY(continues_id, tenant_id) REFERENCES import (id, tenant_id) NOT VALID""",
    r"""ALTER TABLE import VALIDATE CONSTRAINT fk_import_continues_id_tenant_id""",
    r"""ALTER TABLE import_problem ADD COLUMN name TEXT DEFAULT '' NOT NULL""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
