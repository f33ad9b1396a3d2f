"""Records go to several platforms, penalties too; credit repair (R-O2, R-O3).

Drafted by `python -m migrations.draft 0261_credit_repair repair_application`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0261_credit_repair"
down_revision = "0270_returns"

STATEMENTS: tuple[str, ...] = (
    r"""SET LOCAL lock_timeout = '5s'""",
    r"""ALTER TABLE export_record ADD COLUMN kind TEXT DEFAULT 'result' NOT NULL""",
    r"""ALTER TABLE export_record ADD COLUMN chased_on DATE""",
    r"""ALTER TABLE export_record ADD CONSTRAINT ck_export_record_kind CHECK (kind IN ('result', 'penalty')) NOT VALID""",
    r"""ALTER TABLE export_record VALIDATE CONSTRAINT ck_export_record_kind""",
    r"""CREATE TABLE repair_application (
    kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    entity_code TEXT NOT NULL,
    entity_name TEXT NOT NULL,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    applicant TEXT NOT NULL,
    applied_on DATE NOT NULL,
    reason TEXT NOT NULL,
    paper TEXT NOT NULL,
    state TEXT DEFAULT 'open' NOT NULL,
    due_on DATE,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    entered_by TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    decider_name TEXT,
    decision TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_repair_application PRIMARY KEY (id),
    CONSTRAINT uq_repair_application_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_repair_application_kind CHECK (kind IN ('result', 'penalty')),
    CONSTRAINT ck_repair_application_source CHECK (source IN ('clerk', 'platform')),
    CONSTRAINT ck_repair_application_state CHECK (state IN ('open', 'granted', 'refused')),
    CONSTRAINT ck_repair_application_decided CHECK (state = 'open' OR (decided_at IS NOT NULL AND decision <> '')),
    CONSTRAINT fk_repair_application_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_repair_application_state ON repair_application (tenant_id, state, due_on)""",
    r"""CREATE INDEX ix_repair_application_tenant_id ON repair_application (tenant_id)""",
    r"""CREATE UNIQUE INDEX uq_repair_application_open ON repair_application (tenant_id, subject_id) WHERE state = 'open'""",
    r"""ALTER TABLE repair_application ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON repair_application TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON repair_application TO onedoor_bureau""",
    r"""GRANT SELECT ON repair_application TO onedoor_supervisor""",
    r"""CREATE POLICY repair_application_bureau_select_0 ON repair_application FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY repair_application_bureau_insert_1 ON repair_application FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY repair_application_bureau_update_2 ON repair_application FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY repair_application_supervisor_select_3 ON repair_application FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
