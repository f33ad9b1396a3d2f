CREATE OR REPLACE FUNCTION draw_beacon_reading_in_time() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM public.draw d WHERE d.id = NEW.draw_id AND d.reveals_digest IS NOT NULL
       AND (d.state = 'closed' OR d.state = 'drawn' AND d.tenant_id <> NEW.tenant_id)
       AND public.register_time() COLLATE "C" >= d.beacon->>'time')
  THEN
    RAISE EXCEPTION 'draw.md: nobody reads the beacon before it spoke, or before the reveals are registered';
  END IF;
  RETURN NEW;
END
$body$;

CREATE TRIGGER draw_beacon_reading_in_time BEFORE INSERT ON draw_beacon_reading
FOR EACH ROW EXECUTE FUNCTION draw_beacon_reading_in_time();
