"""A draw may name a beacon and choose its hash; one person acts for one party of a draw, by whichever account (R-T5)."""

from __future__ import annotations

from alembic import op

revision = "0030_beacons"
down_revision = "0029_no_locks"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE draw ADD COLUMN hash TEXT DEFAULT 'sha256' NOT NULL",
    "ALTER TABLE draw ADD COLUMN beacon JSONB",
    "ALTER TABLE draw ADD COLUMN reveals_due TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE draw ADD COLUMN reveals_digest TEXT",
    "ALTER TABLE draw_commitment ADD COLUMN account_id UUID",
    "ALTER TABLE draw_commitment ADD COLUMN account_for UUID",
    "ALTER TABLE draw_reveal ADD COLUMN account_id UUID",
    "ALTER TABLE draw_reveal ADD COLUMN account_for UUID",
    r"""CREATE TABLE draw_beacon_reading (
    draw_id UUID NOT NULL,
    value TEXT,
    source TEXT NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE NOT NULL,
    read_by TEXT NOT NULL,
    account_id UUID,
    account_for UUID,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_beacon_reading PRIMARY KEY (id),
    CONSTRAINT fk_draw_beacon_reading_party FOREIGN KEY(draw_id, tenant_id) REFERENCES draw_party (draw_id, bureau_id),
    CONSTRAINT fk_draw_beacon_reading_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_draw_beacon_reading_draw_id ON draw_beacon_reading (draw_id)",
    "CREATE INDEX ix_draw_beacon_reading_tenant_id ON draw_beacon_reading (tenant_id)",
    r"""CREATE OR REPLACE FUNCTION register_time() RETURNS text LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT greatest(
  to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  (SELECT r.time FROM public.draw_register r ORDER BY r.n DESC LIMIT 1) COLLATE "C")
