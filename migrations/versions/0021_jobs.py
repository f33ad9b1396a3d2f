"""Jobs that go on: five attempts each time somebody asks; what the operator's metrics count; a day that is China's.

The functions of the last part were changed in the files of the first release by mistake, so that a deployment of that
release had the former ones still; those files are as they were, and the change is here.
"""

from __future__ import annotations

from alembic import op

revision = "0021_jobs"
down_revision = "0020_more_sentences"

STATEMENTS: tuple[str, ...] = (
    # A constant default: nothing is rewritten.
    "ALTER TABLE job ADD COLUMN last_attempt INTEGER DEFAULT '5' NOT NULL",
    "GRANT SELECT (last_attempt, created_at) ON job TO onedoor_dispatch",
    # /readyz: are the tables those of this version?
    "GRANT SELECT ON alembic_version TO onedoor_dispatch",
    r"""CREATE OR REPLACE FUNCTION missed_deadlines() RETURNS TABLE(kind text, number bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT 'visit', count(*) FROM public.visit v WHERE v.ends_on < (now() AT TIME ZONE 'Asia/Shanghai')::date AND v.state <> 'cancelled'
  AND EXISTS (SELECT FROM public.visit_party p WHERE p.visit_id = v.id AND p.deferred_reason IS NULL
    AND NOT EXISTS (SELECT FROM public.visit_part t
      WHERE t.visit_id = v.id AND t.tenant_id = p.bureau_id AND t.submitted_at IS NOT NULL))
UNION ALL
SELECT 'report', count(*) FROM public.record r WHERE r.report_due_on < (now() AT TIME ZONE 'Asia/Shanghai')::date
  AND NOT EXISTS (SELECT FROM public.report t WHERE t.record_id = r.id AND t.completed_at IS NOT NULL)
UNION ALL
SELECT 'disclosure', count(*) FROM public.record r WHERE r.disclose_due_on < (now() AT TIME ZONE 'Asia/Shanghai')::date
  AND NOT EXISTS (SELECT FROM public.disclosure d WHERE d.kind = 'result' AND d.subject_id = r.id
    AND d.tenant_id = r.tenant_id AND d.since <= now() AND (d.until IS NULL OR d.until > now()))
$body$""",
    r"""GRANT EXECUTE ON FUNCTION missed_deadlines() TO onedoor_dispatch""",
    r"""ALTER FUNCTION missed_deadlines() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealing_lag() RETURNS interval LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT coalesce(clock_timestamp() - min(e.at), '0') FROM public.audit_entry e WHERE e.sequence IS NULL
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealing_lag() TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealing_lag() OWNER TO onedoor_definer""",
    # They belong to the definer by now, who alone may replace them.
    "SET LOCAL ROLE onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION supervised_bureaus() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
WITH RECURSIVE places AS (
  SELECT g.jurisdiction_code AS code, g.domain
    FROM public.supervision_grant g
   WHERE g.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND g.since <= (now() AT TIME ZONE 'Asia/Shanghai')::date
     AND (g.until IS NULL OR g.until >= (now() AT TIME ZONE 'Asia/Shanghai')::date)
  UNION
  SELECT j.code, p.domain FROM public.jurisdiction j JOIN places p ON j.parent_code = p.code)
SELECT DISTINCT b.id FROM public.bureau b JOIN places p ON p.code = b.jurisdiction_code
 WHERE p.domain = 'all' OR p.domain = b.domain
$body$""",
    r"""CREATE OR REPLACE FUNCTION supervisors_of(bureau uuid) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
WITH RECURSIVE up AS (
  SELECT j.code, j.parent_code, b.domain FROM public.bureau b
    JOIN public.jurisdiction j ON j.code = b.jurisdiction_code WHERE b.id = bureau
  UNION
  SELECT j.code, j.parent_code, u.domain FROM public.jurisdiction j JOIN up u ON j.code = u.parent_code)
SELECT DISTINCT g.bureau_id FROM public.supervision_grant g JOIN up u ON u.code = g.jurisdiction_code
 WHERE (g.domain = 'all' OR g.domain = u.domain) AND g.since <= (now() AT TIME ZONE 'Asia/Shanghai')::date
   AND (g.until IS NULL OR g.until >= (now() AT TIME ZONE 'Asia/Shanghai')::date)
$body$""",
    r"""CREATE OR REPLACE FUNCTION supervised_uncovered_entities() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
WITH RECURSIVE places AS (
  SELECT g.jurisdiction_code AS code FROM public.supervision_grant g
   WHERE g.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND g.since <= (now() AT TIME ZONE 'Asia/Shanghai')::date AND (g.until IS NULL OR g.until >= (now() AT TIME ZONE 'Asia/Shanghai')::date)
  UNION
  SELECT j.code FROM public.jurisdiction j JOIN places p ON j.parent_code = p.code)
SELECT e.id FROM public.entity e
 WHERE e.status IN ('active', 'suspended') AND e.jurisdiction_code IN (SELECT code FROM places)
   AND NOT EXISTS (SELECT FROM public.target t WHERE t.entity_id = e.id AND t.ended_on IS NULL)
$body$""",
    r"""CREATE OR REPLACE FUNCTION check_visit_code(asked text, who text) RETURNS jsonb LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  v public.visit;
BEGIN
  SELECT * INTO v FROM public.visit WHERE code = asked;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  IF (SELECT count(*) FROM public.code_check c
       WHERE c.visit_id = v.id AND c.origin = who AND c.at > now() - interval '1 minute') >= 60 THEN
    RETURN '{"held_back": true}'::jsonb;
  END IF;
  INSERT INTO public.code_check (id, tenant_id, visit_id, at, origin)
  VALUES (gen_random_uuid(), v.tenant_id, v.id, now(), who);
  RETURN jsonb_build_object(
    'number', v.number, 'entity_name', v.entity_name, 'entity_code', v.entity_code,
    'address', v.entity_address, 'announced', v.announced, 'state', CASE WHEN EXISTS (
        SELECT FROM public.campaign c WHERE c.id = v.campaign_id AND c.state = 'cancelled')
      THEN 'cancelled' ELSE v.state END,
    'starts_on', v.starts_on, 'ends_on', v.ends_on,
    'on', GREATEST(v.scheduled_on, (SELECT max(p.postponed_to) FROM public.visit_part p WHERE p.visit_id = v.id)),
    'cancel_reason', v.cancel_reason, 'approved_at', v.approved_at,
    'lead', (SELECT b.name FROM public.bureau b WHERE b.id = v.tenant_id),
    'campaign', (SELECT c.name FROM public.campaign c WHERE c.id = v.campaign_id),
    'draw_number', (SELECT d.number FROM public.draw d WHERE d.id = v.draw_id),
    'checks', (SELECT count(*) FROM public.code_check c WHERE c.visit_id = v.id),
    'parties', (SELECT jsonb_agg(jsonb_build_object(
        'bureau', p.bureau_name, 'deferred', p.deferred_reason,
        'submitted', EXISTS (SELECT FROM public.visit_part t WHERE t.visit_id = v.id
                              AND t.tenant_id = p.bureau_id AND t.submitted_at IS NOT NULL),
        'members', (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'name', m.name, 'certificate', i.certificate_number, 'leader', m.leader,
            'expires_on', i.certificate_expires_on,
            'fit', i.status = 'active' AND i.certificate_expires_on >= (now() AT TIME ZONE 'Asia/Shanghai')::date)
            ORDER BY m.slot), '[]'::jsonb)
          FROM public.visit_member m JOIN public.inspector i ON i.id = m.inspector_id
         WHERE m.visit_id = v.id AND m.bureau_id = p.bureau_id AND m.left_at IS NULL),
        'matters', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'basis', a.basis)
            ORDER BY a.position), '[]'::jsonb)
          FROM public.visit_matter a WHERE a.visit_id = v.id AND a.bureau_id = p.bureau_id)
        ) ORDER BY p.position) FROM public.visit_party p WHERE p.visit_id = v.id));
END
$body$""",
    "RESET ROLE",
)


def upgrade() -> None:
    """Add the column and the functions."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
