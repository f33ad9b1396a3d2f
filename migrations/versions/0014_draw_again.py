"""The draw after a void one: the supervisor's reason stands with its commitment, and the register asks for others."""

from __future__ import annotations

from alembic import op

revision = "0014_draw_again"
down_revision = "0013_people"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE draw_commitment ADD COLUMN reason TEXT",
    # Functions belong to the definer, and only it may replace them; grants and owner stay.
    "SET LOCAL ROLE onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION append_register(the_draw uuid, the_kind text, the_digest text) RETURNS public.draw_register LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  d public.draw;
  before public.draw_register;
  entry public.draw_register;
  seen text[];
  document bytea;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('onedoor.draw_register'));
  SELECT * INTO d FROM public.draw WHERE id = the_draw AND tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'draw register: no such draw of this bureau' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF the_digest !~ '^[0-9a-f]{64}$' THEN
    RAISE EXCEPTION 'draw register: a digest is 64 hex digits';
  END IF;
  seen := ARRAY(SELECT r.kind FROM public.draw_register r
                 WHERE r.line = d.line AND r.seq = d.seq ORDER BY r.n);
  IF the_kind = 'plan' THEN
    IF seen <> '{}' OR d.prev IS DISTINCT FROM
       (SELECT r.digest FROM public.draw_register r
         WHERE r.line = d.line AND r.seq = d.seq - 1 AND r.kind IN ('proof', 'void'))
       OR EXISTS (SELECT 1 FROM public.draw_register r WHERE r.line = d.line AND r.seq > d.seq) THEN
      RAISE EXCEPTION 'draw register: plan out of order';
    END IF;
    IF NOT EXISTS (
      SELECT 1 FROM public.draw_commitment c
       WHERE c.draw_id = d.id AND c.tenant_id <> d.tenant_id
         AND (c.tenant_id IN (SELECT public.supervisors_of(d.tenant_id))
              OR NOT EXISTS (SELECT 1 FROM public.supervisors_of(d.tenant_id) s WHERE s <> d.tenant_id)))
    THEN
      RAISE EXCEPTION 'draw register: the supervisor has not opened this line';
    END IF;
    -- After a void draw others commit, and the supervisor says why: else whoever withheld chose the result.
    IF EXISTS (SELECT 1 FROM public.draw_register r
                WHERE r.line = d.line AND r.seq = d.seq - 1 AND r.kind = 'void')
       AND (NOT EXISTS (SELECT 1 FROM public.draw_commitment c WHERE c.draw_id = d.id
                         AND c.tenant_id NOT IN (SELECT f.bureau_id FROM public.draw_committer f
                           JOIN public.draw b ON b.id = f.draw_id WHERE b.proof_digest = d.prev))
            OR NOT EXISTS (SELECT 1 FROM public.draw_commitment c WHERE c.draw_id = d.id
                            AND c.tenant_id <> d.tenant_id AND c.reason IS NOT NULL))
    THEN
      RAISE EXCEPTION 'draw register: after a void draw others commit, with the supervisor''s reason';
    END IF;
  ELSIF NOT (CASE the_kind
      WHEN 'texts' THEN seen = '{plan}'
      WHEN 'reveals' THEN seen = '{plan,texts}'
      WHEN 'proof' THEN seen IN ('{plan,texts}', '{plan,texts,reveals}')
      WHEN 'void' THEN seen IN ('{plan,texts}', '{plan,texts,reveals}')
      WHEN 'log' THEN 'proof' = ANY (seen)
      ELSE false END) THEN
    RAISE EXCEPTION USING MESSAGE = 'draw register: out of order: ' || the_kind;
  END IF;
  SELECT * INTO before FROM public.draw_register ORDER BY n DESC LIMIT 1;
  entry.n := coalesce(before.n, 0) + 1;
  entry.prev := coalesce(before.own, repeat('0', 64));
  entry.time := greatest(
    to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), before.time COLLATE "C");
  entry.line := d.line;
  entry.seq := d.seq;
  entry.kind := the_kind;
  entry.digest := the_digest;
  entry.draw_id := d.id;
  document := convert_to(
    '{"digest":"' || entry.digest || '","kind":"' || entry.kind || '","line":"' || entry.line
    || '","n":' || entry.n || ',"prev":"' || entry.prev || '","seq":' || entry.seq
    || ',"time":"' || entry.time || '"}', 'UTF8');
  entry.own := encode(sha256(int4send(20) || 'onedoor-draw/1/entry'::bytea
                             || int4send(octet_length(document)) || document), 'hex');
  INSERT INTO public.draw_register SELECT entry.*;
  RETURN entry;