$body$""",
    "GRANT EXECUTE ON FUNCTION register_time() TO onedoor_bureau",
    "ALTER FUNCTION register_time() OWNER TO onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION beacon_agreed(the_draw uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT jsonb_build_object('value', lead.value)
  FROM public.draw d
  JOIN public.draw_beacon_reading lead ON lead.draw_id = d.id AND lead.tenant_id = d.tenant_id
  JOIN public.draw_beacon_reading other ON other.draw_id = d.id AND other.tenant_id <> d.tenant_id
   AND other.value IS NOT DISTINCT FROM lead.value
 WHERE d.id = the_draw
 ORDER BY lead.value IS NULL, greatest(lead.read_at, other.read_at) LIMIT 1
$body$""",
    "ALTER FUNCTION beacon_agreed(uuid) OWNER TO onedoor_definer",
    "ALTER TABLE draw_beacon_reading ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE draw_beacon_reading FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON draw_beacon_reading TO onedoor_definer",
    "GRANT SELECT ON draw_beacon_reading TO onedoor_bureau",
    "CREATE POLICY draw_beacon_reading_bureau_select_0 ON draw_beacon_reading FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))",
    "GRANT INSERT ON draw_beacon_reading TO onedoor_bureau",
    "CREATE POLICY draw_beacon_reading_bureau_insert_1 ON draw_beacon_reading FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))",
    "GRANT SELECT ON draw_beacon_reading TO onedoor_supervisor",
    "CREATE POLICY draw_beacon_reading_supervisor_select_2 ON draw_beacon_reading FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))",
    r"""CREATE OR REPLACE FUNCTION draw_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state IN ('drawn', 'void') THEN
    RAISE EXCEPTION 'R-D7: no draw is changed or deleted after its end';
  END IF;
  IF (NEW.tenant_id, NEW.line, NEW.seq, NEW.number, NEW.campaign_id, NEW.hash, NEW.beacon, NEW.reveals_due)
     IS DISTINCT FROM
     (OLD.tenant_id, OLD.line, OLD.seq, OLD.number, OLD.campaign_id, OLD.hash, OLD.beacon, OLD.reveals_due)
     OR (OLD.reveals_digest IS NOT NULL AND NEW.reveals_digest IS DISTINCT FROM OLD.reveals_digest)
     OR (OLD.plan_digest IS NOT NULL AND NEW.plan_digest IS DISTINCT FROM OLD.plan_digest)
     OR (OLD.texts_digest IS NOT NULL AND NEW.texts_digest IS DISTINCT FROM OLD.texts_digest) THEN
    RAISE EXCEPTION 'R-D7: line, number and what was published of a draw stay';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE OR REPLACE FUNCTION draw_reveal_in_time() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.draw d WHERE d.id = NEW.draw_id AND d.state = 'closed') THEN
    RAISE EXCEPTION 'draw.md: nobody reveals before the texts are closed';
  END IF;
  IF EXISTS (SELECT 1 FROM public.draw d WHERE d.id = NEW.draw_id AND d.reveals_digest IS NOT NULL) THEN
    RAISE EXCEPTION 'draw.md: nobody reveals once the reveals are registered';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE OR REPLACE FUNCTION draw_commitment_of_one_party() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  NEW.account_id := nullif(current_setting('onedoor.actor', true), '')::uuid;
  IF NEW.account_for IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM public.stand_in s
     WHERE s.tenant_id = NEW.tenant_id AND s.agent_id = NEW.account_id
       AND s.principal_id = NEW.account_for AND s.ended_at IS NULL)
  THEN
    RAISE EXCEPTION 'nobody acts for somebody who did not ask them (R-T5)'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF EXISTS (
    SELECT 1 FROM (
      SELECT c.account_id, c.account_for FROM public.draw_commitment c
       WHERE c.draw_id = NEW.draw_id AND c.tenant_id <> NEW.tenant_id
      UNION ALL SELECT v.account_id, v.account_for FROM public.draw_reveal v
       WHERE v.draw_id = NEW.draw_id AND v.tenant_id <> NEW.tenant_id
      UNION ALL SELECT g.account_id, g.account_for FROM public.draw_beacon_reading g
       WHERE g.draw_id = NEW.draw_id AND g.tenant_id <> NEW.tenant_id
    ) AS o, unnest(ARRAY[o.account_id, o.account_for]) AS other (id),
            unnest(ARRAY[NEW.account_id, NEW.account_for]) AS said (id)
     WHERE public.same_person(other.id, said.id))
  THEN
    RAISE EXCEPTION 'nobody acts for two parties of a draw (R-T5)' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    "CREATE TRIGGER draw_commitment_of_one_party BEFORE INSERT ON draw_commitment FOR EACH ROW EXECUTE FUNCTION draw_commitment_of_one_party()",
    r"""CREATE OR REPLACE FUNCTION draw_reveal_of_one_party() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  NEW.account_id := nullif(current_setting('onedoor.actor', true), '')::uuid;
  IF NEW.account_for IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM public.stand_in s
     WHERE s.tenant_id = NEW.tenant_id AND s.agent_id = NEW.account_id
       AND s.principal_id = NEW.account_for AND s.ended_at IS NULL)
  THEN
    RAISE EXCEPTION 'nobody acts for somebody who did not ask them (R-T5)'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF EXISTS (
    SELECT 1 FROM (
      SELECT c.account_id, c.account_for FROM public.draw_commitment c
       WHERE c.draw_id = NEW.draw_id AND c.tenant_id <> NEW.tenant_id
      UNION ALL SELECT v.account_id, v.account_for FROM public.draw_reveal v
       WHERE v.draw_id = NEW.draw_id AND v.tenant_id <> NEW.tenant_id
      UNION ALL SELECT g.account_id, g.account_for FROM public.draw_beacon_reading g
       WHERE g.draw_id = NEW.draw_id AND g.tenant_id <> NEW.tenant_id
    ) AS o, unnest(ARRAY[o.account_id, o.account_for]) AS other (id),
            unnest(ARRAY[NEW.account_id, NEW.account_for]) AS said (id)
     WHERE public.same_person(other.id, said.id))
  THEN
    RAISE EXCEPTION 'nobody acts for two parties of a draw (R-T5)' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    "CREATE TRIGGER draw_reveal_of_one_party BEFORE INSERT ON draw_reveal FOR EACH ROW EXECUTE FUNCTION draw_reveal_of_one_party()",
    r"""CREATE OR REPLACE FUNCTION draw_beacon_reading_of_one_party() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  NEW.account_id := nullif(current_setting('onedoor.actor', true), '')::uuid;
  IF NEW.account_for IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM public.stand_in s
     WHERE s.tenant_id = NEW.tenant_id AND s.agent_id = NEW.account_id
       AND s.principal_id = NEW.account_for AND s.ended_at IS NULL)
  THEN
    RAISE EXCEPTION 'nobody acts for somebody who did not ask them (R-T5)'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF EXISTS (
    SELECT 1 FROM (
      SELECT c.account_id, c.account_for FROM public.draw_commitment c
       WHERE c.draw_id = NEW.draw_id AND c.tenant_id <> NEW.tenant_id
      UNION ALL SELECT v.account_id, v.account_for FROM public.draw_reveal v
       WHERE v.draw_id = NEW.draw_id AND v.tenant_id <> NEW.tenant_id
      UNION ALL SELECT g.account_id, g.account_for FROM public.draw_beacon_reading g
       WHERE g.draw_id = NEW.draw_id AND g.tenant_id <> NEW.tenant_id
    ) AS o, unnest(ARRAY[o.account_id, o.account_for]) AS other (id),
            unnest(ARRAY[NEW.account_id, NEW.account_for]) AS said (id)
     WHERE public.same_person(other.id, said.id))
  THEN
    RAISE EXCEPTION 'nobody acts for two parties of a draw (R-T5)' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    "CREATE TRIGGER draw_beacon_reading_of_one_party BEFORE INSERT ON draw_beacon_reading FOR EACH ROW EXECUTE FUNCTION draw_beacon_reading_of_one_party()",
    r"""CREATE OR REPLACE FUNCTION draw_beacon_reading_in_time() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM public.draw d WHERE d.id = NEW.draw_id AND d.state = 'closed'
       AND d.reveals_digest IS NOT NULL
       AND public.register_time() COLLATE "C" >= d.beacon->>'time')
  THEN
    RAISE EXCEPTION 'draw.md: nobody reads the beacon before it spoke, or before the reveals are registered';
  END IF;
  RETURN NEW;
