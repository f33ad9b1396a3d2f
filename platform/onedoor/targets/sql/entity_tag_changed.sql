-- `w`: it went from one entity to another: they were merged, or that was taken back.
CREATE OR REPLACE FUNCTION entity_tag_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = off
AS $body$
BEGIN
  INSERT INTO public.belonging_change
    (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after)
  SELECT n.tenant_id, n.entity_id, 'entity_tag', n.id, n.shared, public.onedoor_now(), CASE WHEN n.tenant_id = __me__ THEN __actor__ END,
         coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'),
         nullif(current_setting('onedoor.import', true), '')::uuid,
         'changed', coalesce(d.before, '{}') || coalesce(w.before, '{}'), coalesce(d.after, '{}') || coalesce(w.after, '{}')
    FROM former o JOIN fresh n ON n.id = o.id,
         LATERAL (
           SELECT jsonb_object_agg(b.key, b.value) AS before, jsonb_object_agg(b.key, a.value) AS after
             FROM jsonb_each(to_jsonb(o) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) b
             JOIN jsonb_each(to_jsonb(n) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) a ON a.key = b.key
            WHERE a.value <> b.value) d,
         LATERAL (
           SELECT jsonb_object_agg('entity_code', e.code) FILTER (WHERE e.id = o.entity_id) AS before,
                  jsonb_object_agg('entity_code', e.code) FILTER (WHERE e.id = n.entity_id) AS after
             FROM public.entity e WHERE o.entity_id <> n.entity_id AND e.id IN (o.entity_id, n.entity_id)) w
   WHERE d.before IS NOT NULL OR w.before IS NOT NULL;
  RETURN NULL;
END
$body$;

CREATE TRIGGER entity_tag_changed AFTER UPDATE ON entity_tag
REFERENCING OLD TABLE AS former NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION entity_tag_changed();
