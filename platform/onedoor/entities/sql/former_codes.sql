CREATE OR REPLACE FUNCTION former_codes() RETURNS TABLE (code text, id uuid, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT DISTINCT ON (c.before ->> 'code') c.before ->> 'code', c.entity_id, c.at
  FROM public.entity_change c
 WHERE what = 'changed' AND before ? 'code' AND NOT EXISTS (SELECT FROM public.entity e WHERE e.code = c.before ->> 'code')
 ORDER BY c.before ->> 'code', c.at DESC
$body$;
