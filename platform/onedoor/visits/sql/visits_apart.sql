-- Which visits of this bureau another bureau would visit the object of as well, within so many days of it and apart: whose,
-- and in which month, nothing else (access.md, "visit"). Never of an unannounced one, nor of a surprise that is not told yet,
-- on either side (R-J4).
CREATE OR REPLACE FUNCTION visits_apart(within integer) RETURNS TABLE (visit_id uuid, bureau_id uuid, month date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH ours AS (
  SELECT DISTINCT o.entity_id FROM public.visit o
   WHERE o.tenant_id = __me__ AND o.state <> 'cancelled' AND o.announced AND o.ends_on >= __today__
), told AS (
  SELECT v.id, v.tenant_id, v.party_ids, v.entity_id, v.premises_id, v.scheduled_on FROM public.visit v
    JOIN ours ON ours.entity_id = v.entity_id
    LEFT JOIN public.draw d ON d.id = v.draw_id
   WHERE v.announced AND v.state NOT IN ('cancelled', 'pending') AND v.ends_on >= __today__
     AND (d.id IS NULL OR NOT d.surprise OR EXISTS (SELECT FROM public.draw_release r WHERE r.draw_id = d.id))
     AND NOT EXISTS (SELECT FROM public.campaign c WHERE c.id = v.campaign_id AND c.state = 'cancelled')
     AND NOT EXISTS (SELECT FROM public.visit_part t WHERE t.visit_id = v.id AND t.begun_at IS NOT NULL)
     AND coalesce((SELECT bool_or(coalesce(h.entry, a.entry)) FROM public.visit_matter a
           LEFT JOIN public.matter_method h ON h.matter_id = a.id WHERE a.visit_id = v.id), true)
)
SELECT DISTINCT m.id, o.tenant_id, date_trunc('month', o.scheduled_on)::date
  FROM told m JOIN told o ON o.entity_id = m.entity_id AND o.tenant_id <> m.tenant_id
 WHERE m.tenant_id = __me__ AND abs(m.scheduled_on - o.scheduled_on) <= within
   AND (m.premises_id IS NULL OR o.premises_id IS NULL OR m.premises_id = o.premises_id)
   AND NOT m.tenant_id = ANY (o.party_ids) AND NOT o.tenant_id = ANY (m.party_ids)
   AND NOT EXISTS (SELECT FROM public.visit_combination c
         JOIN public.visit_combination_answer a ON a.combination_id = c.id AND a.accepted
        WHERE (c.visit_id, a.visit_id) IN ((m.id, o.id), (o.id, m.id)))
$body$;
