CREATE OR REPLACE FUNCTION opened_logs() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT l.bureau_id FROM public.audit_look l
 WHERE l.tenant_id = __me__ AND l.actor_id = __actor__ AND l.until > public.onedoor_now()
   AND l.bureau_id IN (SELECT public.supervised_bureaus())
$body$;
