CREATE OR REPLACE FUNCTION disclosure_of_own_subject() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF public.disclosed_by_another(NEW.kind, NEW.subject_id) THEN
    RAISE EXCEPTION 'R-O1: another bureau has made this public' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$;

CREATE TRIGGER disclosure_of_own_subject BEFORE INSERT OR UPDATE OF kind, subject_id ON disclosure
FOR EACH ROW EXECUTE FUNCTION disclosure_of_own_subject();
