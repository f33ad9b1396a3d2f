CREATE OR REPLACE FUNCTION my_draws() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT p.draw_id FROM public.draw_party p WHERE p.bureau_id = __me__
$body$;
