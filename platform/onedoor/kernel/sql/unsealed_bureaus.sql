CREATE OR REPLACE FUNCTION unsealed_bureaus() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT DISTINCT e.tenant_id FROM public.audit_entry e WHERE e.sequence IS NULL
$body$;
