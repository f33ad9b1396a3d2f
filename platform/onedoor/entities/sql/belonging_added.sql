CREATE OR REPLACE FUNCTION __table___added() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  INSERT INTO public.belonging_change
    (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after)
  SELECT coalesce(__me__, n.tenant_id), n.entity_id, '__table__', n.id, true, public.onedoor_now(), __actor__,
         coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'),
         nullif(current_setting('onedoor.import', true), '')::uuid,
         'added', NULL, jsonb_strip_nulls(to_jsonb(n) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[])
    FROM fresh n;
  RETURN NULL;
END
$body$;

CREATE TRIGGER __table___added AFTER INSERT ON __table__
REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION __table___added();
