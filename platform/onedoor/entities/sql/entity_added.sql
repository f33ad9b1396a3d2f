CREATE OR REPLACE FUNCTION entity_added() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  INSERT INTO public.entity_change (entity_id, tenant_id, at, actor_id, what, source, import_id, correction_id)
  SELECT n.id, coalesce(__me__, n.kept_by), public.onedoor_now(), __actor__, 'added',
         coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'),
         nullif(current_setting('onedoor.import', true), '')::uuid,
         nullif(current_setting('onedoor.correction', true), '')::uuid
    FROM fresh n;
  RETURN NULL;
END
$body$;

CREATE TRIGGER entity_added AFTER INSERT ON entity
REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION entity_added();
