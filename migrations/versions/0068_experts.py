"""Experts and testing institutes, and at which visits they assist (R-L7)."""

from __future__ import annotations

from alembic import op

revision = "0068_experts"
down_revision = "0067_qualifications"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    'ALTER TABLE "import" DROP CONSTRAINT ck_import_kind',
    """ALTER TABLE "import" ADD CONSTRAINT ck_import_kind
    CHECK (kind IN ('entities', 'items', 'inspectors', 'experts')) NOT VALID""",
    'ALTER TABLE "import" VALIDATE CONSTRAINT ck_import_kind',
    "ALTER TABLE import_mapping DROP CONSTRAINT ck_import_mapping_kind",
    """ALTER TABLE import_mapping ADD CONSTRAINT ck_import_mapping_kind
    CHECK (kind IN ('entities', 'items', 'inspectors', 'experts'))""",
    r"""CREATE TABLE expert (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    organisation TEXT NOT NULL,
    title TEXT NOT NULL,
    qualifications TEXT[] NOT NULL,
    credential TEXT NOT NULL,
    credential_expires_on DATE,
    active BOOLEAN DEFAULT true NOT NULL,
    remark TEXT NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_expert PRIMARY KEY (id),
    CONSTRAINT uq_expert_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_expert_tenant_id_name_organisation UNIQUE (tenant_id, name, organisation),
    CONSTRAINT ck_expert_kind CHECK (kind IN ('person', 'institute')),
    CONSTRAINT fk_expert_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_expert_tenant_id ON expert (tenant_id)",
    "ALTER TABLE expert ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE expert FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON expert TO onedoor_definer",
    "GRANT SELECT ON expert TO onedoor_bureau",
    "CREATE POLICY expert_bureau_select_0 ON expert FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON expert TO onedoor_bureau",
    "CREATE POLICY expert_bureau_insert_1 ON expert FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT UPDATE ON expert TO onedoor_bureau",
    "CREATE POLICY expert_bureau_update_2 ON expert FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT DELETE ON expert TO onedoor_bureau",
    "CREATE POLICY expert_bureau_delete_3 ON expert FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT SELECT ON expert TO onedoor_supervisor",
    "CREATE POLICY expert_supervisor_select_4 ON expert FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))",
    r"""CREATE TABLE visit_assistant (
    visit_id UUID NOT NULL,
    expert_id UUID NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    organisation TEXT NOT NULL,
    title TEXT NOT NULL,
    bureau_name TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    left_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_visit_assistant PRIMARY KEY (id),
    CONSTRAINT uq_visit_assistant_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_visit_assistant_visit_id_tenant_id FOREIGN KEY(visit_id, tenant_id) REFERENCES visit_party (visit_id, bureau_id),
    CONSTRAINT fk_visit_assistant_expert_id_tenant_id FOREIGN KEY(expert_id, tenant_id) REFERENCES expert (id, tenant_id),
    CONSTRAINT fk_visit_assistant_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_visit_assistant_expert_id ON visit_assistant (expert_id)",
    "CREATE INDEX ix_visit_assistant_tenant_id ON visit_assistant (tenant_id)",
    "CREATE UNIQUE INDEX uq_visit_assistant_present ON visit_assistant (visit_id, expert_id) WHERE left_at IS NULL",
    "ALTER TABLE visit_assistant ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE visit_assistant FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON visit_assistant TO onedoor_definer",
    "GRANT SELECT ON visit_assistant TO onedoor_bureau",
    "CREATE POLICY visit_assistant_bureau_select_0 ON visit_assistant FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON visit_assistant TO onedoor_bureau",
    "CREATE POLICY visit_assistant_bureau_insert_1 ON visit_assistant FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT UPDATE ON visit_assistant TO onedoor_bureau",
    "CREATE POLICY visit_assistant_bureau_update_2 ON visit_assistant FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT SELECT ON visit_assistant TO onedoor_bureau",
    "CREATE POLICY visit_assistant_bureau_select_3 ON visit_assistant FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT FROM visit v WHERE v.id = visit_id))",
    "GRANT SELECT ON visit_assistant TO onedoor_supervisor",
    "CREATE POLICY visit_assistant_supervisor_select_4 ON visit_assistant FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))",
)


def upgrade() -> None:
    """Apply them."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
