CREATE OR REPLACE FUNCTION draw_change_with_consent() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  held bigint;
BEGIN
  IF NEW.slot IS NULL THEN
    RETURN NEW;
  END IF;
  SELECT count(*) INTO held FROM public.draw_change c
   WHERE c.draw_id = NEW.draw_id AND c.object_code = NEW.object_code AND c.slot = NEW.slot;
  IF held >= 3 AND NOT EXISTS (
    SELECT 1 FROM public.draw_plea p JOIN public.draw_consent s ON s.plea_id = p.id AND s.agreed
     WHERE p.draw_id = NEW.draw_id AND p.object_code = NEW.object_code AND p.slot = NEW.slot
       AND p.number = held + 1)
  THEN
    RAISE EXCEPTION 'draw.md: more than three replacements at one slot need the supervisor'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$;

CREATE TRIGGER draw_change_with_consent BEFORE INSERT ON draw_change
FOR EACH ROW EXECUTE FUNCTION draw_change_with_consent();
