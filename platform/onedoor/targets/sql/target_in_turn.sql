CREATE OR REPLACE FUNCTION target_in_turn() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('onedoor.merges', 0));
  RETURN NULL;
END
$body$;

CREATE TRIGGER target_in_turn BEFORE INSERT ON target
FOR EACH STATEMENT EXECUTE FUNCTION target_in_turn();
