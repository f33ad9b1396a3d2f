-- Whom this bureau is still to visit in a year, and the kind of check: they count for its caps before they begin (R-P6). A
-- surprise, drawn or not, counts once it has begun, or the pools would tell of it. What needs no entry counts for no cap (R-V3).
CREATE OR REPLACE FUNCTION my_visits_to_come(in_year integer) RETURNS TABLE (code text, kind text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT v.entity_code, v.kind FROM public.visit_party p JOIN public.visit v ON v.id = p.visit_id
  LEFT JOIN public.draw d ON d.id = v.draw_id
  LEFT JOIN public.visit_part t ON t.visit_id = v.id AND t.tenant_id = p.bureau_id
 WHERE p.bureau_id = __me__ AND p.deferred_reason IS NULL AND v.state <> 'cancelled' AND v.ends_on >= __today__
   AND t.begun_at IS NULL AND extract(year FROM coalesce(t.postponed_to, v.scheduled_on)) = in_year
   AND (d.id IS NULL AND v.announced OR NOT d.surprise
     OR EXISTS (SELECT FROM public.draw_release r WHERE r.draw_id = d.id))
   AND coalesce((SELECT bool_or(coalesce(h.entry, a.entry)) FROM public.visit_matter a
         LEFT JOIN public.matter_method h ON h.matter_id = a.id WHERE a.visit_id = v.id AND a.bureau_id = p.bureau_id), true)
   AND NOT EXISTS (SELECT FROM public.campaign c WHERE c.id = v.campaign_id AND c.state = 'cancelled')
$body$;
