"""The history of the shared register, kept by the statement that writes; loads that are taken back."""

from __future__ import annotations

from alembic import op

from migrations import online

revision = "0042_history"
down_revision = "0041_entity_search"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE import ADD COLUMN undone_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE import ADD COLUMN undone_by TEXT",
    "ALTER TABLE import_row ADD COLUMN subject_id UUID",
    r"""CREATE TABLE entity_change (
    tenant_id UUID NOT NULL,
    entity_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_id UUID,
    what TEXT NOT NULL,
    source TEXT NOT NULL,
    import_id UUID,
    before JSONB,
    after JSONB,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_entity_change PRIMARY KEY (id),
    CONSTRAINT ck_entity_change_what CHECK (what IN ('added', 'changed', 'removed')),
    CONSTRAINT ck_entity_change_source CHECK (source IN ('load', 'interface', 'undo', 'hand')),
    CONSTRAINT fk_entity_change_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_entity_change_entity ON entity_change (entity_id, at)""",
    r"""CREATE INDEX ix_entity_change_import ON entity_change (import_id, what) WHERE import_id IS NOT NULL""",
    r"""ALTER TABLE entity_change ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE entity_change FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON entity_change TO onedoor_definer""",
    r"""GRANT SELECT ON entity_change TO onedoor_bureau""",
    r"""CREATE POLICY entity_change_bureau_select_0 ON entity_change FOR SELECT TO onedoor_bureau USING (true)""",
    r"""GRANT INSERT ON entity_change TO onedoor_bureau""",
    r"""CREATE POLICY entity_change_bureau_insert_1 ON entity_change FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND pg_trigger_depth() > 0)""",
    r"""GRANT SELECT ON entity_change TO onedoor_supervisor""",
    r"""CREATE POLICY entity_change_supervisor_select_2 ON entity_change FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""CREATE OR REPLACE FUNCTION entity_added() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.entity_change (entity_id, tenant_id, at, actor_id, what, source, import_id)
  SELECT n.id, coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, n.kept_by), now(), nullif(current_setting('onedoor.actor', true), '')::uuid, 'added', coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'), nullif(current_setting('onedoor.import', true), '')::uuid FROM fresh n;
  RETURN NULL;
END
$body$""",
    r"""CREATE TRIGGER entity_added AFTER INSERT ON entity REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION entity_added()""",
    r"""CREATE OR REPLACE FUNCTION entity_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.entity_change (entity_id, tenant_id, at, actor_id, what, source, import_id, before, after)
  SELECT n.id, coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, n.kept_by), now(), nullif(current_setting('onedoor.actor', true), '')::uuid, 'changed', coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'), nullif(current_setting('onedoor.import', true), '')::uuid, d.before, d.after
    FROM former o JOIN fresh n ON n.id = o.id,
         LATERAL (SELECT jsonb_object_agg(b.key, b.value) AS before, jsonb_object_agg(b.key, a.value) AS after
                    FROM jsonb_each(to_jsonb(o) - '{created_at,updated_at,kept_by,id}'::text[]) b
                    JOIN jsonb_each(to_jsonb(n) - '{created_at,updated_at,kept_by,id}'::text[]) a ON a.key = b.key
                   WHERE a.value <> b.value) d
   WHERE d.before IS NOT NULL;
  RETURN NULL;
END
$body$""",
    r"""CREATE TRIGGER entity_changed AFTER UPDATE ON entity REFERENCING OLD TABLE AS former NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION entity_changed()""",
    r"""CREATE OR REPLACE FUNCTION entity_removed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.entity_change (entity_id, tenant_id, at, actor_id, what, source, import_id, before)
  SELECT o.id, coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, o.kept_by), now(), nullif(current_setting('onedoor.actor', true), '')::uuid, 'removed', coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'), nullif(current_setting('onedoor.import', true), '')::uuid, to_jsonb(o) FROM former o;
  RETURN NULL;
END
$body$""",
    r"""CREATE TRIGGER entity_removed AFTER DELETE ON entity REFERENCING OLD TABLE AS former FOR EACH STATEMENT EXECUTE FUNCTION entity_removed()""",
    r"""CREATE OR REPLACE FUNCTION entity_change_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  RAISE EXCEPTION 'the history of the register is only ever added to' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER entity_change_stays BEFORE UPDATE OR DELETE ON entity_change FOR EACH ROW EXECUTE FUNCTION entity_change_stays()""",
    r"""CREATE OR REPLACE FUNCTION entity_change_is_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  RAISE EXCEPTION 'the history of the register is only ever added to' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER entity_change_is_kept BEFORE TRUNCATE ON entity_change FOR EACH STATEMENT EXECUTE FUNCTION entity_change_is_kept()""",
    r"""GRANT DELETE ON entity TO onedoor_bureau""",
    r"""CREATE POLICY entity_bureau_delete_4 ON entity FOR DELETE TO onedoor_bureau USING (kind = ANY (ARRAY(SELECT my_entity_kinds())) AND EXISTS (SELECT 1 FROM entity_change c WHERE c.entity_id = entity.id AND c.what = 'added' AND c.import_id IS NOT NULL AND c.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid))""",
    r"""CREATE OR REPLACE FUNCTION load_depended_on(load uuid) RETURNS TABLE(used bigint, changed bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT count(*) FILTER (WHERE c.what = 'added' AND (
         EXISTS (SELECT FROM public.target t WHERE t.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.entity_contact p WHERE p.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.recusal r JOIN public.entity e ON e.code = r.entity_code
                     WHERE e.id = c.entity_id))),
       count(*) FILTER (WHERE EXISTS (SELECT FROM public.entity_change l WHERE l.entity_id = c.entity_id
         AND l.at > c.at AND l.import_id IS DISTINCT FROM c.import_id))
  FROM public.entity_change c JOIN public.import i ON i.id = c.import_id AND i.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid
 WHERE c.import_id = load AND c.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND c.source <> 'undo'
$body$""",
    r"""GRANT EXECUTE ON FUNCTION load_depended_on(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION load_depended_on(uuid) OWNER TO onedoor_definer""",
)


def upgrade() -> None:
    """Add the history and its triggers; what was loaded before them has none."""
    online.index("ix_entity_contact_entity_id", "entity_contact (entity_id)")
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
