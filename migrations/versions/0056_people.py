"""Entry to the inspector library and exit from it by proposal and approval (R-L9); who answers for the work, and training (R-L13)."""

from __future__ import annotations

from alembic import op

revision = "0056_people"
down_revision = "0055_lists_in_order"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE inspector DROP CONSTRAINT ck_inspector_status",
    "ALTER TABLE inspector ADD CONSTRAINT ck_inspector_status CHECK (status IN ('proposed', 'active', 'suspended', 'left'))",
    "ALTER POLICY inspector_bureau_select_3 ON inspector USING (status <> 'proposed')",
    "ALTER POLICY inspector_supervisor_select_4 ON inspector USING (status <> 'proposed')",
    r"""CREATE TABLE duty (
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    post TEXT NOT NULL,
    contact BYTEA,
    document TEXT NOT NULL,
    since DATE NOT NULL,
    until DATE,
    noted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    noted_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_duty PRIMARY KEY (id),
    CONSTRAINT uq_duty_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_duty_role CHECK (role IN ('work_lead', 'liaison', 'group_head', 'group_deputy', 'group_member')),
    CONSTRAINT ck_duty_days CHECK (until IS NULL OR until >= since),
    CONSTRAINT fk_duty_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_duty_tenant_id ON duty (tenant_id)",
    "CREATE UNIQUE INDEX uq_duty_single ON duty (tenant_id, role) WHERE until IS NULL AND role IN ('work_lead', 'liaison', 'group_head')",
    r"""CREATE TABLE inspector_proposal (
    direction TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT DEFAULT 'submitted' NOT NULL,
    submitter_name TEXT NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_inspector_proposal PRIMARY KEY (id),
    CONSTRAINT uq_inspector_proposal_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_inspector_proposal_direction CHECK (direction IN ('entry', 'exit')),
    CONSTRAINT ck_inspector_proposal_state CHECK (state IN ('submitted', 'approved', 'returned')),
    CONSTRAINT fk_inspector_proposal_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_inspector_proposal_tenant_id ON inspector_proposal (tenant_id)",
    r"""CREATE TABLE training (
    title TEXT NOT NULL,
    held_on DATE NOT NULL,
    hours NUMERIC(5, 1) NOT NULL,
    place TEXT NOT NULL,
    trainer TEXT NOT NULL,
    content TEXT NOT NULL,
    noted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    noted_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_training PRIMARY KEY (id),
    CONSTRAINT uq_training_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_training_hours CHECK (hours > 0 AND hours <= 200),
    CONSTRAINT fk_training_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_training_held ON training (tenant_id, held_on DESC)",
    "CREATE INDEX ix_training_tenant_id ON training (tenant_id)",
    r"""CREATE TABLE inspector_proposal_line (
    proposal_id UUID NOT NULL,
    inspector_id UUID NOT NULL,
    name TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_inspector_proposal_line PRIMARY KEY (id),
    CONSTRAINT uq_inspector_proposal_line_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_inspector_proposal_line_proposal_id_tenant_id FOREIGN KEY(proposal_id, tenant_id) REFERENCES inspector_proposal (id, tenant_id),
    CONSTRAINT fk_inspector_proposal_line_inspector_id_tenant_id FOREIGN KEY(inspector_id, tenant_id) REFERENCES inspector (id, tenant_id),
    CONSTRAINT uq_inspector_proposal_line_proposal_id_inspector_id UNIQUE (proposal_id, inspector_id),
    CONSTRAINT fk_inspector_proposal_line_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_inspector_proposal_line_inspector ON inspector_proposal_line (inspector_id)",
    "CREATE INDEX ix_inspector_proposal_line_tenant_id ON inspector_proposal_line (tenant_id)",
    r"""CREATE TABLE training_place (
    training_id UUID NOT NULL,
    inspector_id UUID NOT NULL,
    attended BOOLEAN NOT NULL,
    result TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_training_place PRIMARY KEY (id),
    CONSTRAINT uq_training_place_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_training_place_training_id_tenant_id FOREIGN KEY(training_id, tenant_id) REFERENCES training (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT fk_training_place_inspector_id_tenant_id FOREIGN KEY(inspector_id, tenant_id) REFERENCES inspector (id, tenant_id),
    CONSTRAINT uq_training_place_training_id_inspector_id UNIQUE (training_id, inspector_id),
    CONSTRAINT fk_training_place_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_training_place_inspector ON training_place (inspector_id)",
    "CREATE INDEX ix_training_place_tenant_id ON training_place (tenant_id)",
    r"""CREATE OR REPLACE FUNCTION sealed_duty_contact(writes integer, after uuid, most integer) RETURNS TABLE (id uuid, about uuid, value bytea) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.contact FROM public.duty t
 WHERE t.contact IS NOT NULL AND t.id > after AND (get_byte(t.contact, 0) <> writes) AND true
 ORDER BY t.id LIMIT most
$body$""",
    "GRANT EXECUTE ON FUNCTION sealed_duty_contact(integer, uuid, integer) TO onedoor_dispatch",
    "ALTER FUNCTION sealed_duty_contact(integer, uuid, integer) OWNER TO onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION reseal_duty_contact(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
WITH changed AS (
  UPDATE public.duty t SET contact = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.contact = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    "GRANT EXECUTE ON FUNCTION reseal_duty_contact(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch",
    "ALTER FUNCTION reseal_duty_contact(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION keys_of_duty_contact() RETURNS TABLE (number integer, rows bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT get_byte(t.contact, 0), count(*) FROM public.duty t
 WHERE t.contact IS NOT NULL AND true GROUP BY 1
$body$""",
    "GRANT EXECUTE ON FUNCTION keys_of_duty_contact() TO onedoor_dispatch",
    "ALTER FUNCTION keys_of_duty_contact() OWNER TO onedoor_definer",
    "ALTER TABLE duty ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE duty FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON duty TO onedoor_definer",
    "GRANT SELECT ON duty TO onedoor_bureau",
    "CREATE POLICY duty_bureau_select_0 ON duty FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON duty TO onedoor_bureau",
    "CREATE POLICY duty_bureau_insert_1 ON duty FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT UPDATE ON duty TO onedoor_bureau",
    "CREATE POLICY duty_bureau_update_2 ON duty FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT SELECT ON duty TO onedoor_supervisor",
    "CREATE POLICY duty_supervisor_select_3 ON duty FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))",
    "ALTER TABLE inspector_proposal ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE inspector_proposal FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON inspector_proposal TO onedoor_definer",
    "GRANT SELECT ON inspector_proposal TO onedoor_bureau",
    "CREATE POLICY inspector_proposal_bureau_select_0 ON inspector_proposal FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON inspector_proposal TO onedoor_bureau",
    "CREATE POLICY inspector_proposal_bureau_insert_1 ON inspector_proposal FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT UPDATE ON inspector_proposal TO onedoor_bureau",
    "CREATE POLICY inspector_proposal_bureau_update_2 ON inspector_proposal FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "ALTER TABLE training ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE training FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON training TO onedoor_definer",
    "GRANT SELECT ON training TO onedoor_bureau",
    "CREATE POLICY training_bureau_select_0 ON training FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON training TO onedoor_bureau",
    "CREATE POLICY training_bureau_insert_1 ON training FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT UPDATE ON training TO onedoor_bureau",
    "CREATE POLICY training_bureau_update_2 ON training FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT DELETE ON training TO onedoor_bureau",
    "CREATE POLICY training_bureau_delete_3 ON training FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT SELECT ON training TO onedoor_supervisor",
    "CREATE POLICY training_supervisor_select_4 ON training FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))",
    "ALTER TABLE inspector_proposal_line ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE inspector_proposal_line FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON inspector_proposal_line TO onedoor_definer",
    "GRANT SELECT ON inspector_proposal_line TO onedoor_bureau",
    "CREATE POLICY inspector_proposal_line_bureau_select_0 ON inspector_proposal_line FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON inspector_proposal_line TO onedoor_bureau",
    "CREATE POLICY inspector_proposal_line_bureau_insert_1 ON inspector_proposal_line FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT UPDATE ON inspector_proposal_line TO onedoor_bureau",
    "CREATE POLICY inspector_proposal_line_bureau_update_2 ON inspector_proposal_line FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "ALTER TABLE training_place ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE training_place FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON training_place TO onedoor_definer",
    "GRANT SELECT ON training_place TO onedoor_bureau",
    "CREATE POLICY training_place_bureau_select_0 ON training_place FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON training_place TO onedoor_bureau",
    "CREATE POLICY training_place_bureau_insert_1 ON training_place FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT UPDATE ON training_place TO onedoor_bureau",
    "CREATE POLICY training_place_bureau_update_2 ON training_place FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT DELETE ON training_place TO onedoor_bureau",
    "CREATE POLICY training_place_bureau_delete_3 ON training_place FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT SELECT ON training_place TO onedoor_supervisor",
    "CREATE POLICY training_place_supervisor_select_4 ON training_place FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))",
)


def upgrade() -> None:
    """Bring it in."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
