-- Whoever of its own is looked at; of merges there are few.
CREATE OR REPLACE FUNCTION target_of_merged() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF EXISTS (SELECT FROM public.entity_merge m, public.target t WHERE m.undone_at IS NULL AND t.entity_id = m.gone_id
      AND t.tenant_id = __me__ AND t.ended_on IS NULL) THEN
    PERFORM public.follow_listing();
  END IF;
  RETURN NULL;
END
$body$;

CREATE TRIGGER target_of_merged AFTER INSERT ON target
FOR EACH STATEMENT EXECUTE FUNCTION target_of_merged();
