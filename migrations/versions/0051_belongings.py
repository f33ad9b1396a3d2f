"""Places of business, licences and tags of entities, with their history (R-T4)."""

from __future__ import annotations

from alembic import op

revision = "0051_belongings"
down_revision = "0050_officers"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    r"""CREATE TABLE belonging_change (
    tenant_id UUID NOT NULL,
    entity_id UUID NOT NULL,
    part TEXT NOT NULL,
    part_id UUID NOT NULL,
    shared BOOLEAN NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_id UUID,
    what TEXT NOT NULL,
    before JSONB,
    after JSONB,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_belonging_change PRIMARY KEY (id),
    CONSTRAINT ck_belonging_change_part CHECK (part IN ('premises', 'licence', 'entity_tag')),
    CONSTRAINT ck_belonging_change_what CHECK (what IN ('added', 'changed', 'removed')),
    CONSTRAINT fk_belonging_change_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_belonging_change_entity ON belonging_change (entity_id, at)",
    "CREATE INDEX ix_belonging_change_tenant_id ON belonging_change (tenant_id)",
    r"""CREATE TABLE tag (
    name TEXT NOT NULL,
    shared BOOLEAN NOT NULL,
    active BOOLEAN DEFAULT true NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_tag PRIMARY KEY (id),
    CONSTRAINT uq_tag_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_tag_tenant_id_name UNIQUE (tenant_id, name),
    CONSTRAINT uq_tag_id_tenant_id_shared UNIQUE (id, tenant_id, shared),
    CONSTRAINT fk_tag_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_tag_tenant_id ON tag (tenant_id)",
    r"""CREATE TABLE entity_tag (
    tag_id UUID NOT NULL,
    entity_id UUID NOT NULL,
    shared BOOLEAN NOT NULL,
    name TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_entity_tag PRIMARY KEY (id),
    CONSTRAINT uq_entity_tag_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_entity_tag_tag_id_tenant_id_shared FOREIGN KEY(tag_id, tenant_id, shared) REFERENCES tag (id, tenant_id, shared),
    CONSTRAINT uq_entity_tag_tag_id_entity_id UNIQUE (tag_id, entity_id),
    CONSTRAINT fk_entity_tag_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_entity_tag_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_entity_tag_entity ON entity_tag (entity_id)",
    "CREATE INDEX ix_entity_tag_name ON entity_tag (name, entity_id)",
    "CREATE INDEX ix_entity_tag_tenant_id ON entity_tag (tenant_id)",
    r"""CREATE TABLE licence (
    entity_id UUID NOT NULL,
    premises_number INTEGER,
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    issued_by TEXT NOT NULL,
    issued_on DATE,
    valid_to DATE,
    cancelled_on DATE,
    note TEXT DEFAULT '' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_licence PRIMARY KEY (id),
    CONSTRAINT uq_licence_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_licence_entity_id_kind_number UNIQUE (entity_id, kind, number),
    CONSTRAINT fk_licence_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_licence_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_licence_tenant_id ON licence (tenant_id)",
    "CREATE INDEX ix_licence_valid_to ON licence (valid_to, id)",
    r"""CREATE TABLE premises (
    entity_id UUID NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    jurisdiction_code TEXT NOT NULL,
    closed_on DATE,
    note TEXT DEFAULT '' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_premises PRIMARY KEY (id),
    CONSTRAINT uq_premises_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_premises_entity_id_number UNIQUE (entity_id, number),
    CONSTRAINT ck_premises_number CHECK (number > 0),
    CONSTRAINT fk_premises_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_premises_jurisdiction_code FOREIGN KEY(jurisdiction_code) REFERENCES jurisdiction (code),
    CONSTRAINT fk_premises_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_premises_tenant_id ON premises (tenant_id)",
    "ALTER TABLE belonging_change ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE belonging_change FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON belonging_change TO onedoor_definer",
    "GRANT SELECT ON belonging_change TO onedoor_bureau",
    "CREATE POLICY belonging_change_bureau_select_0 ON belonging_change FOR SELECT TO onedoor_bureau USING (shared OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON belonging_change TO onedoor_bureau",
    "CREATE POLICY belonging_change_bureau_insert_1 ON belonging_change FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND pg_trigger_depth() > 0)",
    "GRANT SELECT ON belonging_change TO onedoor_supervisor",
    "CREATE POLICY belonging_change_supervisor_select_2 ON belonging_change FOR SELECT TO onedoor_supervisor USING (shared OR tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))",
    "ALTER TABLE tag ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE tag FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON tag TO onedoor_definer",
    "GRANT SELECT ON tag TO onedoor_bureau",
    "CREATE POLICY tag_bureau_select_0 ON tag FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON tag TO onedoor_bureau",
    "CREATE POLICY tag_bureau_insert_1 ON tag FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT UPDATE ON tag TO onedoor_bureau",
    "CREATE POLICY tag_bureau_update_2 ON tag FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT SELECT ON tag TO onedoor_bureau",
    "CREATE POLICY tag_bureau_select_3 ON tag FOR SELECT TO onedoor_bureau USING (shared)",
    "GRANT SELECT ON tag TO onedoor_supervisor",
    "CREATE POLICY tag_supervisor_select_4 ON tag FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))",
    "GRANT SELECT ON tag TO onedoor_supervisor",
    "CREATE POLICY tag_supervisor_select_5 ON tag FOR SELECT TO onedoor_supervisor USING (shared)",
    "ALTER TABLE entity_tag ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE entity_tag FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON entity_tag TO onedoor_definer",
    "GRANT SELECT ON entity_tag TO onedoor_bureau",
    "CREATE POLICY entity_tag_bureau_select_0 ON entity_tag FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR shared)",
    "GRANT INSERT ON entity_tag TO onedoor_bureau",
    "CREATE POLICY entity_tag_bureau_insert_1 ON entity_tag FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (NOT shared OR (SELECT e.kind FROM entity e WHERE e.id = entity_id) = ANY (ARRAY(SELECT my_entity_kinds()))))",
    "GRANT DELETE ON entity_tag TO onedoor_bureau",
    "CREATE POLICY entity_tag_bureau_delete_2 ON entity_tag FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (NOT shared OR (SELECT e.kind FROM entity e WHERE e.id = entity_id) = ANY (ARRAY(SELECT my_entity_kinds()))))",
    "GRANT SELECT ON entity_tag TO onedoor_supervisor",
    "CREATE POLICY entity_tag_supervisor_select_3 ON entity_tag FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())) OR shared)",
    "ALTER TABLE licence ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE licence FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON licence TO onedoor_definer",
    "GRANT SELECT ON licence TO onedoor_bureau",
    "CREATE POLICY licence_bureau_select_0 ON licence FOR SELECT TO onedoor_bureau USING (true)",
    "GRANT INSERT ON licence TO onedoor_bureau",
    "CREATE POLICY licence_bureau_insert_1 ON licence FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT UPDATE ON licence TO onedoor_bureau",
    "CREATE POLICY licence_bureau_update_2 ON licence FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR (SELECT e.kind FROM entity e WHERE e.id = entity_id) = ANY (ARRAY(SELECT my_entity_kinds()))) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR (SELECT e.kind FROM entity e WHERE e.id = entity_id) = ANY (ARRAY(SELECT my_entity_kinds())))",
    "GRANT SELECT ON licence TO onedoor_supervisor",
    "CREATE POLICY licence_supervisor_select_3 ON licence FOR SELECT TO onedoor_supervisor USING (true)",
    "ALTER TABLE premises ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE premises FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON premises TO onedoor_definer",
    "GRANT SELECT ON premises TO onedoor_bureau",
    "CREATE POLICY premises_bureau_select_0 ON premises FOR SELECT TO onedoor_bureau USING (true)",
    "GRANT INSERT ON premises TO onedoor_bureau",
    "CREATE POLICY premises_bureau_insert_1 ON premises FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (SELECT e.kind FROM entity e WHERE e.id = entity_id) = ANY (ARRAY(SELECT my_entity_kinds())))",
    "GRANT UPDATE ON premises TO onedoor_bureau",
    "CREATE POLICY premises_bureau_update_2 ON premises FOR UPDATE TO onedoor_bureau USING ((SELECT e.kind FROM entity e WHERE e.id = entity_id) = ANY (ARRAY(SELECT my_entity_kinds()))) WITH CHECK ((SELECT e.kind FROM entity e WHERE e.id = entity_id) = ANY (ARRAY(SELECT my_entity_kinds())))",
    "GRANT SELECT ON premises TO onedoor_supervisor",
    "CREATE POLICY premises_supervisor_select_3 ON premises FOR SELECT TO onedoor_supervisor USING (true)",
    r"""CREATE OR REPLACE FUNCTION premises_added() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.belonging_change (tenant_id, entity_id, part, part_id, shared, at, actor_id, what, before, after) SELECT coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, n.tenant_id), n.entity_id, 'premises', n.id, true, now(), nullif(current_setting('onedoor.actor', true), '')::uuid, 'added', NULL, jsonb_strip_nulls(to_jsonb(n) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) FROM fresh n;
  RETURN NULL;
END
$body$""",
    "CREATE TRIGGER premises_added AFTER INSERT ON premises REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION premises_added()",
    r"""CREATE OR REPLACE FUNCTION premises_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.belonging_change (tenant_id, entity_id, part, part_id, shared, at, actor_id, what, before, after) SELECT coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, n.tenant_id), n.entity_id, 'premises', n.id, true, now(), nullif(current_setting('onedoor.actor', true), '')::uuid, 'changed', d.before, d.after FROM former o JOIN fresh n ON n.id = o.id, LATERAL (SELECT jsonb_object_agg(b.key, b.value) AS before, jsonb_object_agg(b.key, a.value) AS after FROM jsonb_each(to_jsonb(o) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) b JOIN jsonb_each(to_jsonb(n) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) a ON a.key = b.key WHERE a.value <> b.value) d WHERE d.before IS NOT NULL;
  RETURN NULL;
