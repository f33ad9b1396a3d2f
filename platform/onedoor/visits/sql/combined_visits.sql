-- The visits that go together with one of this bureau's: whose, when, who comes and for what (R-J4). Who goes through the same
-- door may know that.
CREATE OR REPLACE FUNCTION combined_visits(asked uuid)
RETURNS TABLE (visit_id uuid, bureau_id uuid, bureau text, number text, day date, cancelled boolean, members text[], matters text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT v.id, v.tenant_id, b.name, v.number, v.scheduled_on, v.state = 'cancelled',
       ARRAY(SELECT m.name FROM public.visit_member m WHERE m.visit_id = v.id AND m.left_at IS NULL ORDER BY m.slot),
       ARRAY(SELECT a.name FROM public.visit_matter a WHERE a.visit_id = v.id ORDER BY a.position)
  FROM public.visit_combination c
  JOIN public.visit_combination_answer a ON a.combination_id = c.id AND a.accepted
  JOIN public.visit v ON v.id = CASE WHEN c.visit_id = asked THEN a.visit_id ELSE c.visit_id END
  JOIN public.bureau b ON b.id = v.tenant_id
 WHERE asked IN (c.visit_id, a.visit_id)
   AND EXISTS (SELECT FROM public.visit o WHERE o.id = asked AND (o.tenant_id = __me__ OR __me__ = ANY (o.party_ids)))
 ORDER BY v.scheduled_on, v.number
$body$;
