CREATE OR REPLACE FUNCTION keys_of___name__() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.__column__, 0), count(*) FROM public.__table__ t
 WHERE t.__column__ IS NOT NULL GROUP BY 1
$body$;
