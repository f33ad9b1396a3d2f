"""A surprise draw's result is told when its visits are over; until then only those who take part read it."""

from __future__ import annotations

from alembic import op

revision = "0032_surprise"
down_revision = "0031_weights"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE draw ADD COLUMN surprise BOOLEAN DEFAULT false NOT NULL",
    r"""CREATE TABLE draw_release (
    draw_id UUID NOT NULL,
    released_at TIMESTAMP WITH TIME ZONE NOT NULL,
    released_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_release PRIMARY KEY (id),
    CONSTRAINT fk_draw_release_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT uq_draw_release_draw_id UNIQUE (draw_id),
    CONSTRAINT fk_draw_release_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_draw_release_tenant_id ON draw_release (tenant_id)",
    "ALTER TABLE draw_release ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE draw_release FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON draw_release TO onedoor_definer",
    "GRANT SELECT ON draw_release TO onedoor_bureau",
    "CREATE POLICY draw_release_bureau_select_0 ON draw_release FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))",
    "GRANT INSERT ON draw_release TO onedoor_bureau",
    "CREATE POLICY draw_release_bureau_insert_1 ON draw_release FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state = 'drawn'))",
    "GRANT SELECT ON draw_release TO onedoor_supervisor",
    "CREATE POLICY draw_release_supervisor_select_2 ON draw_release FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))",
    "ALTER POLICY draw_reveal_bureau_select_0 ON draw_reveal USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id))))",
    "ALTER POLICY drawn_row_bureau_select_0 ON drawn_row USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id))))",
    "ALTER POLICY team_slot_bureau_select_0 ON team_slot USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id))))",
    "ALTER POLICY draw_change_bureau_select_0 ON draw_change USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id))))",
    "ALTER POLICY draw_document_bureau_select_0 ON draw_document USING (kind <> 'proof' AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id) OR EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id))))",
    r"""CREATE OR REPLACE FUNCTION draw_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state IN ('drawn', 'void') THEN
    RAISE EXCEPTION 'R-D7: no draw is changed or deleted after its end';
  END IF;
  IF (NEW.tenant_id, NEW.line, NEW.seq, NEW.number, NEW.campaign_id, NEW.hash, NEW.surprise, NEW.beacon,
      NEW.reveals_due)
     IS DISTINCT FROM
     (OLD.tenant_id, OLD.line, OLD.seq, OLD.number, OLD.campaign_id, OLD.hash, OLD.surprise, OLD.beacon,
      OLD.reveals_due)
     OR (OLD.reveals_digest IS NOT NULL AND NEW.reveals_digest IS DISTINCT FROM OLD.reveals_digest)
     OR (OLD.plan_digest IS NOT NULL AND NEW.plan_digest IS DISTINCT FROM OLD.plan_digest)
     OR (OLD.texts_digest IS NOT NULL AND NEW.texts_digest IS DISTINCT FROM OLD.texts_digest) THEN
    RAISE EXCEPTION 'R-D7: line, number and what was published of a draw stay';
  END IF;
  RETURN NEW;
END
$body$""",
    "SET LOCAL ROLE onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION draw_board(the_draw uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT jsonb_build_object(
  'id', d.id, 'line', d.line, 'seq', d.seq, 'number', d.number, 'title', d.title, 'reason', d.reason,
  'state', CASE WHEN d.state <> 'closed' THEN d.state
           WHEN d.beacon IS NOT NULL THEN
             CASE WHEN d.reveals_digest IS NULL THEN 'closed'
                  WHEN agreed.reading->>'value' IS NULL THEN 'awaiting' ELSE 'revealed' END
           WHEN NOT EXISTS (
             SELECT 1 FROM public.draw_committer c
              WHERE c.draw_id = d.id AND NOT EXISTS (
                SELECT 1 FROM public.draw_reveal v WHERE v.draw_id = d.id AND v.name = c.name))
           THEN 'revealed' ELSE 'closed' END,
  'hash', d.hash, 'beacon', d.beacon || jsonb_build_object(
    'due', d.reveals_due, 'spoken', public.register_time() COLLATE "C" >= d.beacon->>'time',
    'value', agreed.reading->>'value', 'silent', coalesce(agreed.reading->'value' = 'null', false)),
  'readings', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
             'bureau', b.name, 'by', g.read_by, 'at', g.read_at, 'source', g.source, 'lead', b.id = d.tenant_id,
             'agrees', agreed.reading IS NOT NULL AND g.value IS NOT DISTINCT FROM agreed.reading->>'value')
             ORDER BY g.read_at)
      FROM public.draw_beacon_reading g JOIN public.bureau b ON b.id = g.tenant_id
     WHERE g.draw_id = d.id), '[]'),
  'withheld', CASE WHEN d.reveals_digest IS NOT NULL OR d.state = 'void' THEN coalesce((
    SELECT jsonb_agg(c.name ORDER BY c.position) FROM public.draw_committer c
     WHERE c.draw_id = d.id AND NOT EXISTS (
       SELECT 1 FROM public.draw_reveal v WHERE v.draw_id = d.id AND v.name = c.name)), '[]') ELSE '[]' END,
  'surprise', d.surprise, 'released_at', released.at, 'lead', (SELECT b.name FROM public.bureau b WHERE b.id = d.tenant_id), 'watchable', d.watchable,
  'opened_at', d.opened_at, 'closed_at', d.closed_at, 'ended_at', d.ended_at, 'void_reason', d.void_reason,
  'plan_digest', d.plan_digest, 'texts_digest', d.texts_digest,
  'reveals_digest', d.reveals_digest, 'proof_digest', d.proof_digest,
  'doors', d.doors, 'matters', d.matters, 'independent_doors', d.independent_doors::text,
  'lists', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
             'bureau', p.bureau_name, 'list', p.list_name, 'deposited_at', e.deposited_at,
             'digest', e.digest, 'root', e.root, 'n', e.n, 'reserve', e.reserve, 'mode', e.mode, 'strata', e.strata,
             'statuses', e.statuses, 'team', e.team, 'items', e.items, 'inspectors', e.inspectors,
             'recusals', e.recusals) ORDER BY p.position)
      FROM public.draw_party p
      LEFT JOIN public.draw_deposit e ON e.draw_id = d.id AND e.tenant_id = p.bureau_id
     WHERE p.draw_id = d.id AND p.list_name IS NOT NULL), '[]'),
  'committers', (
    SELECT jsonb_agg(jsonb_build_object(
             'name', c.name, 'keeper', c.keeper, 'commit', m.digest, 'committed_at', m.made_at,
             'reason', m.reason, 'revealed_at', v.made_at,
             'nonce', CASE WHEN NOT d.surprise OR released.at IS NOT NULL OR taker.mine THEN v.nonce END) ORDER BY c.position)
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
  FROM public.draw d CROSS JOIN LATERAL (SELECT public.beacon_agreed(d.id) AS reading) AS agreed
 CROSS JOIN LATERAL (SELECT max(x.released_at) AS at FROM public.draw_release x WHERE x.draw_id = d.id) AS released
 CROSS JOIN LATERAL (
   SELECT d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR EXISTS (
     SELECT 1 FROM public.draw_party p WHERE p.draw_id = d.id AND p.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) AS mine) AS taker
 WHERE d.id = the_draw
   AND (d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR (d.watchable AND d.opened_at IS NOT NULL)
        OR EXISTS (SELECT 1 FROM public.draw_party p WHERE p.draw_id = d.id AND p.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid))
$body$""",
    "RESET ROLE",
)


def upgrade() -> None:
    """Add the flag and the release, and narrow who reads what would tell the result."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
