"""Bureaus end and are merged, backups and their trials are noted, entrusted bodies have their agreements (R-T3, R-T5).

Drafted by `python -m migrations.draft 0228_tenants backup_entry entrusted_body`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0228_tenants"
down_revision = "0226_tenants"

STATEMENTS: tuple[str, ...] = (
    r"""ALTER TABLE bureau ADD COLUMN closed_on DATE""",
    r"""ALTER TABLE bureau ADD COLUMN close_reason TEXT DEFAULT '' NOT NULL""",
    r"""ALTER TABLE bureau ADD COLUMN successor_id UUID""",
    r"""ALTER TABLE bureau ADD CONSTRAINT fk_bureau_successor_id FOREIGN KEY(successor_id) REFERENCES bureau (id)""",
    r"""CREATE TABLE backup_entry (
    kind TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    name TEXT NOT NULL,
    rows INTEGER,
    good BOOLEAN DEFAULT true NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    entered_by TEXT DEFAULT '' NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_backup_entry PRIMARY KEY (id),
    CONSTRAINT ck_backup_entry_kind CHECK (kind IN ('backup', 'trial'))
)""",
    r"""CREATE TABLE entrusted_body (
    name TEXT NOT NULL,
    unit_id UUID NOT NULL,
    agreement TEXT NOT NULL,
    scope TEXT NOT NULL,
    since DATE NOT NULL,
    until DATE NOT NULL,
    file_id UUID NOT NULL,
    ended_on DATE,
    end_reason TEXT DEFAULT '' NOT NULL,
    entered_by TEXT NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_entrusted_body PRIMARY KEY (id),
    CONSTRAINT uq_entrusted_body_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_entrusted_body_unit_id_tenant_id FOREIGN KEY(unit_id, tenant_id) REFERENCES unit (id, tenant_id),
    CONSTRAINT fk_entrusted_body_file_id_tenant_id FOREIGN KEY(file_id, tenant_id) REFERENCES stored_file (id, tenant_id),
    CONSTRAINT ck_entrusted_body_period CHECK (until >= since),
    CONSTRAINT fk_entrusted_body_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_entrusted_body_tenant_id ON entrusted_body (tenant_id)""",
    r"""ALTER TABLE backup_entry ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON backup_entry TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON backup_entry TO onedoor_operator""",
    r"""CREATE POLICY backup_entry_operator_select_0 ON backup_entry FOR SELECT TO onedoor_operator USING (true)""",
    r"""CREATE POLICY backup_entry_operator_insert_1 ON backup_entry FOR INSERT TO onedoor_operator WITH CHECK (true)""",
    r"""ALTER TABLE entrusted_body ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON entrusted_body TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON entrusted_body TO onedoor_bureau""",
    r"""GRANT SELECT ON entrusted_body TO onedoor_supervisor""",
    r"""GRANT SELECT ON entrusted_body TO onedoor_operator""",
    r"""CREATE POLICY entrusted_body_bureau_select_0 ON entrusted_body FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY entrusted_body_bureau_insert_1 ON entrusted_body FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY entrusted_body_bureau_update_2 ON entrusted_body FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY entrusted_body_supervisor_select_3 ON entrusted_body FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""CREATE POLICY entrusted_body_operator_select_4 ON entrusted_body FOR SELECT TO onedoor_operator USING (true)""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
