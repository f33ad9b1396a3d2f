CREATE OR REPLACE FUNCTION draw_plea_of_whom() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  NEW.account_id := __actor__;
  RETURN NEW;
END
$body$;

CREATE TRIGGER draw_plea_of_whom BEFORE INSERT ON draw_plea
FOR EACH ROW EXECUTE FUNCTION draw_plea_of_whom();
