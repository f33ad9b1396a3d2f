-- How many entries of bureaus' libraries these entities of the keeper's are: what would leave them is said before (R-L6).
CREATE OR REPLACE FUNCTION library_entries(asked uuid[]) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT count(*) FROM public.target t JOIN public.entity e ON e.id = t.entity_id
 WHERE t.entity_id = ANY (asked) AND t.ended_on IS NULL AND e.kind = ANY (ARRAY(SELECT public.my_entity_kinds()))
$body$;
