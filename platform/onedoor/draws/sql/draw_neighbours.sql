-- For who takes part in a draw: the same lead's other draws of twelve months whose pools meet it, or of its plan line, and every void
-- one whose duty is not met, the newest first; what became of each and who kept it waiting. Whether a closed pool meets another is told
-- to its lead, to who supervises it and to who holds its files: a partner's list of one entity would ask what stands in it.
CREATE OR REPLACE FUNCTION draw_neighbours(the_draw uuid)
    RETURNS TABLE (id uuid, number text, title text, state text, created_at timestamptz, opened_at timestamptz,
                   ended_at timestamptz, void_reason text, kept_waiting text[], meets boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT o.id, o.number, o.title, o.state, o.created_at, o.opened_at, o.ended_at, o.void_reason, o.kept_waiting,
       told.meets
  FROM public.draw d JOIN public.draw o ON o.tenant_id = d.tenant_id AND o.id <> d.id
 CROSS JOIN LATERAL (SELECT public.draws_meet(d.id, o.id) AND (
     d.tenant_id = __me__ OR __me__ IN (SELECT public.supervisors_of(d.tenant_id)) OR NOT EXISTS (
       SELECT 1 FROM public.draw c WHERE c.id IN (d.id, o.id) AND c.closed AND NOT EXISTS (
         SELECT 1 FROM public.draw_party h WHERE h.draw_id = c.id AND h.holds AND h.bureau_id = __me__))) AS meets) told
 WHERE d.id = the_draw
   AND (d.tenant_id = __me__ OR EXISTS (
     SELECT 1 FROM public.draw_party p WHERE p.draw_id = d.id AND p.bureau_id = __me__))
   AND o.created_at > public.onedoor_now() - interval '12 months'
   AND (told.meets OR o.line = d.line OR o.plan_line = d.plan_line)
 ORDER BY o.created_at DESC, o.id DESC
$body$;
