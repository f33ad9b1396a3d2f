-- What an old address says (R-O3): a newer version, withdrawn with its reason, or only that it ended by law.
CREATE OR REPLACE FUNCTION ended_publication(asked uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT CASE
    WHEN d.until IS NULL OR d.until > public.onedoor_now() THEN jsonb_build_object('how', 'replaced', 'subject', d.subject_id)
    WHEN d.ended_how IS NOT NULL OR d.ended_because IS NULL
      THEN jsonb_build_object('how', 'ended', 'on', (d.until AT TIME ZONE 'Asia/Shanghai')::date)
    ELSE jsonb_build_object('how', 'withdrawn', 'on', (d.until AT TIME ZONE 'Asia/Shanghai')::date, 'reason', d.ended_because,
      'bureau', d.bureau_name) END
  FROM public.disclosure d
 WHERE d.kind IN ('result', 'penalty') AND d.since <= public.onedoor_now()
   AND d.subject_id = coalesce((SELECT o.subject_id FROM public.disclosure o WHERE o.id = asked), asked)
 ORDER BY d.version DESC LIMIT 1
$body$;
