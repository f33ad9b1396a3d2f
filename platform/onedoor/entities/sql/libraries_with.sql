-- In how many bureaus' libraries an entity is, for who keeps it: what a merge moves is said before (R-T4).
CREATE OR REPLACE FUNCTION libraries_with(asked uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT count(DISTINCT t.tenant_id) FROM public.target t JOIN public.entity e ON e.id = t.entity_id
 WHERE t.entity_id = asked AND t.ended_on IS NULL AND e.kind = ANY (ARRAY(SELECT public.my_entity_kinds()))
$body$;
