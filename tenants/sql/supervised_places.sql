CREATE OR REPLACE FUNCTION supervised_places() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE places AS (
  SELECT g.jurisdiction_code AS code
    FROM public.supervision_grant g
   WHERE g.bureau_id = __me__ AND g.since <= __today__
     AND (g.until IS NULL OR g.until >= __today__)
  UNION
  SELECT j.code FROM public.jurisdiction j JOIN places p ON j.parent_code = p.code)
SELECT code FROM places
$body$;
