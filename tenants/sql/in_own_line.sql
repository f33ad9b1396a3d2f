CREATE OR REPLACE FUNCTION __table___in_own_line() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF EXISTS (SELECT FROM public.bureau b
              WHERE b.id <> NEW.tenant_id AND starts_with(NEW.__column__, b.code || '-')) THEN
    RAISE EXCEPTION 'R-T1: this line is named after another bureau' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$;

CREATE TRIGGER __table___in_own_line BEFORE INSERT OR UPDATE OF __column__ ON __table__
FOR EACH ROW EXECUTE FUNCTION __table___in_own_line();
