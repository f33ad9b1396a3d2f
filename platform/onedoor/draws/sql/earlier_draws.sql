-- For who takes part in a draw: by bureau with a list in it, the draws begun before it in which that bureau has a list too and whose
-- visits are not made. Which these are is told of one's own; a result whose visits do not come is waited for no longer than ten days.
CREATE OR REPLACE FUNCTION earlier_draws(the_draw uuid) RETURNS TABLE (bureau_id uuid, id uuid, number text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT p.bureau_id, CASE WHEN p.bureau_id = __me__ THEN o.id END, CASE WHEN p.bureau_id = __me__ THEN o.number END
  FROM public.draw d
  JOIN public.draw_party p ON p.draw_id = d.id AND p.list_name IS NOT NULL
  JOIN public.draw_party q ON q.bureau_id = p.bureau_id AND q.list_name IS NOT NULL
  JOIN public.draw o ON o.id = q.draw_id AND (o.created_at, o.id) < (d.created_at, d.id)
 WHERE d.id = the_draw
   AND (d.tenant_id = __me__ OR EXISTS (
     SELECT 1 FROM public.draw_party t WHERE t.draw_id = d.id AND t.bureau_id = __me__))
   AND (o.state IN ('frozen', 'open', 'closed')
        OR o.state = 'drawn' AND o.doors > 0 AND o.ended_at > public.onedoor_now() - interval '10 days'
           AND NOT EXISTS (SELECT 1 FROM public.visit v WHERE v.draw_id = o.id))
 ORDER BY o.created_at, o.id
$body$;
