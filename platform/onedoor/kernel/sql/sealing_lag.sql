CREATE OR REPLACE FUNCTION sealing_lag() RETURNS interval
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT coalesce((public.onedoor_now() + (clock_timestamp() - now())) - min(e.at), '0') FROM public.audit_entry e WHERE e.sequence IS NULL
$body$;
