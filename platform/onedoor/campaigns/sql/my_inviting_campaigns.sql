CREATE OR REPLACE FUNCTION my_inviting_campaigns() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT p.campaign_id FROM public.participation p JOIN public.campaign c ON c.id = p.campaign_id
 WHERE p.tenant_id = __me__ AND p.left_out_at IS NULL AND c.state IN ('draft', 'inviting')
   AND (p.part = 'lead' OR p.invited_at IS NOT NULL)
$body$;