END
$body$""",
    "CREATE TRIGGER draw_beacon_reading_in_time BEFORE INSERT ON draw_beacon_reading FOR EACH ROW EXECUTE FUNCTION draw_beacon_reading_in_time()",
    "SET LOCAL ROLE onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION append_register(the_draw uuid, the_kind text, the_digest text) RETURNS public.draw_register LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  d public.draw;
  before public.draw_register;
  entry public.draw_register;
  seen text[];
  document bytea;
  spoken boolean;
  agreed jsonb;
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
  ELSIF NOT (CASE the_kind
      WHEN 'texts' THEN seen = '{plan}'
      WHEN 'reveals' THEN d.beacon IS NOT NULL AND seen = '{plan,texts}' AND NOT spoken
      WHEN 'proof' THEN CASE WHEN d.beacon IS NULL THEN seen = '{plan,texts}'
        ELSE seen = '{plan,texts,reveals}' AND spoken AND agreed->>'value' IS NOT NULL END
      -- With a beacon: it did not speak, or the reveals were not here before it did.
      WHEN 'void' THEN CASE WHEN d.beacon IS NULL THEN seen = '{plan,texts}'
        WHEN seen = '{plan,texts}' THEN spoken
        ELSE seen = '{plan,texts,reveals}' AND spoken AND agreed->>'value' IS NULL AND agreed IS NOT NULL END
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
  'lead', (SELECT b.name FROM public.bureau b WHERE b.id = d.tenant_id), 'watchable', d.watchable,
  'opened_at', d.opened_at, 'closed_at', d.closed_at, 'ended_at', d.ended_at, 'void_reason', d.void_reason,
  'plan_digest', d.plan_digest, 'texts_digest', d.texts_digest,
  'reveals_digest', d.reveals_digest, 'proof_digest', d.proof_digest,
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
  FROM public.draw d CROSS JOIN LATERAL (SELECT public.beacon_agreed(d.id) AS reading) AS agreed
 WHERE d.id = the_draw
   AND (d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR (d.watchable AND d.opened_at IS NOT NULL)
        OR EXISTS (SELECT 1 FROM public.draw_party p WHERE p.draw_id = d.id AND p.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid))
$body$""",
    "RESET ROLE",
)


def upgrade() -> None:
    """Add the columns, which old rows leave as they were, the readings and what guards them."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
