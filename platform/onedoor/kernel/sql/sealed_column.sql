CREATE OR REPLACE FUNCTION sealed___name__(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.__column__ FROM public.__table__ t
 WHERE t.__column__ IS NOT NULL AND t.id > after AND (get_byte(t.__column__, 0) <> writes)
 ORDER BY t.id LIMIT most
$body$;
