-- Codes that entities had before, with the code that stands for each now: corrected numbers, provisional ones, merged entities.
CREATE OR REPLACE FUNCTION renamed_codes() RETURNS TABLE (code text, stands text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE up AS (
  SELECT o.code, o.id FROM public.former_codes() o
  UNION
  SELECT e.code, m.survivor_id FROM public.entity_merge m JOIN public.entity e ON e.id = m.gone_id
   WHERE m.undone_at IS NULL
  UNION
  SELECT up.code, m.survivor_id FROM up JOIN public.entity_merge m ON m.gone_id = up.id AND m.undone_at IS NULL)
SELECT DISTINCT ON (up.code) up.code, e.code FROM up JOIN public.entity e ON e.id = up.id
 WHERE NOT EXISTS (SELECT FROM public.entity_merge m WHERE m.gone_id = up.id AND m.undone_at IS NULL)
 ORDER BY up.code, e.code
$body$;
