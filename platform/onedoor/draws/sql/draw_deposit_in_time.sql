CREATE OR REPLACE FUNCTION draw_deposit_in_time() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.draw d WHERE d.id = NEW.draw_id AND d.state = 'frozen') THEN
    RAISE EXCEPTION 'draw.md: no list is deposited after the plan was published';
  END IF;
  RETURN NEW;
END
$body$;

CREATE TRIGGER draw_deposit_in_time BEFORE INSERT ON draw_deposit
FOR EACH ROW EXECUTE FUNCTION draw_deposit_in_time();
