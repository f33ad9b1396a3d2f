CREATE OR REPLACE FUNCTION __table___removed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  INSERT INTO public.belonging_change
    (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after)
  SELECT coalesce(__me__, o.tenant_id), o.entity_id, '__table__', o.id, true, public.onedoor_now(), __actor__,
         coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'),
         nullif(current_setting('onedoor.import', true), '')::uuid,
         'removed', to_jsonb(o) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[], NULL
    FROM former o;
  RETURN NULL;
END
$body$;

CREATE TRIGGER __table___removed AFTER DELETE ON __table__
REFERENCING OLD TABLE AS former
FOR EACH STATEMENT EXECUTE FUNCTION __table___removed();
