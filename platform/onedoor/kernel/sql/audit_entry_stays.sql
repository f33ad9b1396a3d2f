CREATE OR REPLACE FUNCTION audit_entry_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  -- Sealing alone: a place and a digest, once, and nothing else of the row.
  DECLARE
    kept public.audit_entry := NEW;
  BEGIN
    kept.sequence := NULL;
    kept.digest := NULL;
    IF TG_OP = 'UPDATE' AND NEW.sequence IS NOT NULL AND NEW.digest IS NOT NULL
       AND kept IS NOT DISTINCT FROM OLD THEN
      RETURN NEW;
    END IF;
  END;
  RAISE EXCEPTION 'R-T6: the audit log is append-only' USING ERRCODE = 'restrict_violation';
END
$body$;

CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_entry_stays();
