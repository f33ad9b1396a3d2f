-- Whether this is a demo's database: also after its clock met the machine's.
CREATE OR REPLACE FUNCTION has_story_clock() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT p.prosrc ~ 'interval' FROM pg_proc p WHERE p.oid = 'public.onedoor_now()'::regprocedure
$body$;
