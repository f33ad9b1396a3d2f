CREATE OR REPLACE FUNCTION market_supervisors_of(bureau uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE up AS (
  SELECT j.code, j.parent_code FROM public.bureau b
    JOIN public.jurisdiction j ON j.code = b.jurisdiction_code WHERE b.id = bureau
  UNION
  SELECT j.code, j.parent_code FROM public.jurisdiction j JOIN up u ON j.code = u.parent_code)
SELECT DISTINCT g.bureau_id FROM public.supervision_grant g JOIN up u ON u.code = g.jurisdiction_code
 WHERE g.domain = 'market' AND g.since <= __today__
   AND (g.until IS NULL OR g.until >= __today__)
$body$;
