CREATE OR REPLACE FUNCTION __table___in_own_name() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF current_user <> 'onedoor_definer' THEN
    NEW.bureau_name := coalesce((SELECT b.name FROM public.bureau b WHERE b.id = NEW.__whose__), '');
  END IF;
  RETURN NEW;
END
$body$;

CREATE TRIGGER __table___in_own_name BEFORE INSERT ON __table__
FOR EACH ROW EXECUTE FUNCTION __table___in_own_name();
