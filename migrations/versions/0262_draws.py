"""Nobody steers above the line: lists compared, what a void draw owes, deadlines, the platform reveals first (R-D7).

Drafted by `python -m migrations.draft 0262_draws draw_comparison renamed_codes pool_codes uncompared_deposits draws_meet compare_pools draw_obstacles draw_neighbours append_register beacon_agreed draw_reveal_in_time draw_stays draw_board`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0262_draws"
down_revision = "0249_visits"

STATEMENTS: tuple[str, ...] = (
    r"""ALTER TABLE draw ADD COLUMN plan_line TEXT""",
    r"""ALTER TABLE draw ADD COLUMN kept_waiting TEXT[] DEFAULT '{}' NOT NULL""",
    # they are the definer's, and who migrates may not write over them
    r"""SET LOCAL ROLE onedoor_definer""",
    r"""DROP FUNCTION beacon_agreed(uuid)""",
    r"""DROP FUNCTION append_register(uuid, text, text)""",
    r"""DROP FUNCTION draw_board(uuid)""",
    r"""RESET ROLE""",
    r"""CREATE TABLE draw_comparison (
    draw_id UUID NOT NULL,
    deposit_id UUID NOT NULL,
    other_draw_id UUID NOT NULL,
    other_id UUID NOT NULL,
    meets BOOLEAN NOT NULL,
    compared_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_comparison PRIMARY KEY (id),
    CONSTRAINT fk_draw_comparison_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT fk_draw_comparison_other FOREIGN KEY(other_draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT uq_draw_comparison_deposit_id_other_id UNIQUE (deposit_id, other_id),
    CONSTRAINT fk_draw_comparison_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_comparison_draw_id ON draw_comparison (draw_id)""",
    r"""CREATE INDEX ix_draw_comparison_other_draw_id ON draw_comparison (other_draw_id)""",
    r"""CREATE INDEX ix_draw_comparison_other_id ON draw_comparison (other_id)""",
    r"""CREATE INDEX ix_draw_comparison_tenant_id ON draw_comparison (tenant_id)""",
    r"""CREATE OR REPLACE FUNCTION beacon_agreed(the_draw uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT coalesce((SELECT jsonb_build_object('value', lead.value)
  FROM public.draw d
  JOIN public.draw_beacon_reading lead ON lead.draw_id = d.id AND lead.tenant_id = d.tenant_id
  JOIN public.draw_beacon_reading other ON other.draw_id = d.id AND other.tenant_id <> d.tenant_id
   AND other.value IS NOT DISTINCT FROM lead.value
  LEFT JOIN LATERAL (
    SELECT s.id FROM public.draw_beacon_reading s
      JOIN public.draw_committer c ON c.draw_id = s.draw_id AND c.bureau_id = s.tenant_id AND c.position = 1
     WHERE s.draw_id = d.id AND s.read_at <= coalesce(d.ended_at, 'infinity')
     ORDER BY s.read_at DESC, s.id DESC LIMIT 1) AS newest ON true
 WHERE d.id = the_draw AND greatest(lead.read_at, other.read_at) <= coalesce(d.ended_at, 'infinity')
   AND (other.id = newest.id OR d.state IN ('drawn', 'void'))
 ORDER BY other.id IS DISTINCT FROM newest.id, lead.value IS NULL, greatest(lead.read_at, other.read_at) LIMIT 1),
(SELECT jsonb_build_object('value', s.value)
  FROM public.draw d
  JOIN public.draw_committer c ON c.draw_id = d.id AND c.position = 1
  JOIN public.draw_beacon_reading s ON s.draw_id = d.id AND s.tenant_id = c.bureau_id
 WHERE d.id = the_draw AND s.read_at <= coalesce(d.ended_at, 'infinity') AND s.value IS NOT NULL
   AND coalesce(d.ended_at, public.register_time()::timestamptz) >= (d.beacon->>'time')::timestamptz + interval '24 hours'
   AND d.state IN ('closed', 'drawn')
   AND NOT EXISTS (SELECT 1 FROM public.draw_beacon_reading g WHERE g.draw_id = d.id AND g.tenant_id = d.tenant_id
                      AND g.read_at <= coalesce(d.ended_at, 'infinity'))
 ORDER BY s.read_at DESC, s.id DESC LIMIT 1))
$body$""",
    r"""ALTER FUNCTION beacon_agreed(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION append_register(the_draw uuid, the_kind text, the_digest text) RETURNS public.draw_register
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  d public.draw;
  before public.draw_register;
  entry public.draw_register;
  seen text[];
  document bytea;
  spoken boolean;
  agreed jsonb;
  obstacle record;
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
  entry.time := public.register_time();
  spoken := entry.time COLLATE "C" >= d.beacon->>'time';
  agreed := public.beacon_agreed(d.id);
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
    -- After a void draw a beacon speaks, or others commit and the supervisor says why: else whoever withheld chose.
    IF d.beacon IS NULL AND EXISTS (SELECT 1 FROM public.draw_register r
                WHERE r.line = d.line AND r.seq = d.seq - 1 AND r.kind = 'void')
       AND (NOT EXISTS (SELECT 1 FROM public.draw_commitment c WHERE c.draw_id = d.id
                         AND c.tenant_id NOT IN (SELECT f.bureau_id FROM public.draw_committer f
                           JOIN public.draw b ON b.id = f.draw_id WHERE b.proof_digest = d.prev))
            OR NOT EXISTS (SELECT 1 FROM public.draw_commitment c WHERE c.draw_id = d.id
                            AND c.tenant_id <> d.tenant_id AND c.reason IS NOT NULL))
    THEN
      RAISE EXCEPTION 'draw register: after a void draw others commit, with the supervisor''s reason';
    END IF;
    SELECT o.what, o.number INTO obstacle FROM public.draw_obstacles(d.id) o LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION USING MESSAGE = 'draw register: above the line: ' || obstacle.what || ': ' || obstacle.number;
    END IF;
    -- The files of a closed draw are with the supervisor and one more, neither of whom has a list, and both signed for all.
    IF d.closed AND (
         (SELECT count(*) FROM public.draw_party h
           WHERE h.draw_id = d.id AND h.holds AND h.bureau_id <> d.tenant_id) < 2
         OR NOT EXISTS (
           SELECT 1 FROM public.draw_party h WHERE h.draw_id = d.id AND h.holds AND h.bureau_id <> d.tenant_id
              AND (h.bureau_id IN (SELECT public.supervisors_of(d.tenant_id))
                   OR NOT EXISTS (SELECT 1 FROM public.supervisors_of(d.tenant_id) s WHERE s <> d.tenant_id)))
         OR EXISTS (
           SELECT 1 FROM public.draw_party l
             JOIN public.draw_party h ON h.draw_id = l.draw_id AND h.holds
             LEFT JOIN public.draw_deposit e ON e.draw_id = l.draw_id AND e.tenant_id = l.bureau_id
            WHERE l.draw_id = d.id AND l.list_name IS NOT NULL AND NOT EXISTS (
              SELECT 1 FROM public.draw_receipt r WHERE r.draw_id = l.draw_id AND r.tenant_id = h.bureau_id
                 AND r.list_name = l.list_name AND r.digest = e.digest)))
    THEN
      RAISE EXCEPTION 'draw register: the closed pools are not with two holders who signed for them';
    END IF;
  ELSIF NOT (CASE the_kind
      WHEN 'texts' THEN seen = '{plan}'
      WHEN 'reveals' THEN d.beacon IS NOT NULL AND seen = '{plan,texts}' AND NOT spoken
      WHEN 'proof' THEN CASE WHEN d.beacon IS NULL THEN seen = '{plan,texts}'
        ELSE seen = '{plan,texts,reveals}' AND spoken AND agreed->>'value' IS NOT NULL END
      -- With a beacon: it did not speak, the reveals were not here before it did, or nobody settled a day later what it said.
      WHEN 'void' THEN CASE WHEN d.beacon IS NULL THEN seen = '{plan,texts}'
        WHEN seen = '{plan,texts}' THEN spoken
        ELSE seen = '{plan,texts,reveals}' AND spoken AND agreed->>'value' IS NULL
             AND (agreed IS NOT NULL OR entry.time::timestamptz >= (d.beacon->>'time')::timestamptz + interval '24 hours') END
      WHEN 'log' THEN 'proof' = ANY (seen)
      ELSE false END) THEN
    RAISE EXCEPTION USING MESSAGE = 'draw register: out of order: ' || the_kind;
  END IF;
  SELECT * INTO before FROM public.draw_register ORDER BY n DESC LIMIT 1;
  entry.n := coalesce(before.n, 0) + 1;
  entry.prev := coalesce(before.own, repeat('0', 64));
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
    r"""GRANT EXECUTE ON FUNCTION append_register(uuid, text, text) TO onedoor_bureau""",
    r"""ALTER FUNCTION append_register(uuid, text, text) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION renamed_codes() RETURNS TABLE (code text, stands text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE up AS (
  SELECT o.code, o.id FROM public.former_codes() o
  UNION
  SELECT e.code, m.survivor_id FROM public.entity_merge m JOIN public.entity e ON e.id = m.gone_id
   WHERE m.undone_at IS NULL
  UNION
  SELECT up.code, m.survivor_id FROM up JOIN public.entity_merge m ON m.gone_id = up.id AND m.undone_at IS NULL)
SELECT DISTINCT ON (up.code) up.code, e.code FROM up JOIN public.entity e ON e.id = up.id
 WHERE NOT EXISTS (SELECT FROM public.entity_merge m WHERE m.gone_id = up.id AND m.undone_at IS NULL)
 ORDER BY up.code, e.code
$body$""",
    r"""ALTER FUNCTION renamed_codes() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION pool_codes(file bytea) RETURNS SETOF text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $body$
SELECT split_part(split_part(line, E'\t', 1), ':', 1)
  FROM string_to_table(convert_from(file, 'UTF8'), E'\n') WITH ORDINALITY AS found (line, n)
 WHERE n > 1 AND line <> ''
$body$""",
    r"""GRANT EXECUTE ON FUNCTION pool_codes(bytea) TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION uncompared_deposits(the_draw uuid)
    RETURNS TABLE (own_id uuid, other_id uuid, other_draw_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT e.id, x.id, o.id
  FROM public.draw d
  JOIN public.draw_deposit e ON e.draw_id = d.id
  JOIN public.draw o ON o.tenant_id = d.tenant_id AND o.id <> d.id
   AND (o.state IN ('frozen', 'open', 'closed') OR o.state = 'void' AND o.plan_digest IS NOT NULL
        OR o.created_at > public.onedoor_now() - interval '12 months')
  JOIN public.draw_deposit x ON x.draw_id = o.id
 WHERE d.id = the_draw AND NOT EXISTS (
   SELECT 1 FROM public.draw_comparison c
    WHERE c.deposit_id = e.id AND c.other_id = x.id OR c.deposit_id = x.id AND c.other_id = e.id)
$body$""",
    r"""ALTER FUNCTION uncompared_deposits(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION draws_meet(one uuid, other uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT EXISTS (
  SELECT 1 FROM public.draw_comparison c
   WHERE c.meets AND (c.draw_id = one AND c.other_draw_id = other OR c.draw_id = other AND c.other_draw_id = one))
$body$""",
    r"""ALTER FUNCTION draws_meet(uuid, uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION compare_pools(the_draw uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  d public.draw;
  own public.draw_deposit;
BEGIN
  SELECT * INTO d FROM public.draw WHERE id = the_draw AND (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR EXISTS (
    SELECT 1 FROM public.draw_party p WHERE p.draw_id = the_draw AND p.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid));
  IF NOT FOUND THEN
    RAISE EXCEPTION 'draw comparison: no such draw of this bureau' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('onedoor.draw_comparison'), hashtext(d.tenant_id::text));
  FOR own IN SELECT * FROM public.draw_deposit e WHERE e.draw_id = d.id LOOP
    CONTINUE WHEN NOT EXISTS (SELECT 1 FROM public.uncompared_deposits(d.id) u WHERE u.own_id = own.id);
    INSERT INTO public.draw_comparison (tenant_id, draw_id, deposit_id, other_draw_id, other_id, meets, compared_at)
    WITH renamed AS MATERIALIZED (SELECT r.code, r.stands FROM public.renamed_codes() r),
    ours AS MATERIALIZED (
      SELECT DISTINCT coalesce(r.stands, c.code) AS code
        FROM (SELECT public.pool_codes(f.pool) AS code FROM public.draw_deposit_file f
               WHERE f.draw_id = d.id AND f.tenant_id = own.tenant_id) c
        LEFT JOIN renamed r ON r.code = c.code)
    SELECT d.tenant_id, d.id, own.id, u.other_draw_id, u.other_id, EXISTS (
             SELECT 1 FROM (SELECT public.pool_codes(f.pool) AS code) c LEFT JOIN renamed r ON r.code = c.code
              WHERE coalesce(r.stands, c.code) IN (SELECT o.code FROM ours o)), public.onedoor_now()
      FROM public.uncompared_deposits(d.id) u
      JOIN public.draw_deposit e ON e.id = u.other_id
      JOIN public.draw_deposit_file f ON f.draw_id = e.draw_id AND f.tenant_id = e.tenant_id
     WHERE u.own_id = own.id;
  END LOOP;
END
$body$""",
    r"""GRANT EXECUTE ON FUNCTION compare_pools(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION compare_pools(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION draw_obstacles(the_draw uuid) RETURNS TABLE (what text, id uuid, number text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH mine AS (SELECT * FROM public.draw WHERE draw.id = the_draw AND tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid),
owing AS (
  SELECT o.* FROM public.draw o JOIN mine d ON o.tenant_id = d.tenant_id AND o.id <> d.id
   WHERE o.state = 'void' AND o.plan_digest IS NOT NULL AND NOT EXISTS (
     SELECT 1 FROM public.draw x
      WHERE x.tenant_id = o.tenant_id AND x.state = 'drawn' AND x.opened_at >= o.ended_at
        AND (x.line = o.line OR x.plan_line = o.plan_line OR public.draws_meet(x.id, o.id)))
     AND d.beacon IS NULL
     AND (NOT EXISTS (SELECT 1 FROM public.draw_commitment c WHERE c.draw_id = d.id AND c.tenant_id NOT IN (
            SELECT f.bureau_id FROM public.draw_committer f WHERE f.draw_id = o.id))
          OR NOT EXISTS (SELECT 1 FROM public.draw_commitment c
                          WHERE c.draw_id = d.id AND c.tenant_id <> d.tenant_id AND c.reason IS NOT NULL)))
SELECT 'hanging', o.id, o.number FROM public.draw o JOIN mine d ON o.tenant_id = d.tenant_id AND o.id <> d.id
 WHERE o.state IN ('open', 'closed') AND public.draws_meet(d.id, o.id)
UNION ALL
SELECT 'owing', o.id, o.number FROM owing o CROSS JOIN mine d
 WHERE o.line = d.line OR o.plan_line = d.plan_line OR public.draws_meet(d.id, o.id)
UNION ALL
SELECT DISTINCT 'missing', o.id, o.number FROM mine d CROSS JOIN LATERAL public.uncompared_deposits(d.id) u
  JOIN public.draw o ON o.id = u.other_draw_id
 WHERE o.state IN ('open', 'closed') OR o.id IN (SELECT w.id FROM owing w)
$body$""",
    r"""GRANT EXECUTE ON FUNCTION draw_obstacles(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION draw_obstacles(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION draw_neighbours(the_draw uuid)
    RETURNS TABLE (id uuid, number text, title text, state text, created_at timestamptz, opened_at timestamptz,
                   ended_at timestamptz, void_reason text, kept_waiting text[], meets boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT o.id, o.number, o.title, o.state, o.created_at, o.opened_at, o.ended_at, o.void_reason, o.kept_waiting,
       public.draws_meet(d.id, o.id)
  FROM public.draw d JOIN public.draw o ON o.tenant_id = d.tenant_id AND o.id <> d.id
 WHERE d.id = the_draw
   AND (d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR EXISTS (
     SELECT 1 FROM public.draw_party p WHERE p.draw_id = d.id AND p.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid))
   AND o.created_at > public.onedoor_now() - interval '12 months'
   AND (public.draws_meet(d.id, o.id) OR o.line = d.line OR o.plan_line = d.plan_line)
 ORDER BY o.created_at DESC, o.id DESC
$body$""",
    r"""GRANT EXECUTE ON FUNCTION draw_neighbours(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION draw_neighbours(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION draw_board(the_draw uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
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
             'agrees', agreed.reading IS NOT NULL AND g.value IS NOT DISTINCT FROM agreed.reading->>'value',
             'value', CASE WHEN d.state = 'drawn' THEN g.value END)
             ORDER BY g.read_at)
      FROM public.draw_beacon_reading g JOIN public.bureau b ON b.id = g.tenant_id
     WHERE g.draw_id = d.id), '[]'),
  'withheld', CASE WHEN d.reveals_digest IS NOT NULL OR d.state = 'void' AND d.ended_at >= interval '5 minutes' + greatest(
    d.closed_at, (SELECT max(u.until) FROM public.draw_countdown u WHERE u.draw_id = d.id AND u.stage = 'reveals'))
        THEN coalesce((
    SELECT jsonb_agg(c.name ORDER BY c.position) FROM public.draw_committer c
     WHERE c.draw_id = d.id AND NOT EXISTS (
       SELECT 1 FROM public.draw_reveal v WHERE v.draw_id = d.id AND v.name = c.name)), '[]') ELSE '[]' END,
  'surprise', d.surprise, 'closed', d.closed, 'unit', d.unit, 'released_at', released.at, 'lead', (SELECT b.name
      FROM public.bureau b WHERE b.id = d.tenant_id), 'watchable', d.watchable,
  'opened_at', d.opened_at, 'closed_at', d.closed_at, 'ended_at', d.ended_at, 'void_reason', d.void_reason,
  'kept_waiting', to_jsonb(d.kept_waiting),
  'plan_digest', d.plan_digest, 'texts_digest', d.texts_digest,
  'reveals_digest', d.reveals_digest, 'proof_digest', d.proof_digest,
  'doors', d.doors, 'matters', d.matters, 'independent_doors', d.independent_doors::text,
  'lists', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
             'bureau', p.bureau_name, 'list', p.list_name, 'deposited_at', e.deposited_at,
             'digest', e.digest, 'root', e.root, 'n', e.n, 'reserve', e.reserve, 'mode', e.mode,
             'strata', CASE WHEN d.closed AND NOT taker.mine THEN (
               SELECT jsonb_agg(jsonb_build_object('stratum', s->'stratum', 'eligible', s->'eligible', 'quota', s->'quota')
                                ORDER BY s->>'stratum') FROM jsonb_array_elements(e.strata) AS s) ELSE e.strata END,
             'statuses', e.statuses, 'team', e.team, 'items', e.items, 'inspectors', e.inspectors,
             'recusals', e.recusals) || CASE WHEN NOT d.surprise OR released.at IS NOT NULL OR taker.mine THEN
               jsonb_build_object('scope', e.scope, 'scope_said', e.scope_said, 'narrowed', e.narrowed, 'narrowed_said',
                   e.narrowed_said, 'kept_in', e.kept_in)
               ELSE '{}' END ORDER BY p.position)
      FROM public.draw_party p
      LEFT JOIN public.draw_deposit e ON e.draw_id = d.id AND e.tenant_id = p.bureau_id
     WHERE p.draw_id = d.id AND p.list_name IS NOT NULL), '[]'),
  'holders', coalesce((
    SELECT jsonb_agg(jsonb_build_object('name', h.bureau_name, 'received_at', (
             SELECT max(r.received_at) FROM public.draw_receipt r
              WHERE r.draw_id = d.id AND r.tenant_id = h.bureau_id HAVING count(*) = (
                SELECT count(*) FROM public.draw_party l WHERE l.draw_id = d.id AND l.list_name IS NOT NULL)))
             ORDER BY h.position)
      FROM public.draw_party h WHERE h.draw_id = d.id AND h.holds), '[]'),
  'committers', (
    SELECT jsonb_agg(jsonb_build_object(
             'name', c.name, 'keeper', c.keeper, 'commit', m.digest, 'committed_at', m.made_at,
             'reason', m.reason, 'revealed_at', v.made_at,
             'nonce', CASE WHEN NOT d.surprise OR released.at IS NOT NULL OR taker.mine
                 THEN v.nonce END) ORDER BY c.position)
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
   SELECT d.tenant_id = CASE WHEN pg_has_role(session_user, 'onedoor_bureau', 'MEMBER') THEN nullif(current_setting('onedoor.tenant', true), '')::uuid END OR EXISTS (
     SELECT 1 FROM public.draw_party p WHERE p.draw_id = d.id AND p.bureau_id = CASE
         WHEN pg_has_role(session_user, 'onedoor_bureau', 'MEMBER') THEN nullif(current_setting('onedoor.tenant', true), '')::uuid END) AS mine) AS taker
 WHERE d.id = the_draw
   AND (d.tenant_id = CASE WHEN pg_has_role(session_user, 'onedoor_bureau', 'MEMBER') THEN nullif(current_setting('onedoor.tenant', true), '')::uuid END OR (d.watchable
       AND d.opened_at IS NOT NULL)
        OR EXISTS (SELECT 1 FROM public.draw_party p WHERE p.draw_id = d.id AND p.bureau_id = CASE
            WHEN pg_has_role(session_user, 'onedoor_bureau', 'MEMBER') THEN nullif(current_setting('onedoor.tenant', true), '')::uuid END))
$body$""",
    r"""GRANT EXECUTE ON FUNCTION draw_board(uuid) TO onedoor_bureau, onedoor_public""",
    r"""ALTER FUNCTION draw_board(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION draw_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state IN ('drawn', 'void') THEN
    RAISE EXCEPTION 'R-D7: no draw is changed or deleted after its end';
  END IF;
  IF (NEW.tenant_id, NEW.line, NEW.seq, NEW.number, NEW.campaign_id, NEW.hash, NEW.surprise, NEW.closed,
      NEW.beacon, NEW.reveals_due, NEW.unit, NEW.plan_line)
     IS DISTINCT FROM
     (OLD.tenant_id, OLD.line, OLD.seq, OLD.number, OLD.campaign_id, OLD.hash, OLD.surprise, OLD.closed,
      OLD.beacon, OLD.reveals_due, OLD.unit, OLD.plan_line)
     OR (OLD.reveals_digest IS NOT NULL AND NEW.reveals_digest IS DISTINCT FROM OLD.reveals_digest)
     OR (OLD.plan_digest IS NOT NULL AND NEW.plan_digest IS DISTINCT FROM OLD.plan_digest)
     OR (OLD.texts_digest IS NOT NULL AND NEW.texts_digest IS DISTINCT FROM OLD.texts_digest) THEN
    RAISE EXCEPTION 'R-D7: line, number and what was published of a draw stay';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE OR REPLACE FUNCTION draw_reveal_in_time() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.draw d WHERE d.id = NEW.draw_id AND d.state = 'closed') THEN
    RAISE EXCEPTION 'draw.md: nobody reveals before the texts are closed';
  END IF;
  IF EXISTS (SELECT 1 FROM public.draw_committer c WHERE c.draw_id = NEW.draw_id AND c.keeper = 'system'
                AND c.name <> NEW.name AND NOT EXISTS (
                  SELECT 1 FROM public.draw_reveal v WHERE v.draw_id = c.draw_id AND v.name = c.name)) THEN
    RAISE EXCEPTION 'draw.md: the platform reveals before anybody else';
  END IF;
  IF EXISTS (SELECT 1 FROM public.draw d WHERE d.id = NEW.draw_id AND d.reveals_digest IS NOT NULL) THEN
    RAISE EXCEPTION 'draw.md: nobody reveals once the reveals are registered';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""ALTER TABLE draw_comparison ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_comparison TO onedoor_definer""",
    r"""GRANT SELECT ON draw_comparison TO onedoor_bureau""",
    r"""GRANT SELECT ON draw_comparison TO onedoor_supervisor""",
    r"""CREATE POLICY draw_comparison_bureau_select_0 ON draw_comparison FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY draw_comparison_supervisor_select_1 ON draw_comparison FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
