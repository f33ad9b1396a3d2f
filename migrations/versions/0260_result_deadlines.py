"""Days of disclosure count from completion, deadlines are told once, and what law keeps from the public says so (R-O1, R-V5).

Drafted by `python -m migrations.draft 0260_result_deadlines withholding ended_publication campaign_completed_on`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0260_result_deadlines"
down_revision = "0255_story_clock"

STATEMENTS: tuple[str, ...] = (
    r"""SET LOCAL lock_timeout = '5s'""",
    r"""ALTER TABLE record ADD COLUMN disclose_from DATE""",
    r"""ALTER TABLE record ADD COLUMN report_warned TEXT""",
    r"""ALTER TABLE record ADD COLUMN disclose_warned TEXT""",
    r"""ALTER TABLE disclosure ADD COLUMN ended_how TEXT""",
    r"""ALTER TABLE disclosure ADD CONSTRAINT ck_disclosure_ended_how CHECK (ended_how IN ('repaired', 'law')) NOT VALID""",
    r"""ALTER TABLE disclosure VALIDATE CONSTRAINT ck_disclosure_ended_how""",
    r"""CREATE TABLE withholding (
    kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    title TEXT NOT NULL,
    law TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT DEFAULT 'proposed' NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    author_name TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    decider_name TEXT,
    return_reason TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_withholding PRIMARY KEY (id),
    CONSTRAINT uq_withholding_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_withholding_state CHECK (state IN ('proposed', 'approved', 'returned')),
    CONSTRAINT ck_withholding_law CHECK (law <> '' AND reason <> ''),
    CONSTRAINT fk_withholding_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_withholding_tenant_id ON withholding (tenant_id)""",
    r"""CREATE UNIQUE INDEX uq_withholding_subject ON withholding (tenant_id, kind, subject_id) WHERE state <> 'returned'""",
    r"""CREATE OR REPLACE FUNCTION ended_publication(asked uuid) RETURNS jsonb
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
$body$""",
    r"""GRANT EXECUTE ON FUNCTION ended_publication(uuid) TO onedoor_public, onedoor_bureau""",
    r"""ALTER FUNCTION ended_publication(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION campaign_completed_on(asked uuid) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT least(c.ends_on, (
    SELECT CASE WHEN bool_and(t.accepted_at IS NOT NULL) THEN (max(t.accepted_at) AT TIME ZONE 'Asia/Shanghai')::date END
      FROM public.visit v JOIN public.visit_party p ON p.visit_id = v.id
      LEFT JOIN public.visit_part t ON t.visit_id = v.id AND t.tenant_id = p.bureau_id
     WHERE v.campaign_id = c.id AND v.state <> 'cancelled' AND p.deferred_reason IS NULL))
  FROM public.campaign c
 WHERE c.id = asked AND c.state <> 'cancelled'
   AND EXISTS (SELECT FROM public.participation q WHERE q.campaign_id = c.id AND q.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)
$body$""",
    r"""GRANT EXECUTE ON FUNCTION campaign_completed_on(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION campaign_completed_on(uuid) OWNER TO onedoor_definer""",
    r"""ALTER TABLE withholding ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON withholding TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON withholding TO onedoor_bureau""",
    r"""GRANT SELECT ON withholding TO onedoor_supervisor""",
    r"""CREATE POLICY withholding_bureau_select_0 ON withholding FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY withholding_bureau_insert_1 ON withholding FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY withholding_bureau_update_2 ON withholding FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY withholding_supervisor_select_3 ON withholding FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""DROP FUNCTION missed_deadlines()""",
    r"""CREATE OR REPLACE FUNCTION missed_deadlines() RETURNS TABLE(kind text, number bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT 'visit', count(*) FROM public.visit v WHERE v.ends_on < (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date AND v.state <> 'cancelled'
  AND EXISTS (SELECT FROM public.visit_party p WHERE p.visit_id = v.id AND p.deferred_reason IS NULL
    AND NOT EXISTS (SELECT FROM public.visit_part t
      WHERE t.visit_id = v.id AND t.tenant_id = p.bureau_id AND t.submitted_at IS NOT NULL))
UNION ALL
SELECT 'report', count(*) FROM public.record r WHERE r.report_due_on < (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date
  AND NOT EXISTS (SELECT FROM public.report t WHERE t.record_id = r.id AND t.completed_at IS NOT NULL)
UNION ALL
SELECT 'disclosure', count(*) FROM public.record r WHERE r.disclose_due_on < (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date
  AND NOT EXISTS (SELECT FROM public.disclosure d WHERE d.kind = 'result' AND d.subject_id = r.id
    AND d.tenant_id = r.tenant_id AND d.since <= public.onedoor_now() AND (d.until IS NULL OR d.until > public.onedoor_now()))
  AND NOT EXISTS (SELECT FROM public.withholding w WHERE w.kind = 'result' AND w.subject_id = r.id AND w.state = 'approved')
$body$""",
    r"""GRANT EXECUTE ON FUNCTION missed_deadlines() TO onedoor_dispatch""",
    r"""ALTER FUNCTION missed_deadlines() OWNER TO onedoor_definer""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
