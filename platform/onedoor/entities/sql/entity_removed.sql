CREATE OR REPLACE FUNCTION entity_removed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  INSERT INTO public.entity_change (entity_id, tenant_id, at, actor_id, what, source, import_id, correction_id, before)
  SELECT o.id, coalesce(__me__, o.kept_by), public.onedoor_now(), __actor__, 'removed',
         coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'),
         nullif(current_setting('onedoor.import', true), '')::uuid,
         nullif(current_setting('onedoor.correction', true), '')::uuid,
         to_jsonb(o)
    FROM former o;
  RETURN NULL;
END
$body$;

CREATE TRIGGER entity_removed AFTER DELETE ON entity
REFERENCING OLD TABLE AS former
FOR EACH STATEMENT EXECUTE FUNCTION entity_removed();
