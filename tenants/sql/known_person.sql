-- Whether one of this bureau's own accounts is known by its person: one that is not is nobody's other account.
CREATE OR REPLACE FUNCTION known_person(one uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT EXISTS (SELECT 1 FROM public.user_account a
                WHERE a.id = one AND a.tenant_id = __me__ AND a.person_id IS NOT NULL)
$body$;
