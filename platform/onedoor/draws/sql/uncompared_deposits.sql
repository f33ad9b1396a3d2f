-- Pairs of a draw's lists and those of the same lead's other draws that nobody compared yet.
CREATE OR REPLACE FUNCTION uncompared_deposits(the_draw uuid)
    RETURNS TABLE (own_id uuid, other_id uuid, other_draw_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT e.id, x.id, o.id
  FROM public.draw d
  JOIN public.draw_deposit e ON e.draw_id = d.id
  JOIN public.draw o ON o.tenant_id = d.tenant_id AND o.id <> d.id
   AND (o.state IN ('frozen', 'open', 'closed') OR o.state = 'void' AND o.plan_digest IS NOT NULL
        OR o.created_at > public.onedoor_now() - interval '12 months')
  JOIN public.draw_deposit x ON x.draw_id = o.id
 WHERE d.id = the_draw AND NOT EXISTS (
   SELECT 1 FROM public.draw_comparison c
    WHERE c.deposit_id = e.id AND c.other_id = x.id OR c.deposit_id = x.id AND c.other_id = e.id)
$body$;