END
$body$""",
    "CREATE TRIGGER premises_changed AFTER UPDATE ON premises REFERENCING OLD TABLE AS former NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION premises_changed()",
    r"""CREATE OR REPLACE FUNCTION premises_removed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.belonging_change (tenant_id, entity_id, part, part_id, shared, at, actor_id, what, before, after) SELECT coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, o.tenant_id), o.entity_id, 'premises', o.id, true, now(), nullif(current_setting('onedoor.actor', true), '')::uuid, 'removed', to_jsonb(o) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[], NULL FROM former o;
  RETURN NULL;
END
$body$""",
    "CREATE TRIGGER premises_removed AFTER DELETE ON premises REFERENCING OLD TABLE AS former FOR EACH STATEMENT EXECUTE FUNCTION premises_removed()",
    r"""CREATE OR REPLACE FUNCTION licence_added() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.belonging_change (tenant_id, entity_id, part, part_id, shared, at, actor_id, what, before, after) SELECT coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, n.tenant_id), n.entity_id, 'licence', n.id, true, now(), nullif(current_setting('onedoor.actor', true), '')::uuid, 'added', NULL, jsonb_strip_nulls(to_jsonb(n) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) FROM fresh n;
  RETURN NULL;
END
$body$""",
    "CREATE TRIGGER licence_added AFTER INSERT ON licence REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION licence_added()",
    r"""CREATE OR REPLACE FUNCTION licence_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.belonging_change (tenant_id, entity_id, part, part_id, shared, at, actor_id, what, before, after) SELECT coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, n.tenant_id), n.entity_id, 'licence', n.id, true, now(), nullif(current_setting('onedoor.actor', true), '')::uuid, 'changed', d.before, d.after FROM former o JOIN fresh n ON n.id = o.id, LATERAL (SELECT jsonb_object_agg(b.key, b.value) AS before, jsonb_object_agg(b.key, a.value) AS after FROM jsonb_each(to_jsonb(o) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) b JOIN jsonb_each(to_jsonb(n) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) a ON a.key = b.key WHERE a.value <> b.value) d WHERE d.before IS NOT NULL;
  RETURN NULL;
