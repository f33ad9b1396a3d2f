CREATE OR REPLACE FUNCTION supervised_bureaus() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE places AS (
  SELECT g.jurisdiction_code AS code, g.domain
    FROM public.supervision_grant g
   WHERE g.bureau_id = __me__ AND g.since <= __today__
     AND (g.until IS NULL OR g.until >= __today__)
  UNION
  SELECT j.code, p.domain FROM public.jurisdiction j JOIN places p ON j.parent_code = p.code)
SELECT DISTINCT b.id FROM public.bureau b JOIN places p ON p.code = b.jurisdiction_code
 WHERE p.domain = 'all' OR p.domain = b.domain
$body$;