END
$body$""",
    r"""CREATE OR REPLACE FUNCTION draw_board(the_draw uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT jsonb_build_object(
  'id', d.id, 'line', d.line, 'seq', d.seq, 'number', d.number, 'title', d.title, 'reason', d.reason,
  'state', CASE WHEN d.state = 'closed' AND NOT EXISTS (
             SELECT 1 FROM public.draw_committer c
              WHERE c.draw_id = d.id AND NOT EXISTS (
                SELECT 1 FROM public.draw_reveal v WHERE v.draw_id = d.id AND v.name = c.name))
           THEN 'revealed' ELSE d.state END,
  'lead', (SELECT b.name FROM public.bureau b WHERE b.id = d.tenant_id), 'watchable', d.watchable,
  'opened_at', d.opened_at, 'closed_at', d.closed_at, 'ended_at', d.ended_at, 'void_reason', d.void_reason,
  'plan_digest', d.plan_digest, 'texts_digest', d.texts_digest, 'proof_digest', d.proof_digest,
  'doors', d.doors, 'matters', d.matters, 'independent_doors', d.independent_doors::text,
  'lists', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
             'bureau', p.bureau_name, 'list', p.list_name, 'deposited_at', e.deposited_at,
             'digest', e.digest, 'root', e.root, 'n', e.n, 'reserve', e.reserve, 'strata', e.strata,
             'statuses', e.statuses, 'team', e.team, 'items', e.items, 'inspectors', e.inspectors,
             'recusals', e.recusals) ORDER BY p.position)
      FROM public.draw_party p
      LEFT JOIN public.draw_deposit e ON e.draw_id = d.id AND e.tenant_id = p.bureau_id
     WHERE p.draw_id = d.id AND p.list_name IS NOT NULL), '[]'),
  'committers', (
    SELECT jsonb_agg(jsonb_build_object(
             'name', c.name, 'keeper', c.keeper, 'commit', m.digest, 'committed_at', m.made_at,
             'reason', m.reason, 'revealed_at', v.made_at, 'nonce', v.nonce) ORDER BY c.position)
      FROM public.draw_committer c
      LEFT JOIN public.draw_commitment m ON m.draw_id = d.id AND m.name = c.name
      LEFT JOIN public.draw_reveal v ON v.draw_id = d.id AND v.name = c.name
     WHERE c.draw_id = d.id),
  'witnesses', coalesce((
    SELECT jsonb_agg(jsonb_build_object('who', i.who, 'text', t.text, 'position', t.position)
                     ORDER BY t.position, i.invited_at, i.id)
      FROM public.witness_invitation i LEFT JOIN public.witness_text t ON t.invitation_id = i.id
     WHERE i.draw_id = d.id), '[]'),
  'register', coalesce((
    SELECT jsonb_agg(jsonb_build_object('n', r.n, 'time', r.time, 'kind', r.kind, 'digest', r.digest,
                                        'own', r.own) ORDER BY r.n)
      FROM public.draw_register r WHERE r.draw_id = d.id), '[]'))
  FROM public.draw d
 WHERE d.id = the_draw
   AND (d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR (d.watchable AND d.opened_at IS NOT NULL)
        OR EXISTS (SELECT 1 FROM public.draw_party p WHERE p.draw_id = d.id AND p.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid))
$body$""",
    "RESET ROLE",
)


def upgrade() -> None:
    """Add the column, and replace what the register's writer asks and what the hall shows."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