END
$body$""",
    "CREATE TRIGGER licence_changed AFTER UPDATE ON licence REFERENCING OLD TABLE AS former NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION licence_changed()",
    r"""CREATE OR REPLACE FUNCTION licence_removed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.belonging_change (tenant_id, entity_id, part, part_id, shared, at, actor_id, what, before, after) SELECT coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, o.tenant_id), o.entity_id, 'licence', o.id, true, now(), nullif(current_setting('onedoor.actor', true), '')::uuid, 'removed', to_jsonb(o) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[], NULL FROM former o;
  RETURN NULL;
END
$body$""",
    "CREATE TRIGGER licence_removed AFTER DELETE ON licence REFERENCING OLD TABLE AS former FOR EACH STATEMENT EXECUTE FUNCTION licence_removed()",
    r"""CREATE OR REPLACE FUNCTION entity_tag_added() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.belonging_change (tenant_id, entity_id, part, part_id, shared, at, actor_id, what, before, after) SELECT coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, n.tenant_id), n.entity_id, 'entity_tag', n.id, n.shared, now(), nullif(current_setting('onedoor.actor', true), '')::uuid, 'added', NULL, jsonb_strip_nulls(to_jsonb(n) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) FROM fresh n;
  RETURN NULL;
END
$body$""",
    "CREATE TRIGGER entity_tag_added AFTER INSERT ON entity_tag REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION entity_tag_added()",
    r"""CREATE OR REPLACE FUNCTION entity_tag_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.belonging_change (tenant_id, entity_id, part, part_id, shared, at, actor_id, what, before, after) SELECT coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, n.tenant_id), n.entity_id, 'entity_tag', n.id, n.shared, now(), nullif(current_setting('onedoor.actor', true), '')::uuid, 'changed', d.before, d.after FROM former o JOIN fresh n ON n.id = o.id, LATERAL (SELECT jsonb_object_agg(b.key, b.value) AS before, jsonb_object_agg(b.key, a.value) AS after FROM jsonb_each(to_jsonb(o) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) b JOIN jsonb_each(to_jsonb(n) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) a ON a.key = b.key WHERE a.value <> b.value) d WHERE d.before IS NOT NULL;
  RETURN NULL;
