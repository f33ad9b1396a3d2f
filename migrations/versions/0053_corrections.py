"""Corrections of the register: proposed by others, answered by its keeper, named in the history (R-T4)."""

from __future__ import annotations

from alembic import op

revision = "0053_corrections"
down_revision = "0052_asked_photos"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    r"""CREATE TABLE correction (
    receiver_id UUID NOT NULL,
    entity_id UUID NOT NULL,
    field TEXT NOT NULL,
    former TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    evidence TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT 'sent' NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    asked_by TEXT NOT NULL,
    answer TEXT DEFAULT '' NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    decided_by TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_correction PRIMARY KEY (id),
    CONSTRAINT uq_correction_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_correction_state CHECK (state IN ('sent', 'accepted', 'refused')),
    CONSTRAINT ck_correction_decided CHECK ((state = 'sent') = (decided_at IS NULL)),
    CONSTRAINT ck_correction_answer CHECK (state <> 'refused' OR answer <> ''),
    CONSTRAINT ck_correction_receiver CHECK (receiver_id <> tenant_id),
    CONSTRAINT fk_correction_receiver_id FOREIGN KEY(receiver_id) REFERENCES bureau (id),
    CONSTRAINT fk_correction_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_correction_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_correction_entity ON correction (entity_id, asked_at)",
    "CREATE INDEX ix_correction_receiver_id ON correction (receiver_id)",
    "CREATE INDEX ix_correction_tenant_id ON correction (tenant_id)",
    "ALTER TABLE correction ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE correction FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON correction TO onedoor_definer",
    "GRANT SELECT ON correction TO onedoor_bureau",
    "CREATE POLICY correction_bureau_select_0 ON correction FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR receiver_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON correction TO onedoor_bureau",
    "CREATE POLICY correction_bureau_insert_1 ON correction FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND state = 'sent' AND EXISTS (SELECT 1 FROM bureau b WHERE b.id = receiver_id AND b.entity_kinds <> '{}'))",
    "GRANT UPDATE (state, answer, decided_at, decided_by) ON correction TO onedoor_bureau",
    "CREATE POLICY correction_bureau_update_2 ON correction FOR UPDATE TO onedoor_bureau USING (receiver_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND state = 'sent') WITH CHECK (receiver_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT SELECT ON correction TO onedoor_supervisor",
    "CREATE POLICY correction_supervisor_select_3 ON correction FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))",
    "SET LOCAL ROLE onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION load_depended_on(load uuid) RETURNS TABLE(used bigint, changed bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT count(*) FILTER (WHERE c.what = 'added' AND (
         EXISTS (SELECT FROM public.target t WHERE t.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.entity_contact p WHERE p.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.premises p WHERE p.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.licence l WHERE l.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.entity_tag g WHERE g.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.correction r WHERE r.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.recusal r JOIN public.entity e ON e.code = r.entity_code
                     WHERE e.id = c.entity_id))),
       count(*) FILTER (WHERE EXISTS (SELECT FROM public.entity_change l WHERE l.entity_id = c.entity_id
         AND l.at > c.at AND l.import_id IS DISTINCT FROM c.import_id))
  FROM public.entity_change c JOIN public.import i ON i.id = c.import_id AND i.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid
 WHERE c.import_id = load AND c.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND c.source <> 'undo'
$body$""",
    "RESET ROLE",
    "ALTER TABLE entity_change ADD COLUMN correction_id UUID",
    "ALTER TABLE entity_change DROP CONSTRAINT ck_entity_change_source",
    "ALTER TABLE entity_change ADD CONSTRAINT ck_entity_change_source CHECK (source IN ('load', 'interface', 'undo', 'correction', 'hand')) NOT VALID",
    "ALTER TABLE entity_change VALIDATE CONSTRAINT ck_entity_change_source",
    r"""CREATE OR REPLACE FUNCTION entity_added() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.entity_change (entity_id, tenant_id, at, actor_id, what, source, import_id, correction_id)
  SELECT n.id, coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, n.kept_by), now(), nullif(current_setting('onedoor.actor', true), '')::uuid, 'added', coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'), nullif(current_setting('onedoor.import', true), '')::uuid, nullif(current_setting('onedoor.correction', true), '')::uuid FROM fresh n;
  RETURN NULL;
END
$body$""",
    r"""CREATE OR REPLACE FUNCTION entity_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.entity_change (entity_id, tenant_id, at, actor_id, what, source, import_id, correction_id, before, after)
  SELECT n.id, coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, n.kept_by), now(), nullif(current_setting('onedoor.actor', true), '')::uuid, 'changed', coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'), nullif(current_setting('onedoor.import', true), '')::uuid, nullif(current_setting('onedoor.correction', true), '')::uuid, d.before, d.after
    FROM former o JOIN fresh n ON n.id = o.id,
         LATERAL (SELECT jsonb_object_agg(b.key, b.value) AS before, jsonb_object_agg(b.key, a.value) AS after
                    FROM jsonb_each(to_jsonb(o) - '{created_at,updated_at,kept_by,id}'::text[]) b
                    JOIN jsonb_each(to_jsonb(n) - '{created_at,updated_at,kept_by,id}'::text[]) a ON a.key = b.key
                   WHERE a.value <> b.value) d
   WHERE d.before IS NOT NULL;
  RETURN NULL;
END
$body$""",
    r"""CREATE OR REPLACE FUNCTION entity_removed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.entity_change (entity_id, tenant_id, at, actor_id, what, source, import_id, correction_id, before)
  SELECT o.id, coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, o.kept_by), now(), nullif(current_setting('onedoor.actor', true), '')::uuid, 'removed', coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'), nullif(current_setting('onedoor.import', true), '')::uuid, nullif(current_setting('onedoor.correction', true), '')::uuid, to_jsonb(o) FROM former o;
  RETURN NULL;
END
$body$""",
)


def upgrade() -> None:
    """Add them."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
