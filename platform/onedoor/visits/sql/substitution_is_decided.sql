-- R-T5: the unit's word, by another than who asked (the approval's own guard sees to that), and once.
CREATE OR REPLACE FUNCTION substitution_is_decided() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.state <> 'asked'
    OR TG_OP = 'UPDATE' AND (
      OLD.state <> 'asked'
      OR (NEW.tenant_id, NEW.visit_id, NEW.entity_code, NEW.kind, NEW.note)
         IS DISTINCT FROM (OLD.tenant_id, OLD.visit_id, OLD.entity_code, OLD.kind, OLD.note)
      OR NEW.state = 'approved' AND NOT EXISTS (
        SELECT 1 FROM public.approval a WHERE a.kind = 'substitute' AND a.subject_id = NEW.id
           AND a.state = 'approved'))
  THEN
    RAISE EXCEPTION 'R-T5: a substitution is decided by another, once'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$;

CREATE TRIGGER substitution_is_decided BEFORE INSERT OR UPDATE ON substitution
FOR EACH ROW EXECUTE FUNCTION substitution_is_decided();
