"""The heads of partners approve their parts of joint visits (R-J2)."""

from __future__ import annotations

from migrations.online import run

revision = "0221_visits"
down_revision = "0220_tenants"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE visit_part_approval (
    visit_id UUID NOT NULL,
    approved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    approved_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_visit_part_approval PRIMARY KEY (id),
    CONSTRAINT uq_visit_part_approval_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_visit_part_approval_visit_id_tenant_id FOREIGN KEY(visit_id, tenant_id) REFERENCES visit_party (visit_id, bureau_id),
    CONSTRAINT uq_visit_part_approval_visit_id_tenant_id UNIQUE (visit_id, tenant_id),
    CONSTRAINT fk_visit_part_approval_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_visit_part_approval_tenant_id ON visit_part_approval (tenant_id)""",
    r"""ALTER TABLE visit_part_approval ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON visit_part_approval TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON visit_part_approval TO onedoor_bureau""",
    r"""GRANT SELECT ON visit_part_approval TO onedoor_supervisor""",
    r"""CREATE POLICY visit_part_approval_bureau_select_0 ON visit_part_approval FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_part_approval_bureau_insert_1 ON visit_part_approval FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_part_approval_bureau_select_2 ON visit_part_approval FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT FROM visit v WHERE v.id = visit_id))""",
    r"""CREATE POLICY visit_part_approval_supervisor_select_3 ON visit_part_approval FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
