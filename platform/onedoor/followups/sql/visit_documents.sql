-- The documents addressed to the firm of a visit, for whoever has its code (R-V7): the record, what was found, what it is to correct,
-- and what a re-check saw, the newest first. Only of who wrote the record they are about: no other bureau puts a paper there.
CREATE OR REPLACE FUNCTION visit_documents(asked text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'kind', d.kind, 'number', d.number, 'bureau', b.name,
                                             'issued_on', d.issued_on, 'digest', d.digest) ORDER BY d.issued_at DESC), '[]'::jsonb)
  FROM public.visit v
  JOIN public.record r ON r.visit_id = v.id
  JOIN public.document d ON d.kind IN ('record', 'result_notice', 'correction_order', 'recheck') AND d.tenant_id = r.tenant_id
   AND d.subject_id IN (SELECT r.id UNION ALL SELECT f.id FROM public.followup f WHERE f.record_id = r.id)
  JOIN public.bureau b ON b.id = d.tenant_id
 WHERE v.code = asked
$body$;
