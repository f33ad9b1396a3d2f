CREATE OR REPLACE FUNCTION __table___is_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RAISE EXCEPTION '__why__' USING ERRCODE = 'restrict_violation';
END
$body$;

CREATE TRIGGER __table___is_kept BEFORE TRUNCATE ON __table__
FOR EACH STATEMENT EXECUTE FUNCTION __table___is_kept();
