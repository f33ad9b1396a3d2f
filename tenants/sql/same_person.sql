CREATE OR REPLACE FUNCTION same_person(one uuid, other uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT one = other OR EXISTS (
  SELECT 1 FROM public.user_account a JOIN public.user_account b ON b.person_id = a.person_id
   WHERE a.id = one AND b.id = other AND __me__ IN (a.tenant_id, b.tenant_id))
$body$;
