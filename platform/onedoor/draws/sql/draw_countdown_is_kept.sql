CREATE OR REPLACE FUNCTION draw_countdown_is_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF EXISTS (SELECT 1 FROM public.draw_countdown c
              WHERE c.draw_id = NEW.draw_id AND c.stage = NEW.stage AND c.until > NEW.until) THEN
    RAISE EXCEPTION 'a time that was announced to the room does not become earlier';
  END IF;
  RETURN NEW;
END
$body$;

CREATE TRIGGER draw_countdown_is_kept BEFORE INSERT ON draw_countdown
FOR EACH ROW EXECUTE FUNCTION draw_countdown_is_kept();
