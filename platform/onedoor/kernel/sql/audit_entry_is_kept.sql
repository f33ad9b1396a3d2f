CREATE OR REPLACE FUNCTION audit_entry_is_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RAISE EXCEPTION 'R-T6: the audit log is append-only' USING ERRCODE = 'restrict_violation';
END
$body$;

CREATE TRIGGER audit_entry_is_kept BEFORE TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_kept();
