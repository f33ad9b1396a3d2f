-- Whether two draws have an entity in common in any of their lists, as far as these were compared.
CREATE OR REPLACE FUNCTION draws_meet(one uuid, other uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT EXISTS (
  SELECT 1 FROM public.draw_comparison c
   WHERE c.meets AND (c.draw_id = one AND c.other_draw_id = other OR c.draw_id = other AND c.other_draw_id = one))
$body$;
