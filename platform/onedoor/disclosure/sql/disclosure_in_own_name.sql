CREATE OR REPLACE FUNCTION disclosure_in_own_name() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF current_user <> 'onedoor_definer' THEN
    NEW.bureau_name := coalesce((SELECT b.name FROM public.bureau b WHERE b.id = NEW.tenant_id), '');
  END IF;
  RETURN NEW;
END
$body$;

CREATE TRIGGER disclosure_in_own_name BEFORE INSERT OR UPDATE ON disclosure
FOR EACH ROW EXECUTE FUNCTION disclosure_in_own_name();
