CREATE OR REPLACE FUNCTION draw_reveal_in_time() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.draw d WHERE d.id = NEW.draw_id AND d.state = 'closed') THEN
    RAISE EXCEPTION 'draw.md: nobody reveals before the texts are closed';
  END IF;
  IF EXISTS (SELECT 1 FROM public.draw_committer c WHERE c.draw_id = NEW.draw_id AND c.keeper = 'system'
                AND c.name <> NEW.name AND NOT EXISTS (
                  SELECT 1 FROM public.draw_reveal v WHERE v.draw_id = c.draw_id AND v.name = c.name)) THEN
    RAISE EXCEPTION 'draw.md: the platform reveals before anybody else';
  END IF;
  IF EXISTS (SELECT 1 FROM public.draw d WHERE d.id = NEW.draw_id AND d.reveals_digest IS NOT NULL) THEN
    RAISE EXCEPTION 'draw.md: nobody reveals once the reveals are registered';
  END IF;
  RETURN NEW;
END
$body$;

CREATE TRIGGER draw_reveal_in_time BEFORE INSERT ON draw_reveal
FOR EACH ROW EXECUTE FUNCTION draw_reveal_in_time();
