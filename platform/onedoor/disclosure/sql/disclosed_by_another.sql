CREATE OR REPLACE FUNCTION disclosed_by_another(the_kind text, the_subject uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT EXISTS (SELECT FROM public.disclosure d
                WHERE d.kind = the_kind AND d.subject_id = the_subject AND d.tenant_id <> __me__)
$body$;
