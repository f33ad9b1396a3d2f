-- What anyone with a document's code may know: that it is genuine, and nothing of what stands in it.
CREATE OR REPLACE FUNCTION check_document(asked text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT jsonb_build_object('number', d.number, 'bureau', b.name, 'issued_on', d.issued_on, 'digest', d.digest)
  FROM public.document d JOIN public.bureau b ON b.id = d.tenant_id
 WHERE d.code = asked
$body$;
