-- The head decides on what goes to the police, in the approval that says so (R-V7, R-T5).
CREATE OR REPLACE FUNCTION police_transfer_is_approved() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF NEW.approved_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM public.approval a
     WHERE a.kind = 'police' AND a.subject_id = NEW.id AND a.tenant_id = NEW.tenant_id AND a.state = 'approved')
  THEN
    RAISE EXCEPTION 'R-V7: what goes to the police is decided by the head'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$;

CREATE TRIGGER police_transfer_is_approved BEFORE INSERT OR UPDATE ON police_transfer
FOR EACH ROW EXECUTE FUNCTION police_transfer_is_approved();
