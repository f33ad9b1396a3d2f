CREATE OR REPLACE FUNCTION keys_of_stored_file_content() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.content, 0), count(*) FROM public.stored_file t
 WHERE t.content IS NOT NULL AND t.id IN (SELECT i.file_id FROM public.import i) GROUP BY 1
$body$;
