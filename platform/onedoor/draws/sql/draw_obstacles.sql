-- What keeps a draw's plan out of the register (draw.md, "Above the line"): `hanging`, a registered plan of the same lead without
-- an end whose pools meet this one's; `owing`, a void draw of the same plan line, or whose pools meet, that no drawn one has
-- answered since, where this one names neither a public source nor, with the supervisor's reason, a party that did not commit to
-- it; `missing`, one whose lists nobody compared with these.
CREATE OR REPLACE FUNCTION draw_obstacles(the_draw uuid) RETURNS TABLE (what text, id uuid, number text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH mine AS (SELECT * FROM public.draw WHERE draw.id = the_draw AND tenant_id = __me__),
owing AS (
  SELECT o.* FROM public.draw o JOIN mine d ON o.tenant_id = d.tenant_id AND o.id <> d.id
   WHERE o.state = 'void' AND o.plan_digest IS NOT NULL AND NOT EXISTS (
     SELECT 1 FROM public.draw x
      WHERE x.tenant_id = o.tenant_id AND x.state = 'drawn' AND x.opened_at >= o.ended_at
        AND (x.line = o.line OR x.plan_line = o.plan_line OR public.draws_meet(x.id, o.id)))
     AND d.beacon IS NULL
     AND (NOT EXISTS (SELECT 1 FROM public.draw_commitment c WHERE c.draw_id = d.id AND c.tenant_id NOT IN (
            SELECT f.bureau_id FROM public.draw_committer f WHERE f.draw_id = o.id))
          OR NOT EXISTS (SELECT 1 FROM public.draw_commitment c
                          WHERE c.draw_id = d.id AND c.tenant_id <> d.tenant_id AND c.reason IS NOT NULL)))
SELECT 'hanging', o.id, o.number FROM public.draw o JOIN mine d ON o.tenant_id = d.tenant_id AND o.id <> d.id
 WHERE o.state IN ('open', 'closed') AND public.draws_meet(d.id, o.id)
UNION ALL
SELECT 'owing', o.id, o.number FROM owing o CROSS JOIN mine d
 WHERE o.line = d.line OR o.plan_line = d.plan_line OR public.draws_meet(d.id, o.id)
UNION ALL
SELECT DISTINCT 'missing', o.id, o.number FROM mine d CROSS JOIN LATERAL public.uncompared_deposits(d.id) u
  JOIN public.draw o ON o.id = u.other_draw_id
 WHERE o.state IN ('open', 'closed') OR o.id IN (SELECT w.id FROM owing w)
$body$;
