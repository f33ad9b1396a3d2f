-- The documents addressed to the firm of a visit, for whoever has its code (R-V7): the record, what was found, what it is to correct,
-- and what a re-check saw, the newest first.
CREATE OR REPLACE FUNCTION visit_documents(asked text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'kind', d.kind, 'number', d.number, 'bureau', b.name,
                                             'issued_on', d.issued_on, 'digest', d.digest) ORDER BY d.issued_at DESC), '[]'::jsonb)
  FROM public.visit v
  JOIN public.document d ON d.kind IN ('record', 'result_notice', 'correction_order', 'recheck')
   AND d.subject_id IN (SELECT r.id FROM public.record r WHERE r.visit_id = v.id
                        UNION ALL SELECT f.id FROM public.followup f WHERE f.visit_id = v.id)
  JOIN public.bureau b ON b.id = d.tenant_id
 WHERE v.code = asked
$body$;
