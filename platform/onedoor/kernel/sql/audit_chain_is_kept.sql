CREATE OR REPLACE FUNCTION audit_chain_is_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RAISE EXCEPTION 'R-T6: a chain only grows' USING ERRCODE = 'restrict_violation';
END
$body$;

CREATE TRIGGER audit_chain_is_kept BEFORE TRUNCATE ON audit_chain
FOR EACH STATEMENT EXECUTE FUNCTION audit_chain_is_kept();
