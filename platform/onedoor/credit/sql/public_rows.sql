-- What is public now of a kind, the newest first: the operator tries a layout on it (R-O2).
CREATE OR REPLACE FUNCTION public_rows(wanted text, most integer)
    RETURNS TABLE (entity_code text, entity_name text, bureau_name text, content jsonb, until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT d.entity_code, d.entity_name, d.bureau_name, d.content, d.until FROM public.disclosure d
 WHERE d.kind = wanted AND d.since <= public.onedoor_now() AND (d.until IS NULL OR d.until > public.onedoor_now())
 ORDER BY d.since DESC, d.id DESC LIMIT most
$body$;
