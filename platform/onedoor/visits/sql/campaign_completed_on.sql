-- When a campaign is complete (R-O1): when its last due record is accepted or its period ends, whichever is first. A party sees the day,
-- not the visits of others that make it.
CREATE OR REPLACE FUNCTION campaign_completed_on(asked uuid) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT least(c.ends_on, (
    SELECT CASE WHEN bool_and(t.accepted_at IS NOT NULL) THEN (max(t.accepted_at) AT TIME ZONE 'Asia/Shanghai')::date END
      FROM public.visit v JOIN public.visit_party p ON p.visit_id = v.id
      LEFT JOIN public.visit_part t ON t.visit_id = v.id AND t.tenant_id = p.bureau_id
     WHERE v.campaign_id = c.id AND v.state <> 'cancelled' AND p.deferred_reason IS NULL))
  FROM public.campaign c
 WHERE c.id = asked AND c.state <> 'cancelled'
   AND EXISTS (SELECT FROM public.participation q WHERE q.campaign_id = c.id AND q.tenant_id = __me__)
$body$;
