"""Progress belongs to an attempt and says what was found; a countdown on the witness's page; who may say a source silent."""

from __future__ import annotations

from alembic import op

revision = "0039_progress_of_an_attempt"
down_revision = "0038_imports"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE job_progress ADD COLUMN found JSONB",
    "ALTER TABLE job_progress ADD COLUMN attempt INTEGER DEFAULT 0 NOT NULL",
    "SET LOCAL ROLE onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION draw_moment(the_draw uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT jsonb_build_object(
  'until', (SELECT max(c.until) FROM public.draw_countdown c
             WHERE c.draw_id = d.id
               AND c.stage = CASE d.state WHEN 'open' THEN 'texts' WHEN 'closed' THEN 'reveals' END),
  'progress', (SELECT jsonb_build_object('done', p.done, 'total', p.total, 'note', p.note, 'found', p.found,
                        'interrupted', j.lease_until < now())
                 FROM public.job j LEFT JOIN public.job_progress p ON p.job_id = j.id AND p.attempt = j.attempt
                WHERE j.subject_id = d.id AND j.name = 'campaigns.run_draw' AND j.state = 'running'
                ORDER BY j.created_at DESC LIMIT 1))
  FROM public.draw d
 WHERE d.id = the_draw AND public.draw_board(d.id) IS NOT NULL
$body$""",
    r"""CREATE OR REPLACE FUNCTION witness_view(the_token text) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT jsonb_build_object(
  'who', i.who, 'draw_id', d.id, 'number', d.number, 'title', d.title, 'line', d.line, 'seq', d.seq,
  'lead', b.name, 'state', d.state, 'watchable', d.watchable, 'expired', i.expires_at <= now(),
  'expires_at', i.expires_at, 'plan_digest', d.plan_digest, 'texts_digest', d.texts_digest,
  'proof_digest', d.proof_digest, 'text', t.text, 'position', t.position,
  'until', (SELECT max(c.until) FROM public.draw_countdown c
             WHERE c.draw_id = d.id
               AND c.stage = CASE d.state WHEN 'open' THEN 'texts' WHEN 'closed' THEN 'reveals' END),
  'beacon', d.beacon, 'due', d.reveals_due,
  'head', (SELECT jsonb_build_object('n', r.n, 'own', r.own, 'time', r.time)
             FROM public.draw_register r ORDER BY r.n DESC LIMIT 1))
  FROM public.witness_invitation i
  JOIN public.draw d ON d.id = i.draw_id
  JOIN public.bureau b ON b.id = d.tenant_id
  LEFT JOIN public.witness_text t ON t.invitation_id = i.id
 WHERE i.token_digest = encode(sha256(convert_to(the_token, 'UTF8')), 'hex')
$body$""",
    r"""CREATE OR REPLACE FUNCTION beacon_agreed(the_draw uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT jsonb_build_object('value', lead.value)
  FROM public.draw d
  JOIN public.draw_beacon_reading lead ON lead.draw_id = d.id AND lead.tenant_id = d.tenant_id
  JOIN public.draw_beacon_reading other ON other.draw_id = d.id AND other.tenant_id <> d.tenant_id
   AND other.value IS NOT DISTINCT FROM lead.value
   AND (lead.value IS NOT NULL OR other.tenant_id = (SELECT c.bureau_id FROM public.draw_committer c
                                                      WHERE c.draw_id = d.id AND c.position = 1))
 WHERE d.id = the_draw
 ORDER BY lead.value IS NULL, greatest(lead.read_at, other.read_at) LIMIT 1
$body$""",
    "RESET ROLE",
)


def upgrade() -> None:
    """Two columns and three functions, anew."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
