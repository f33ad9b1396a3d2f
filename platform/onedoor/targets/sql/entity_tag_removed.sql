CREATE OR REPLACE FUNCTION entity_tag_removed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  INSERT INTO public.belonging_change
    (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after)
  SELECT o.tenant_id, o.entity_id, 'entity_tag', o.id, o.shared, public.onedoor_now(), CASE WHEN o.tenant_id = __me__ THEN __actor__ END,
         coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'),
         nullif(current_setting('onedoor.import', true), '')::uuid,
         'removed', to_jsonb(o) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[], NULL
    FROM former o;
  RETURN NULL;
END
$body$;

CREATE TRIGGER entity_tag_removed AFTER DELETE ON entity_tag
REFERENCING OLD TABLE AS former
FOR EACH STATEMENT EXECUTE FUNCTION entity_tag_removed();
