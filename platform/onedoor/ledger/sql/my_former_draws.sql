-- What a former platform drew for this bureau in a year: it may be left out of this year's draws like what was drawn here (R-D3).
CREATE OR REPLACE FUNCTION my_former_draws(in_year integer) RETURNS TABLE (code text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT DISTINCT c.entity_code FROM public.outside_check c
 WHERE c.tenant_id = __me__ AND c.origin = 'former' AND c.kind = 'random'
   AND c.checked_on BETWEEN make_date(in_year, 1, 1) AND make_date(in_year, 12, 31)
$body$;
