CREATE OR REPLACE FUNCTION cap_totals(codes text[], in_year integer)
    RETURNS TABLE (entity_code text, doors bigint, counts bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE one (asked, id) AS (
  SELECT e.code, e.id FROM public.entity e WHERE e.code = ANY (codes)
  UNION
  SELECT f.code, f.id FROM public.former_codes() f WHERE f.code = ANY (codes)
  UNION
  SELECT o.asked, CASE WHEN m.gone_id = o.id THEN m.survivor_id ELSE m.gone_id END
    FROM one o JOIN public.entity_merge m ON o.id IN (m.gone_id, m.survivor_id) AND m.undone_at IS NULL),
known AS (
  SELECT a AS asked, a AS code FROM unnest(codes) AS a
  UNION SELECT o.asked, e.code FROM one o JOIN public.entity e ON e.id = o.id
  UNION SELECT o.asked, f.code FROM one o JOIN public.former_codes() f ON f.id = o.id)
SELECT k.asked, count(DISTINCT coalesce(c.door_id, c.visit_id)), count(*) FROM known k
  JOIN public.cap_entry c ON c.entity_code = k.code AND c.year = in_year AND c.entered GROUP BY k.asked
$body$;
