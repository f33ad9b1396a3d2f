CREATE OR REPLACE FUNCTION __table___stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RAISE EXCEPTION '__why__' USING ERRCODE = 'restrict_violation';
END
$body$;

CREATE TRIGGER __table___stays BEFORE UPDATE OR DELETE ON __table__
FOR EACH ROW EXECUTE FUNCTION __table___stays();
