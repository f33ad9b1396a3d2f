-- One of them as its Word file, base64: only with the code of its visit.
CREATE OR REPLACE FUNCTION visit_document(asked text, document_id uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT encode(d.content, 'base64')
  FROM public.document d
 WHERE d.id = document_id
   AND EXISTS (SELECT FROM jsonb_array_elements(public.visit_documents(asked)) one WHERE (one ->> 'id')::uuid = d.id)
$body$;
