CREATE OR REPLACE FUNCTION drawn_part_has_each_once() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF EXISTS (
    SELECT 1 FROM public.drawn_part p CROSS JOIN unnest(p.codes) AS object (code)
     WHERE p.draw_id IN (SELECT a.draw_id FROM added a)
     GROUP BY p.draw_id, p.list_name, object.code HAVING count(*) > 1)
  THEN
    RAISE EXCEPTION 'a list draws an object once, or keeps it as a substitute' USING ERRCODE = 'unique_violation';
  END IF;
  RETURN NULL;
END
$body$;

CREATE TRIGGER drawn_part_has_each_once AFTER INSERT ON drawn_part
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION drawn_part_has_each_once();