END
$body$""",
    "CREATE TRIGGER entity_tag_changed AFTER UPDATE ON entity_tag REFERENCING OLD TABLE AS former NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION entity_tag_changed()",
    r"""CREATE OR REPLACE FUNCTION entity_tag_removed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.belonging_change (tenant_id, entity_id, part, part_id, shared, at, actor_id, what, before, after) SELECT coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, o.tenant_id), o.entity_id, 'entity_tag', o.id, o.shared, now(), nullif(current_setting('onedoor.actor', true), '')::uuid, 'removed', to_jsonb(o) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[], NULL FROM former o;
  RETURN NULL;
END
$body$""",
    "CREATE TRIGGER entity_tag_removed AFTER DELETE ON entity_tag REFERENCING OLD TABLE AS former FOR EACH STATEMENT EXECUTE FUNCTION entity_tag_removed()",
    r"""CREATE OR REPLACE FUNCTION belonging_change_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  RAISE EXCEPTION 'the history of the register is only ever added to' USING ERRCODE = 'restrict_violation';
END
$body$""",
    "CREATE TRIGGER belonging_change_stays BEFORE UPDATE OR DELETE ON belonging_change FOR EACH ROW EXECUTE FUNCTION belonging_change_stays()",
    r"""CREATE OR REPLACE FUNCTION belonging_change_is_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  RAISE EXCEPTION 'the history of the register is only ever added to' USING ERRCODE = 'restrict_violation';
END
$body$""",
    "CREATE TRIGGER belonging_change_is_kept BEFORE TRUNCATE ON belonging_change FOR EACH STATEMENT EXECUTE FUNCTION belonging_change_is_kept()",
    "SET LOCAL ROLE onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION load_depended_on(load uuid) RETURNS TABLE(used bigint, changed bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT count(*) FILTER (WHERE c.what = 'added' AND (
         EXISTS (SELECT FROM public.target t WHERE t.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.entity_contact p WHERE p.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.premises p WHERE p.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.licence l WHERE l.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.entity_tag g WHERE g.entity_id = c.entity_id)
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
