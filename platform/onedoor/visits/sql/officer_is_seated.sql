-- Whether an officer of this bureau is on the team of a check whose record their bureau has not handed in: until then nobody puts
-- another into that seat.
CREATE OR REPLACE FUNCTION officer_is_seated(the_officer uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT EXISTS (
  SELECT FROM public.visit_member m
    JOIN public.visit v ON v.id = m.visit_id
    LEFT JOIN public.visit_part t ON t.visit_id = v.id AND t.tenant_id = m.bureau_id
   WHERE m.inspector_id = the_officer AND m.bureau_id = __me__ AND m.left_at IS NULL AND v.state <> 'cancelled'
     AND v.ends_on >= __today__ - 30 AND t.submitted_at IS NULL
     AND NOT EXISTS (SELECT FROM public.visit_party p
                      WHERE p.visit_id = v.id AND p.bureau_id = m.bureau_id AND p.deferred_reason IS NOT NULL)
     AND NOT EXISTS (SELECT FROM public.campaign c WHERE c.id = v.campaign_id AND c.state = 'cancelled'))
$body$;
