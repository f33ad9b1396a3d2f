"""Departures from the plan line are registered with their campaign (R-P3).

Drafted by `python -m migrations.draft 0280_deviations campaign_deviation`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0280_deviations"
down_revision = "0245_methods"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE campaign_deviation (
    lead_id UUID NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    text_said JSONB,
    stops BOOLEAN NOT NULL,
    found_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT,
    approved_by TEXT,
    campaign_id UUID NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_campaign_deviation PRIMARY KEY (id),
    CONSTRAINT fk_campaign_deviation_campaign_id_tenant_id FOREIGN KEY(campaign_id, tenant_id) REFERENCES participation (campaign_id, tenant_id),
    CONSTRAINT uq_campaign_deviation_campaign_id_tenant_id_kind UNIQUE (campaign_id, tenant_id, kind),
    CONSTRAINT fk_campaign_deviation_lead_id FOREIGN KEY(lead_id) REFERENCES bureau (id),
    CONSTRAINT fk_campaign_deviation_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_campaign_deviation_campaign_id ON campaign_deviation (campaign_id)""",
    r"""CREATE INDEX ix_campaign_deviation_lead_id ON campaign_deviation (lead_id)""",
    r"""CREATE INDEX ix_campaign_deviation_tenant_id ON campaign_deviation (tenant_id)""",
    r"""ALTER TABLE campaign_deviation ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON campaign_deviation TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON campaign_deviation TO onedoor_bureau""",
    r"""GRANT SELECT ON campaign_deviation TO onedoor_supervisor""",
    r"""CREATE POLICY campaign_deviation_bureau_select_0 ON campaign_deviation FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY campaign_deviation_bureau_insert_1 ON campaign_deviation FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns())))""",
    r"""CREATE POLICY campaign_deviation_bureau_update_2 ON campaign_deviation FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns()))) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns())))""",
    r"""CREATE POLICY campaign_deviation_bureau_delete_3 ON campaign_deviation FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns())))""",
    r"""CREATE POLICY campaign_deviation_supervisor_select_4 ON campaign_deviation FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""CREATE POLICY campaign_deviation_bureau_select_5 ON campaign_deviation FOR SELECT TO onedoor_bureau USING (lead_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
