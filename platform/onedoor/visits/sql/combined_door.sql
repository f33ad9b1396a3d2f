-- Through whose door a visit of this bureau goes that was agreed to go together with others: the one of them at which somebody was
-- first on that day; none where nobody was, or they go apart after all (R-J4).
CREATE OR REPLACE FUNCTION combined_door(asked uuid, on_day date) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE agreed (one, other) AS (
  SELECT c.visit_id, a.visit_id FROM public.visit_combination c
    JOIN public.visit_combination_answer a ON a.combination_id = c.id AND a.accepted
  UNION ALL
  SELECT a.visit_id, c.visit_id FROM public.visit_combination c
    JOIN public.visit_combination_answer a ON a.combination_id = c.id AND a.accepted),
together (id) AS (
  SELECT o.id FROM public.visit o WHERE o.id = asked AND (o.tenant_id = __me__ OR __me__ = ANY (o.party_ids))
  UNION SELECT g.other FROM together t JOIN agreed g ON g.one = t.id)
SELECT coalesce(e.door_id, e.visit_id) FROM together t
  JOIN public.visit_part p ON p.visit_id = t.id AND (p.begun_at AT TIME ZONE 'Asia/Shanghai')::date = on_day
  JOIN public.cap_entry e ON e.tenant_id = p.tenant_id AND e.visit_id = p.visit_id AND e.entered
 WHERE t.id <> asked ORDER BY p.begun_at, e.visit_id LIMIT 1
$body$;
