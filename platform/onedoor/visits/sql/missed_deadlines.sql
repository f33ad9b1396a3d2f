-- How many, of the whole deployment and nothing else: what the operator's metrics show.
CREATE OR REPLACE FUNCTION missed_deadlines() RETURNS TABLE(kind text, number bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT 'visit', count(*) FROM public.visit v WHERE v.ends_on < __today__ AND v.state <> 'cancelled'
  AND EXISTS (SELECT FROM public.visit_party p WHERE p.visit_id = v.id AND p.deferred_reason IS NULL
    AND NOT EXISTS (SELECT FROM public.visit_part t
      WHERE t.visit_id = v.id AND t.tenant_id = p.bureau_id AND t.submitted_at IS NOT NULL))
UNION ALL
SELECT 'report', count(*) FROM public.record r WHERE r.report_due_on < __today__
  AND NOT EXISTS (SELECT FROM public.report t WHERE t.record_id = r.id AND t.completed_at IS NOT NULL)
UNION ALL
SELECT 'disclosure', count(*) FROM public.record r WHERE r.disclose_due_on < __today__
  AND NOT EXISTS (SELECT FROM public.disclosure d WHERE d.kind = 'result' AND d.subject_id = r.id
    AND d.tenant_id = r.tenant_id AND d.since <= public.onedoor_now() AND (d.until IS NULL OR d.until > public.onedoor_now()))
  AND NOT EXISTS (SELECT FROM public.withholding w WHERE w.kind = 'result' AND w.subject_id = r.id AND w.state = 'approved')
$body$;
