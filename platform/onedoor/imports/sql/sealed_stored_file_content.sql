CREATE OR REPLACE FUNCTION sealed_stored_file_content(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.content FROM public.stored_file t
 WHERE t.content IS NOT NULL AND t.id > after AND (get_byte(t.content, 0) <> writes) AND t.id IN (SELECT i.file_id
     FROM public.import i)
 ORDER BY t.id LIMIT most
$body$;
