"""Credit: tables, indexes, functions, policies, first rows.

Drafted by `python -m migrations.draft all`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0215_credit"
down_revision = "0214_followups"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE export (
    platform TEXT NOT NULL,
    layout TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    number TEXT NOT NULL,
    records INTEGER NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by TEXT NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    answered_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_export PRIMARY KEY (id),
    CONSTRAINT uq_export_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_export_tenant_id_platform_sequence UNIQUE (tenant_id, platform, sequence),
    CONSTRAINT ck_export_answered CHECK (answered_at IS NULL OR sent_at IS NOT NULL),
    CONSTRAINT uq_export_number UNIQUE (number),
    CONSTRAINT fk_export_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_export_tenant_id ON export (tenant_id)""",
    r"""CREATE TABLE export_record (
    platform TEXT NOT NULL,
    layout TEXT NOT NULL,
    subject_id UUID NOT NULL,
    version INTEGER NOT NULL,
    disclosure_id UUID NOT NULL,
    entity_code TEXT NOT NULL,
    entity_name TEXT NOT NULL,
    title TEXT NOT NULL,
    action TEXT DEFAULT 'publish' NOT NULL,
    fields JSONB NOT NULL,
    state TEXT DEFAULT 'waiting' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    reason_said JSONB,
    attempt INTEGER DEFAULT '0' NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_export_record PRIMARY KEY (id),
    CONSTRAINT uq_export_record_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_export_record_tenant_id_platform_subject_id_version UNIQUE (tenant_id, platform, subject_id, version),
    CONSTRAINT fk_export_record_disclosure_id_tenant_id FOREIGN KEY(disclosure_id, tenant_id) REFERENCES disclosure (id, tenant_id),
    CONSTRAINT ck_export_record_state CHECK (state IN ('waiting', 'sent', 'accepted', 'rejected', 'withdrawn')),
    CONSTRAINT ck_export_record_action CHECK (action IN ('publish', 'withdraw')),
    CONSTRAINT ck_export_record_reason CHECK (state <> 'rejected' OR reason <> ''),
    CONSTRAINT fk_export_record_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_export_record_state ON export_record (tenant_id, state, made_at)""",
    r"""CREATE INDEX ix_export_record_tenant_id ON export_record (tenant_id)""",
    r"""CREATE TABLE export_attempt (
    export_id UUID NOT NULL,
    record_id UUID NOT NULL,
    attempt INTEGER NOT NULL,
    position INTEGER NOT NULL,
    action TEXT NOT NULL,
    fields JSONB NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_export_attempt PRIMARY KEY (id),
    CONSTRAINT uq_export_attempt_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_export_attempt_export_id_tenant_id FOREIGN KEY(export_id, tenant_id) REFERENCES export (id, tenant_id),
    CONSTRAINT fk_export_attempt_record_id_tenant_id FOREIGN KEY(record_id, tenant_id) REFERENCES export_record (id, tenant_id),
    CONSTRAINT uq_export_attempt_export_id_position UNIQUE (export_id, position),
    CONSTRAINT uq_export_attempt_export_id_record_id UNIQUE (export_id, record_id),
    CONSTRAINT uq_export_attempt_record_id_attempt UNIQUE (record_id, attempt),
    CONSTRAINT fk_export_attempt_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_export_attempt_tenant_id ON export_attempt (tenant_id)""",
    r"""CREATE TABLE receipt (
    attempt_id UUID NOT NULL,
    state TEXT NOT NULL,
    number TEXT NOT NULL,
    reason TEXT NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_receipt PRIMARY KEY (id),
    CONSTRAINT fk_receipt_attempt_id_tenant_id FOREIGN KEY(attempt_id, tenant_id) REFERENCES export_attempt (id, tenant_id),
    CONSTRAINT uq_receipt_attempt_id UNIQUE (attempt_id),
    CONSTRAINT ck_receipt_state CHECK (state IN ('accepted', 'rejected')),
    CONSTRAINT fk_receipt_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_receipt_tenant_id ON receipt (tenant_id)""",
    r"""ALTER TABLE export ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON export TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON export TO onedoor_bureau""",
    r"""GRANT SELECT ON export TO onedoor_supervisor""",
    r"""CREATE POLICY export_bureau_select_0 ON export FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY export_bureau_insert_1 ON export FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY export_bureau_update_2 ON export FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY export_supervisor_select_3 ON export FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE export_record ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON export_record TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON export_record TO onedoor_bureau""",
    r"""GRANT SELECT ON export_record TO onedoor_supervisor""",
    r"""CREATE POLICY export_record_bureau_select_0 ON export_record FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY export_record_bureau_insert_1 ON export_record FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY export_record_bureau_update_2 ON export_record FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY export_record_supervisor_select_3 ON export_record FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE export_attempt ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON export_attempt TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON export_attempt TO onedoor_bureau""",
    r"""GRANT SELECT ON export_attempt TO onedoor_supervisor""",
    r"""CREATE POLICY export_attempt_bureau_select_0 ON export_attempt FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY export_attempt_bureau_insert_1 ON export_attempt FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY export_attempt_bureau_update_2 ON export_attempt FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY export_attempt_supervisor_select_3 ON export_attempt FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE receipt ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON receipt TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON receipt TO onedoor_bureau""",
    r"""GRANT SELECT ON receipt TO onedoor_supervisor""",
    r"""CREATE POLICY receipt_bureau_select_0 ON receipt FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY receipt_bureau_insert_1 ON receipt FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY receipt_bureau_update_2 ON receipt FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY receipt_supervisor_select_3 ON receipt FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
