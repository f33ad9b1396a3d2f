"""Risk levels of targets with their scale and factors, products, projects and activities, and a place for credit classes."""

from __future__ import annotations

from alembic import op

revision = "0061_risk"
down_revision = "0060_item_templates"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    r"""CREATE TABLE risk_factor (
    name TEXT NOT NULL,
    conditions JSONB NOT NULL,
    points INTEGER NOT NULL,
    active BOOLEAN DEFAULT true NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_risk_factor PRIMARY KEY (id),
    CONSTRAINT uq_risk_factor_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_risk_factor_points CHECK (points BETWEEN 1 AND 1000),
    CONSTRAINT fk_risk_factor_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_risk_factor_tenant_id ON risk_factor (tenant_id)",
    r"""CREATE TABLE risk_scale (
    levels JSONB NOT NULL,
    computed_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_risk_scale PRIMARY KEY (id),
    CONSTRAINT uq_risk_scale_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_risk_scale_tenant_id UNIQUE (tenant_id),
    CONSTRAINT fk_risk_scale_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_risk_scale_tenant_id ON risk_scale (tenant_id)",
    r"""CREATE TABLE credit_class (
    entity_id UUID NOT NULL,
    grade TEXT NOT NULL,
    facts TEXT[] DEFAULT '{}' NOT NULL,
    since DATE NOT NULL,
    until DATE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_credit_class PRIMARY KEY (id),
    CONSTRAINT uq_credit_class_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_credit_class_grade CHECK (grade IN ('A', 'B', 'C', 'D')),
    CONSTRAINT fk_credit_class_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_credit_class_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_credit_class_tenant_id ON credit_class (tenant_id)",
    "CREATE UNIQUE INDEX uq_credit_class_holds ON credit_class (entity_id) WHERE until IS NULL",
    r"""CREATE TABLE target_matter (
    entity_id UUID NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    number TEXT DEFAULT '' NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    listed_on DATE NOT NULL,
    ended_on DATE,
    ended_reason TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_target_matter PRIMARY KEY (id),
    CONSTRAINT uq_target_matter_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_target_matter_kind CHECK (kind IN ('product', 'project', 'activity')),
    CONSTRAINT fk_target_matter_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_target_matter_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_target_matter_entity ON target_matter (entity_id)",
    "CREATE INDEX ix_target_matter_tenant_id ON target_matter (tenant_id)",
    r"""CREATE TABLE target_risk (
    entity_id UUID NOT NULL,
    level TEXT NOT NULL,
    score INTEGER,
    factors TEXT[] DEFAULT '{}' NOT NULL,
    by_hand BOOLEAN NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    until TIMESTAMP WITH TIME ZONE,
    actor_name TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_target_risk PRIMARY KEY (id),
    CONSTRAINT uq_target_risk_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_target_risk_by_hand CHECK (by_hand = (score IS NULL)),
    CONSTRAINT fk_target_risk_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_target_risk_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_target_risk_entity ON target_risk (entity_id)",
    "CREATE INDEX ix_target_risk_tenant_id ON target_risk (tenant_id)",
    "CREATE UNIQUE INDEX uq_target_risk_holds ON target_risk (tenant_id, entity_id) WHERE until IS NULL",
    "ALTER TABLE risk_factor ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE risk_factor FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON risk_factor TO onedoor_definer",
    "GRANT SELECT ON risk_factor TO onedoor_bureau",
    "CREATE POLICY risk_factor_bureau_select_0 ON risk_factor FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON risk_factor TO onedoor_bureau",
    "CREATE POLICY risk_factor_bureau_insert_1 ON risk_factor FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT UPDATE ON risk_factor TO onedoor_bureau",
    "CREATE POLICY risk_factor_bureau_update_2 ON risk_factor FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT SELECT ON risk_factor TO onedoor_supervisor",
    "CREATE POLICY risk_factor_supervisor_select_3 ON risk_factor FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))",
    "ALTER TABLE risk_scale ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE risk_scale FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON risk_scale TO onedoor_definer",
    "GRANT SELECT ON risk_scale TO onedoor_bureau",
    "CREATE POLICY risk_scale_bureau_select_0 ON risk_scale FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON risk_scale TO onedoor_bureau",
    "CREATE POLICY risk_scale_bureau_insert_1 ON risk_scale FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT UPDATE ON risk_scale TO onedoor_bureau",
    "CREATE POLICY risk_scale_bureau_update_2 ON risk_scale FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT SELECT ON risk_scale TO onedoor_supervisor",
    "CREATE POLICY risk_scale_supervisor_select_3 ON risk_scale FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))",
    "ALTER TABLE credit_class ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE credit_class FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON credit_class TO onedoor_definer",
    "GRANT SELECT ON credit_class TO onedoor_bureau",
    "CREATE POLICY credit_class_bureau_select_0 ON credit_class FOR SELECT TO onedoor_bureau USING (true)",
    "GRANT INSERT ON credit_class TO onedoor_bureau",
    "CREATE POLICY credit_class_bureau_insert_1 ON credit_class FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND '91' = ANY (ARRAY(SELECT my_entity_kinds())))",
    "GRANT UPDATE ON credit_class TO onedoor_bureau",
    "CREATE POLICY credit_class_bureau_update_2 ON credit_class FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND '91' = ANY (ARRAY(SELECT my_entity_kinds()))) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND '91' = ANY (ARRAY(SELECT my_entity_kinds())))",
    "GRANT SELECT ON credit_class TO onedoor_supervisor",
    "CREATE POLICY credit_class_supervisor_select_3 ON credit_class FOR SELECT TO onedoor_supervisor USING (true)",
    "ALTER TABLE target_matter ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE target_matter FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON target_matter TO onedoor_definer",
    "GRANT SELECT ON target_matter TO onedoor_bureau",
    "CREATE POLICY target_matter_bureau_select_0 ON target_matter FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON target_matter TO onedoor_bureau",
    "CREATE POLICY target_matter_bureau_insert_1 ON target_matter FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT UPDATE ON target_matter TO onedoor_bureau",
    "CREATE POLICY target_matter_bureau_update_2 ON target_matter FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT SELECT ON target_matter TO onedoor_supervisor",
    "CREATE POLICY target_matter_supervisor_select_3 ON target_matter FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))",
    "ALTER TABLE target_risk ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE target_risk FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON target_risk TO onedoor_definer",
    "GRANT SELECT ON target_risk TO onedoor_bureau",
    "CREATE POLICY target_risk_bureau_select_0 ON target_risk FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON target_risk TO onedoor_bureau",
    "CREATE POLICY target_risk_bureau_insert_1 ON target_risk FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT UPDATE ON target_risk TO onedoor_bureau",
    "CREATE POLICY target_risk_bureau_update_2 ON target_risk FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT SELECT ON target_risk TO onedoor_supervisor",
    "CREATE POLICY target_risk_supervisor_select_3 ON target_risk FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))",
    "SET LOCAL ROLE onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION load_depended_on(load uuid) RETURNS TABLE(used bigint, changed bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT count(*) FILTER (WHERE c.what = 'added' AND (
         EXISTS (SELECT FROM public.target t WHERE t.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.entity_contact p WHERE p.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.premises p WHERE p.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.licence l WHERE l.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.entity_tag g WHERE g.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.credit_class k WHERE k.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.correction r WHERE r.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.recusal r JOIN public.entity e ON e.code = r.entity_code
                     WHERE e.id = c.entity_id))),
       count(*) FILTER (WHERE EXISTS (SELECT FROM public.entity_change l WHERE l.entity_id = c.entity_id
         AND l.at > c.at AND l.import_id IS DISTINCT FROM c.import_id))
  FROM public.entity_change c JOIN public.import i ON i.id = c.import_id AND i.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid
 WHERE c.import_id = load AND c.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND c.source <> 'undo'
$body$""",
    "RESET ROLE",
)


def upgrade() -> None:
    """Add them."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
