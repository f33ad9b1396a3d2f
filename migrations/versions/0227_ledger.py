"""What was entered as done outside the platform is corrected with its reason (R-V9); units of a party answer for their parts (R-J2)."""

from __future__ import annotations

from migrations.online import run

revision = "0227_ledger"
down_revision = "0228_tenants"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE party_unit (
    unit_id UUID NOT NULL,
    unit_name TEXT NOT NULL,
    state TEXT DEFAULT 'asked' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    answered_by TEXT,
    campaign_id UUID NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_party_unit PRIMARY KEY (id),
    CONSTRAINT fk_party_unit_campaign_id_tenant_id FOREIGN KEY(campaign_id, tenant_id) REFERENCES participation (campaign_id, tenant_id),
    CONSTRAINT uq_party_unit_campaign_id_tenant_id_unit_id UNIQUE (campaign_id, tenant_id, unit_id),
    CONSTRAINT fk_party_unit_unit_id_tenant_id FOREIGN KEY(unit_id, tenant_id) REFERENCES unit (id, tenant_id),
    CONSTRAINT fk_party_unit_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_party_unit_campaign_id ON party_unit (campaign_id)""",
    r"""CREATE INDEX ix_party_unit_tenant_id ON party_unit (tenant_id)""",
    r"""CREATE TABLE outside_correction (
    check_id UUID NOT NULL,
    version INTEGER NOT NULL,
    reason TEXT NOT NULL,
    before JSONB NOT NULL,
    after JSONB NOT NULL,
    corrected_at TIMESTAMP WITH TIME ZONE NOT NULL,
    corrected_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_outside_correction PRIMARY KEY (id),
    CONSTRAINT fk_outside_correction_check_id_tenant_id FOREIGN KEY(check_id, tenant_id) REFERENCES outside_check (id, tenant_id),
    CONSTRAINT uq_outside_correction_check_id_version UNIQUE (check_id, version),
    CONSTRAINT ck_outside_correction_reason CHECK (reason <> ''),
    CONSTRAINT fk_outside_correction_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_outside_correction_tenant_id ON outside_correction (tenant_id)""",
    r"""ALTER TABLE party_unit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON party_unit TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON party_unit TO onedoor_bureau""",
    r"""GRANT SELECT ON party_unit TO onedoor_supervisor""",
    r"""CREATE POLICY party_unit_bureau_select_0 ON party_unit FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY party_unit_bureau_insert_1 ON party_unit FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns())))""",
    r"""CREATE POLICY party_unit_bureau_update_2 ON party_unit FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns()))) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns())))""",
    r"""CREATE POLICY party_unit_bureau_delete_3 ON party_unit FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns())))""",
    r"""CREATE POLICY party_unit_supervisor_select_4 ON party_unit FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE outside_correction ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON outside_correction TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON outside_correction TO onedoor_bureau""",
    r"""GRANT SELECT ON outside_correction TO onedoor_supervisor""",
    r"""CREATE POLICY outside_correction_bureau_select_0 ON outside_correction FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY outside_correction_bureau_insert_1 ON outside_correction FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY outside_correction_supervisor_select_2 ON outside_correction FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""DROP POLICY outside_check_bureau_update_2 ON outside_check""",
    r"""DROP POLICY outside_check_bureau_delete_3 ON outside_check""",
    r"""CREATE POLICY outside_check_bureau_update_2 ON outside_check FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY outside_check_bureau_delete_3 ON outside_check FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND origin = 'former')""",
)


def upgrade() -> None:
    run(STATEMENTS)
