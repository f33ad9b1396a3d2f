-- What the lead and the supervisor who opened the line (committer 1) both read at the beacon's source: {"value": text, or null
-- if it did not speak}. All reveals are known by then, so a lead and a partner could choose the words that suit, or say that
-- there were none: of the others nobody's reading settles anything, and nothing is settled while the supervisor's newest is
-- another. Where the lead has read nothing a day after the source spoke, what the supervisor read counts: whoever hosts does not
-- undo a draw by not looking. What has ended keeps the words it ended with, also where those were once settled by others; what is
-- read later stands beside them.
CREATE OR REPLACE FUNCTION beacon_agreed(the_draw uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT coalesce((SELECT jsonb_build_object('value', lead.value)
  FROM public.draw d
  JOIN public.draw_beacon_reading lead ON lead.draw_id = d.id AND lead.tenant_id = d.tenant_id
  JOIN public.draw_beacon_reading other ON other.draw_id = d.id AND other.tenant_id <> d.tenant_id
   AND other.value IS NOT DISTINCT FROM lead.value
  LEFT JOIN LATERAL (
    SELECT s.id FROM public.draw_beacon_reading s
      JOIN public.draw_committer c ON c.draw_id = s.draw_id AND c.bureau_id = s.tenant_id AND c.position = 1
     WHERE s.draw_id = d.id AND s.read_at <= coalesce(d.ended_at, 'infinity')
     ORDER BY s.read_at DESC, s.id DESC LIMIT 1) AS newest ON true
 WHERE d.id = the_draw AND greatest(lead.read_at, other.read_at) <= coalesce(d.ended_at, 'infinity')
   AND (other.id = newest.id OR d.state IN ('drawn', 'void'))
 ORDER BY other.id IS DISTINCT FROM newest.id, lead.value IS NULL, greatest(lead.read_at, other.read_at) LIMIT 1),
(SELECT jsonb_build_object('value', s.value)
  FROM public.draw d
  JOIN public.draw_committer c ON c.draw_id = d.id AND c.position = 1
  JOIN public.draw_beacon_reading s ON s.draw_id = d.id AND s.tenant_id = c.bureau_id
 WHERE d.id = the_draw AND s.read_at <= coalesce(d.ended_at, 'infinity') AND s.value IS NOT NULL
   AND coalesce(d.ended_at, public.register_time()::timestamptz) >= (d.beacon->>'time')::timestamptz + interval '24 hours'
   AND d.state IN ('closed', 'drawn')
   AND NOT EXISTS (SELECT 1 FROM public.draw_beacon_reading g WHERE g.draw_id = d.id AND g.tenant_id = d.tenant_id
                      AND g.read_at <= coalesce(d.ended_at, 'infinity'))
 ORDER BY s.read_at DESC, s.id DESC LIMIT 1))
$body$;
