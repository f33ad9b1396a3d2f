-- draw.md: no object is substituted but on the word of the bureau whose list drew it.
CREATE OR REPLACE FUNCTION draw_change_was_decided() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF NEW.kind = 'substitute' AND NOT EXISTS (
    SELECT 1 FROM public.substitution s JOIN public.visit v ON v.id = s.visit_id
      JOIN public.visit_party p ON p.visit_id = v.id AND p.bureau_id = s.tenant_id
     WHERE v.draw_id = NEW.draw_id AND s.entity_code = NEW.object_code AND s.state = 'approved'
       AND p.list_name = (convert_from(NEW.content, 'UTF8')::jsonb)->>'list')
  THEN
    RAISE EXCEPTION 'draw.md: an object is substituted once its bureau has decided so'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$;

CREATE TRIGGER draw_change_was_decided BEFORE INSERT ON draw_change
FOR EACH ROW EXECUTE FUNCTION draw_change_was_decided();
