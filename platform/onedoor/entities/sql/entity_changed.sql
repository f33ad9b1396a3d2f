CREATE OR REPLACE FUNCTION entity_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = off
AS $body$
BEGIN
  INSERT INTO public.entity_change (entity_id, tenant_id, at, actor_id, what, source, import_id, correction_id, before, after)
  SELECT n.id, coalesce(__me__, n.kept_by), public.onedoor_now(), __actor__, 'changed',
         coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'),
         nullif(current_setting('onedoor.import', true), '')::uuid,
         nullif(current_setting('onedoor.correction', true), '')::uuid,
         d.before, d.after
    FROM former o JOIN fresh n ON n.id = o.id,
         LATERAL (
           SELECT jsonb_object_agg(b.key, b.value) AS before, jsonb_object_agg(b.key, a.value) AS after
             FROM jsonb_each(to_jsonb(o) - '{created_at,updated_at,kept_by,id}'::text[]) b
             JOIN jsonb_each(to_jsonb(n) - '{created_at,updated_at,kept_by,id}'::text[]) a ON a.key = b.key
            WHERE a.value <> b.value) d
   WHERE d.before IS NOT NULL;
  RETURN NULL;
END
$body$;

CREATE TRIGGER entity_changed AFTER UPDATE ON entity
REFERENCING OLD TABLE AS former NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION entity_changed();
