CREATE OR REPLACE FUNCTION entity_tag_added() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  INSERT INTO public.belonging_change
    (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after)
  SELECT n.tenant_id, n.entity_id, 'entity_tag', n.id, n.shared, public.onedoor_now(), CASE WHEN n.tenant_id = __me__ THEN __actor__ END,
         coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'),
         nullif(current_setting('onedoor.import', true), '')::uuid,
         'added', NULL, jsonb_strip_nulls(to_jsonb(n) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[])
    FROM fresh n;
  RETURN NULL;
END
$body$;

CREATE TRIGGER entity_tag_added AFTER INSERT ON entity_tag
REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION entity_tag_added();
