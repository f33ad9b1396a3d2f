-- Which other bureaus went through the same door as a visit that this bureau sees, each with a visit of its own (R-J4).
CREATE OR REPLACE FUNCTION combined_bureaus(asked uuid) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE agreed (one, other) AS (
  SELECT c.visit_id, a.visit_id FROM public.visit_combination c
    JOIN public.visit_combination_answer a ON a.combination_id = c.id AND a.accepted
  UNION ALL
  SELECT a.visit_id, c.visit_id FROM public.visit_combination c
    JOIN public.visit_combination_answer a ON a.combination_id = c.id AND a.accepted),
together (id) AS (
  SELECT o.id FROM public.visit o
   WHERE o.id = asked AND (o.tenant_id = __me__ OR __me__ = ANY (o.party_ids) OR o.tenant_id IN (SELECT public.supervised_bureaus()))
  UNION SELECT g.other FROM together t JOIN agreed g ON g.one = t.id),
doors (visit_id, tenant_id, door) AS (
  SELECT e.visit_id, e.tenant_id, coalesce(e.door_id, e.visit_id) FROM together t
    JOIN public.visit_part p ON p.visit_id = t.id
    JOIN public.cap_entry e ON e.tenant_id = p.tenant_id AND e.visit_id = p.visit_id AND e.entered)
SELECT array_agg(DISTINCT b.short_name ORDER BY b.short_name) FROM doors d
  JOIN doors mine ON mine.visit_id = asked AND mine.door = d.door AND d.visit_id <> asked
  JOIN public.bureau b ON b.id = d.tenant_id
$body$;
