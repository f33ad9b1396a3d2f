"""Draws: tables, indexes, functions, policies.

Drafted by `python -m migrations.draft 0007_draws 0006_plans draws`.
"""

from __future__ import annotations

from alembic import op

revision = "0007_draws"
down_revision = "0006_plans"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE draw (
    campaign_id UUID NOT NULL,
    about UUID[] DEFAULT '{}' NOT NULL,
    line TEXT NOT NULL,
    seq INTEGER NOT NULL,
    prev TEXT,
    number TEXT NOT NULL,
    title TEXT NOT NULL,
    reason TEXT,
    state TEXT DEFAULT 'frozen' NOT NULL,
    watchable BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    void_reason TEXT,
    plan_digest TEXT,
    texts_digest TEXT,
    proof_digest TEXT,
    doors INTEGER,
    matters INTEGER,
    independent_doors NUMERIC(14, 2),
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw PRIMARY KEY (id),
    CONSTRAINT uq_draw_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_draw_tenant_id_number UNIQUE (tenant_id, number),
    CONSTRAINT ck_draw_state CHECK (state IN ('frozen', 'open', 'closed', 'drawn', 'void')),
    CONSTRAINT ck_draw_line CHECK (line ~ '^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$'),
    CONSTRAINT ck_draw_another CHECK (seq = 1 OR (prev IS NOT NULL AND reason IS NOT NULL)),
    CONSTRAINT ck_draw_void CHECK (state <> 'void' OR void_reason IS NOT NULL),
    CONSTRAINT fk_draw_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_campaign_id ON draw (campaign_id)""",
    r"""CREATE INDEX ix_draw_created ON draw (created_at DESC, id DESC)""",
    r"""CREATE INDEX ix_draw_tenant_id ON draw (tenant_id)""",
    r"""CREATE UNIQUE INDEX uq_draw_line_going_on ON draw (line) WHERE state IN ('frozen', 'open', 'closed')""",
    r"""CREATE UNIQUE INDEX uq_draw_line_seq ON draw (line, seq) WHERE state <> 'void' OR plan_digest IS NOT NULL""",
    r"""CREATE TABLE draw_change (
    draw_id UUID NOT NULL,
    n INTEGER NOT NULL,
    kind TEXT NOT NULL,
    object_code TEXT NOT NULL,
    slot INTEGER,
    leaves TEXT,
    comes TEXT,
    reason TEXT NOT NULL,
    content BYTEA NOT NULL,
    digest TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_change PRIMARY KEY (id),
    CONSTRAINT fk_draw_change_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT uq_draw_change_draw_id_n UNIQUE (draw_id, n),
    CONSTRAINT ck_draw_change_kind CHECK (kind IN ('substitute', 'replace', 'fill')),
    CONSTRAINT fk_draw_change_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_change_tenant_id ON draw_change (tenant_id)""",
    r"""CREATE TABLE draw_committer (
    draw_id UUID NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    bureau_id UUID NOT NULL,
    keeper TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_committer PRIMARY KEY (id),
    CONSTRAINT fk_draw_committer_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT uq_draw_committer_draw_id_name UNIQUE (draw_id, name),
    CONSTRAINT uq_draw_committer_draw_id_position UNIQUE (draw_id, position),
    CONSTRAINT uq_draw_committer_draw_id_name_bureau_id UNIQUE (draw_id, name, bureau_id),
    CONSTRAINT ck_draw_committer_keeper CHECK (keeper IN ('system', 'browser')),
    CONSTRAINT fk_draw_committer_bureau_id FOREIGN KEY(bureau_id) REFERENCES bureau (id),
    CONSTRAINT fk_draw_committer_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_committer_bureau_id ON draw_committer (bureau_id)""",
    r"""CREATE INDEX ix_draw_committer_tenant_id ON draw_committer (tenant_id)""",
    r"""CREATE TABLE draw_document (
    draw_id UUID NOT NULL,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    content BYTEA,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_document PRIMARY KEY (id),
    CONSTRAINT fk_draw_document_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT uq_draw_document_draw_id_kind UNIQUE (draw_id, kind),
    CONSTRAINT ck_draw_document_kind CHECK (kind IN ('plan', 'roster', 'proof')),
    CONSTRAINT fk_draw_document_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_document_tenant_id ON draw_document (tenant_id)""",
    r"""CREATE TABLE draw_nonce (
    draw_id UUID NOT NULL,
    sealed BYTEA NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_nonce PRIMARY KEY (id),
    CONSTRAINT fk_draw_nonce_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT uq_draw_nonce_draw_id UNIQUE (draw_id),
    CONSTRAINT fk_draw_nonce_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_nonce_tenant_id ON draw_nonce (tenant_id)""",
    r"""CREATE TABLE draw_party (
    draw_id UUID NOT NULL,
    bureau_id UUID NOT NULL,
    bureau_code TEXT NOT NULL,
    bureau_name TEXT NOT NULL,
    list_name TEXT,
    position INTEGER NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_party PRIMARY KEY (id),
    CONSTRAINT fk_draw_party_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT uq_draw_party_draw_id_bureau_id UNIQUE (draw_id, bureau_id),
    CONSTRAINT uq_draw_party_draw_id_list_name UNIQUE (draw_id, list_name),
    CONSTRAINT fk_draw_party_bureau_id FOREIGN KEY(bureau_id) REFERENCES bureau (id),
    CONSTRAINT fk_draw_party_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_party_bureau_id ON draw_party (bureau_id)""",
    r"""CREATE INDEX ix_draw_party_tenant_id ON draw_party (tenant_id)""",
    r"""CREATE TABLE draw_register (
    n BIGINT NOT NULL,
    prev TEXT NOT NULL,
    time TEXT NOT NULL,
    line TEXT NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    own TEXT NOT NULL,
    draw_id UUID NOT NULL,
    CONSTRAINT pk_draw_register PRIMARY KEY (n),
    CONSTRAINT ck_draw_register_kind CHECK (kind IN ('plan', 'texts', 'reveals', 'proof', 'void', 'log')),
    CONSTRAINT uq_draw_register_own UNIQUE (own),
    CONSTRAINT fk_draw_register_draw_id FOREIGN KEY(draw_id) REFERENCES draw (id)
)""",
    r"""CREATE INDEX ix_draw_register_draw_id ON draw_register (draw_id)""",
    r"""CREATE UNIQUE INDEX uq_draw_register_once ON draw_register (line, seq, kind) WHERE kind <> 'log'""",
    r"""CREATE TABLE drawn_row (
    draw_id UUID NOT NULL,
    list_name TEXT NOT NULL,
    list_position INTEGER NOT NULL,
    stratum TEXT NOT NULL,
    part TEXT NOT NULL,
    position INTEGER NOT NULL,
    object_code TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_drawn_row PRIMARY KEY (id),
    CONSTRAINT fk_drawn_row_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT uq_drawn_row_draw_id_list_name_object_code UNIQUE (draw_id, list_name, object_code),
    CONSTRAINT uq_drawn_row_draw_id_list_name_stratum_part_position UNIQUE (draw_id, list_name, stratum, part, position),
    CONSTRAINT ck_drawn_row_part CHECK (part IN ('drawn', 'reserve')),
    CONSTRAINT fk_drawn_row_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_drawn_row_object_code ON drawn_row (object_code)""",
    r"""CREATE INDEX ix_drawn_row_tenant_id ON drawn_row (tenant_id)""",
    r"""CREATE TABLE team_slot (
    draw_id UUID NOT NULL,
    object_code TEXT NOT NULL,
    object_position INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    list_name TEXT NOT NULL,
    bureau_code TEXT NOT NULL,
    inspector TEXT,
    lead BOOLEAN NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_team_slot PRIMARY KEY (id),
    CONSTRAINT fk_team_slot_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT uq_team_slot_draw_id_object_code_slot UNIQUE (draw_id, object_code, slot),
    CONSTRAINT fk_team_slot_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_team_slot_tenant_id ON team_slot (tenant_id)""",
    r"""CREATE TABLE witness_invitation (
    draw_id UUID NOT NULL,
    who TEXT NOT NULL,
    token_digest TEXT NOT NULL,
    invited_at TIMESTAMP WITH TIME ZONE NOT NULL,
    invited_by TEXT NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_witness_invitation PRIMARY KEY (id),
    CONSTRAINT uq_witness_invitation_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_witness_invitation_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT uq_witness_invitation_draw_id_who UNIQUE (draw_id, who),
    CONSTRAINT uq_witness_invitation_id_draw_id_tenant_id UNIQUE (id, draw_id, tenant_id),
    CONSTRAINT uq_witness_invitation_token_digest UNIQUE (token_digest),
    CONSTRAINT fk_witness_invitation_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_witness_invitation_tenant_id ON witness_invitation (tenant_id)""",
    r"""CREATE TABLE draw_commitment (
    draw_id UUID NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_commitment PRIMARY KEY (id),
    CONSTRAINT uq_draw_commitment_draw_id_name_tenant_id UNIQUE (draw_id, name, tenant_id),
    CONSTRAINT uq_draw_commitment_digest UNIQUE (digest),
    CONSTRAINT fk_draw_commitment_draw_id_name_tenant_id FOREIGN KEY(draw_id, name, tenant_id) REFERENCES draw_committer (draw_id, name, bureau_id),
    CONSTRAINT ck_draw_commitment_digest CHECK (digest ~ '^[0-9a-f]{64}$'),
    CONSTRAINT fk_draw_commitment_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_commitment_tenant_id ON draw_commitment (tenant_id)""",
    r"""CREATE TABLE draw_deposit (
    draw_id UUID NOT NULL,
    list_name TEXT NOT NULL,
    digest TEXT NOT NULL,
    root TEXT NOT NULL,
    n INTEGER NOT NULL,
    reserve INTEGER NOT NULL,
    strata JSONB NOT NULL,
    statuses JSONB NOT NULL,
    team JSONB,
    items TEXT[] NOT NULL,
    inspectors INTEGER NOT NULL,
    recusals JSONB NOT NULL,
    deposited_at TIMESTAMP WITH TIME ZONE NOT NULL,
    deposited_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_deposit PRIMARY KEY (id),
    CONSTRAINT uq_draw_deposit_draw_id_list_name UNIQUE (draw_id, list_name),
    CONSTRAINT uq_draw_deposit_draw_id_tenant_id UNIQUE (draw_id, tenant_id),
    CONSTRAINT fk_draw_deposit_party FOREIGN KEY(draw_id, tenant_id) REFERENCES draw_party (draw_id, bureau_id),
    CONSTRAINT fk_draw_deposit_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_deposit_tenant_id ON draw_deposit (tenant_id)""",
    r"""CREATE TABLE witness_attempt (
    invitation_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    outcome TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_witness_attempt PRIMARY KEY (id),
    CONSTRAINT fk_witness_attempt_invitation_id_tenant_id FOREIGN KEY(invitation_id, tenant_id) REFERENCES witness_invitation (id, tenant_id),
    CONSTRAINT fk_witness_attempt_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_witness_attempt_invitation_id ON witness_attempt (invitation_id)""",
    r"""CREATE INDEX ix_witness_attempt_tenant_id ON witness_attempt (tenant_id)""",
    r"""CREATE TABLE witness_text (
    draw_id UUID NOT NULL,
    invitation_id UUID NOT NULL,
    position INTEGER NOT NULL,
    who TEXT NOT NULL,
    text TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_witness_text PRIMARY KEY (id),
    CONSTRAINT fk_witness_text_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT uq_witness_text_draw_id_position UNIQUE (draw_id, position),
    CONSTRAINT fk_witness_text_invitation_id_draw_id_tenant_id FOREIGN KEY(invitation_id, draw_id, tenant_id) REFERENCES witness_invitation (id, draw_id, tenant_id),
    CONSTRAINT uq_witness_text_invitation_id UNIQUE (invitation_id),
    CONSTRAINT fk_witness_text_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_witness_text_tenant_id ON witness_text (tenant_id)""",
    r"""CREATE TABLE draw_deposit_file (
    draw_id UUID NOT NULL,
    pool BYTEA,
    inspectors JSONB NOT NULL,
    recusals JSONB NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_deposit_file PRIMARY KEY (id),
    CONSTRAINT uq_draw_deposit_file_draw_id_tenant_id UNIQUE (draw_id, tenant_id),
    CONSTRAINT fk_draw_deposit_file_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw_deposit (draw_id, tenant_id),
    CONSTRAINT fk_draw_deposit_file_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_deposit_file_tenant_id ON draw_deposit_file (tenant_id)""",
    r"""CREATE TABLE draw_reveal (
    draw_id UUID NOT NULL,
    name TEXT NOT NULL,
    nonce TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_reveal PRIMARY KEY (id),
    CONSTRAINT uq_draw_reveal_draw_id_name UNIQUE (draw_id, name),
    CONSTRAINT fk_draw_reveal_draw_id_name_tenant_id FOREIGN KEY(draw_id, name, tenant_id) REFERENCES draw_commitment (draw_id, name, tenant_id),
    CONSTRAINT ck_draw_reveal_nonce CHECK (nonce ~ '^[0-9a-f]{64}$'),
    CONSTRAINT fk_draw_reveal_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_reveal_tenant_id ON draw_reveal (tenant_id)""",
    r"""CREATE OR REPLACE FUNCTION my_draws() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT p.draw_id FROM public.draw_party p WHERE p.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid
$body$""",
    r"""GRANT EXECUTE ON FUNCTION my_draws() TO onedoor_bureau""",
    r"""ALTER FUNCTION my_draws() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION draw_files(the_draw uuid) RETURNS TABLE (list_name text, pool bytea, inspectors jsonb, recusals jsonb) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT p.list_name, f.pool, f.inspectors, f.recusals
  FROM public.draw d
  JOIN public.draw_party p ON p.draw_id = d.id AND p.list_name IS NOT NULL
  JOIN public.draw_deposit_file f ON f.draw_id = d.id AND f.tenant_id = p.bureau_id
 WHERE d.id = the_draw AND d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid
   AND NOT EXISTS (SELECT 1 FROM public.draw_party q
                    WHERE q.draw_id = d.id AND q.list_name IS NOT NULL
                      AND NOT EXISTS (SELECT 1 FROM public.draw_deposit e
                                       WHERE e.draw_id = d.id AND e.tenant_id = q.bureau_id))
 ORDER BY p.position
$body$""",
    r"""GRANT EXECUTE ON FUNCTION draw_files(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION draw_files(uuid) OWNER TO onedoor_definer""",
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
    r"""GRANT EXECUTE ON FUNCTION append_register(uuid, text, text) TO onedoor_bureau""",
    r"""ALTER FUNCTION append_register(uuid, text, text) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION public_register(after bigint) RETURNS TABLE (n bigint, prev text, "time" text, line text, seq integer, kind text, digest text, own text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT r.n, r.prev, r.time, r.line, r.seq, r.kind, r.digest, r.own
  FROM public.draw_register r WHERE r.n > after ORDER BY r.n
$body$""",
    r"""GRANT EXECUTE ON FUNCTION public_register(bigint) TO onedoor_bureau, onedoor_public""",
    r"""ALTER FUNCTION public_register(bigint) OWNER TO onedoor_definer""",
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
             'revealed_at', v.made_at, 'nonce', v.nonce) ORDER BY c.position)
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
    r"""GRANT EXECUTE ON FUNCTION draw_board(uuid) TO onedoor_bureau, onedoor_public""",
    r"""ALTER FUNCTION draw_board(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION witness_view(the_token text) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT jsonb_build_object(
  'who', i.who, 'draw_id', d.id, 'number', d.number, 'title', d.title, 'line', d.line, 'seq', d.seq,
  'lead', b.name, 'state', d.state, 'watchable', d.watchable, 'expired', i.expires_at <= now(),
  'expires_at', i.expires_at, 'plan_digest', d.plan_digest, 'texts_digest', d.texts_digest,
  'proof_digest', d.proof_digest, 'text', t.text, 'position', t.position,
  'head', (SELECT jsonb_build_object('n', r.n, 'own', r.own, 'time', r.time)
             FROM public.draw_register r ORDER BY r.n DESC LIMIT 1))
  FROM public.witness_invitation i
  JOIN public.draw d ON d.id = i.draw_id
  JOIN public.bureau b ON b.id = d.tenant_id
  LEFT JOIN public.witness_text t ON t.invitation_id = i.id
 WHERE i.token_digest = encode(sha256(convert_to(the_token, 'UTF8')), 'hex')
$body$""",
    r"""GRANT EXECUTE ON FUNCTION witness_view(text) TO onedoor_public""",
    r"""ALTER FUNCTION witness_view(text) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION witness_say(the_token text, the_text text) RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  i public.witness_invitation;
  d public.draw;
  answer text;
BEGIN
  SELECT * INTO i FROM public.witness_invitation
   WHERE token_digest = encode(sha256(convert_to(the_token, 'UTF8')), 'hex');
  IF NOT FOUND THEN
    RETURN 'unknown';
  END IF;
  SELECT * INTO d FROM public.draw WHERE id = i.draw_id FOR UPDATE;
  answer := CASE
    WHEN i.expires_at <= now() THEN 'expired'
    WHEN (SELECT count(*) FROM public.witness_attempt a WHERE a.invitation_id = i.id) >= 20 THEN 'too often'
    WHEN d.state = 'frozen' THEN 'early'
    WHEN d.state <> 'open' THEN 'closed'
    WHEN EXISTS (SELECT 1 FROM public.witness_text t WHERE t.invitation_id = i.id) THEN 'spoken'
    WHEN the_text = '' OR char_length(the_text) > 200 OR the_text ~ E'[\u0001-\u001f\u007f-\u009f]'
         OR the_text IS NOT NFC NORMALIZED THEN 'unfit'
    ELSE 'taken' END;
  IF answer <> 'too often' THEN
    INSERT INTO public.witness_attempt (tenant_id, invitation_id, at, outcome)
    VALUES (i.tenant_id, i.id, now(), answer);
  END IF;
  IF answer = 'taken' THEN
    INSERT INTO public.witness_text (tenant_id, draw_id, invitation_id, position, who, text, at)
    SELECT i.tenant_id, d.id, i.id, count(*) + 1, i.who, the_text, now()
      FROM public.witness_text t WHERE t.draw_id = d.id;
  END IF;
  RETURN answer;
END
$body$""",
    r"""GRANT EXECUTE ON FUNCTION witness_say(text, text) TO onedoor_public""",
    r"""ALTER FUNCTION witness_say(text, text) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION draw_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state IN ('drawn', 'void') THEN
    RAISE EXCEPTION 'R-D7: no draw is changed or deleted after its end';
  END IF;
  IF (NEW.tenant_id, NEW.line, NEW.seq, NEW.number, NEW.campaign_id)
     IS DISTINCT FROM (OLD.tenant_id, OLD.line, OLD.seq, OLD.number, OLD.campaign_id)
     OR (OLD.plan_digest IS NOT NULL AND NEW.plan_digest IS DISTINCT FROM OLD.plan_digest)
     OR (OLD.texts_digest IS NOT NULL AND NEW.texts_digest IS DISTINCT FROM OLD.texts_digest) THEN
    RAISE EXCEPTION 'R-D7: line, number and what was published of a draw stay';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER draw_stays BEFORE UPDATE OR DELETE ON draw FOR EACH ROW EXECUTE FUNCTION draw_stays()""",
    r"""CREATE OR REPLACE FUNCTION draw_reveal_in_time() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.draw d WHERE d.id = NEW.draw_id AND d.state = 'closed') THEN
    RAISE EXCEPTION 'draw.md: nobody reveals before the texts are closed';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER draw_reveal_in_time BEFORE INSERT ON draw_reveal FOR EACH ROW EXECUTE FUNCTION draw_reveal_in_time()""",
    r"""CREATE OR REPLACE FUNCTION draw_commitment_in_time() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.draw d WHERE d.id = NEW.draw_id AND d.state = 'frozen') THEN
    RAISE EXCEPTION 'draw.md: nobody commits after the plan was published';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER draw_commitment_in_time BEFORE INSERT ON draw_commitment FOR EACH ROW EXECUTE FUNCTION draw_commitment_in_time()""",
    r"""CREATE OR REPLACE FUNCTION draw_deposit_in_time() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.draw d WHERE d.id = NEW.draw_id AND d.state = 'frozen') THEN
    RAISE EXCEPTION 'draw.md: no list is deposited after the plan was published';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER draw_deposit_in_time BEFORE INSERT ON draw_deposit FOR EACH ROW EXECUTE FUNCTION draw_deposit_in_time()""",
    r"""ALTER TABLE draw ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE draw FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw TO onedoor_definer""",
    r"""GRANT SELECT ON draw TO onedoor_bureau""",
    r"""CREATE POLICY draw_bureau_select_0 ON draw FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR opened_at IS NOT NULL OR id = ANY (ARRAY(SELECT my_draws())))""",
    r"""GRANT INSERT ON draw TO onedoor_bureau""",
    r"""CREATE POLICY draw_bureau_insert_1 ON draw FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT UPDATE ON draw TO onedoor_bureau""",
    r"""CREATE POLICY draw_bureau_update_2 ON draw FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND state IN ('frozen', 'open', 'closed')) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT SELECT ON draw TO onedoor_supervisor""",
    r"""CREATE POLICY draw_supervisor_select_3 ON draw FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE draw_change ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE draw_change FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_change TO onedoor_definer""",
    r"""GRANT SELECT ON draw_change TO onedoor_bureau""",
    r"""CREATE POLICY draw_change_bureau_select_0 ON draw_change FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""GRANT INSERT ON draw_change TO onedoor_bureau""",
    r"""CREATE POLICY draw_change_bureau_insert_1 ON draw_change FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT SELECT ON draw_change TO onedoor_supervisor""",
    r"""CREATE POLICY draw_change_supervisor_select_2 ON draw_change FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE draw_committer ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE draw_committer FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_committer TO onedoor_definer""",
    r"""GRANT SELECT ON draw_committer TO onedoor_bureau""",
    r"""CREATE POLICY draw_committer_bureau_select_0 ON draw_committer FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""GRANT INSERT ON draw_committer TO onedoor_bureau""",
    r"""CREATE POLICY draw_committer_bureau_insert_1 ON draw_committer FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))""",
    r"""GRANT SELECT ON draw_committer TO onedoor_supervisor""",
    r"""CREATE POLICY draw_committer_supervisor_select_2 ON draw_committer FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE draw_document ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE draw_document FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_document TO onedoor_definer""",
    r"""GRANT SELECT ON draw_document TO onedoor_bureau""",
    r"""CREATE POLICY draw_document_bureau_select_0 ON draw_document FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""GRANT INSERT ON draw_document TO onedoor_bureau""",
    r"""CREATE POLICY draw_document_bureau_insert_1 ON draw_document FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))""",
    r"""GRANT SELECT ON draw_document TO onedoor_supervisor""",
    r"""CREATE POLICY draw_document_supervisor_select_2 ON draw_document FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE draw_nonce ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE draw_nonce FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_nonce TO onedoor_definer""",
    r"""GRANT SELECT ON draw_nonce TO onedoor_bureau""",
    r"""CREATE POLICY draw_nonce_bureau_select_0 ON draw_nonce FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT INSERT ON draw_nonce TO onedoor_bureau""",
    r"""CREATE POLICY draw_nonce_bureau_insert_1 ON draw_nonce FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE draw_party ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE draw_party FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_party TO onedoor_definer""",
    r"""GRANT SELECT ON draw_party TO onedoor_bureau""",
    r"""CREATE POLICY draw_party_bureau_select_0 ON draw_party FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""GRANT INSERT ON draw_party TO onedoor_bureau""",
    r"""CREATE POLICY draw_party_bureau_insert_1 ON draw_party FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))""",
    r"""GRANT SELECT ON draw_party TO onedoor_supervisor""",
    r"""CREATE POLICY draw_party_supervisor_select_2 ON draw_party FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE draw_register ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE draw_register FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_register TO onedoor_definer""",
    r"""GRANT SELECT ON draw_register TO onedoor_bureau""",
    r"""CREATE POLICY draw_register_bureau_select_0 ON draw_register FOR SELECT TO onedoor_bureau USING (true)""",
    r"""GRANT SELECT ON draw_register TO onedoor_supervisor""",
    r"""CREATE POLICY draw_register_supervisor_select_1 ON draw_register FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""GRANT SELECT ON draw_register TO onedoor_operator""",
    r"""CREATE POLICY draw_register_operator_select_2 ON draw_register FOR SELECT TO onedoor_operator USING (true)""",
    r"""ALTER TABLE drawn_row ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE drawn_row FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON drawn_row TO onedoor_definer""",
    r"""GRANT SELECT ON drawn_row TO onedoor_bureau""",
    r"""CREATE POLICY drawn_row_bureau_select_0 ON drawn_row FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""GRANT INSERT ON drawn_row TO onedoor_bureau""",
    r"""CREATE POLICY drawn_row_bureau_insert_1 ON drawn_row FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))""",
    r"""GRANT SELECT ON drawn_row TO onedoor_supervisor""",
    r"""CREATE POLICY drawn_row_supervisor_select_2 ON drawn_row FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE team_slot ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE team_slot FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON team_slot TO onedoor_definer""",
    r"""GRANT SELECT ON team_slot TO onedoor_bureau""",
    r"""CREATE POLICY team_slot_bureau_select_0 ON team_slot FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""GRANT INSERT ON team_slot TO onedoor_bureau""",
    r"""CREATE POLICY team_slot_bureau_insert_1 ON team_slot FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))""",
    r"""GRANT SELECT ON team_slot TO onedoor_supervisor""",
    r"""CREATE POLICY team_slot_supervisor_select_2 ON team_slot FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE witness_invitation ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE witness_invitation FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON witness_invitation TO onedoor_definer""",
    r"""GRANT SELECT ON witness_invitation TO onedoor_bureau""",
    r"""CREATE POLICY witness_invitation_bureau_select_0 ON witness_invitation FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT INSERT ON witness_invitation TO onedoor_bureau""",
    r"""CREATE POLICY witness_invitation_bureau_insert_1 ON witness_invitation FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT SELECT ON witness_invitation TO onedoor_supervisor""",
    r"""CREATE POLICY witness_invitation_supervisor_select_2 ON witness_invitation FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE draw_commitment ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE draw_commitment FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_commitment TO onedoor_definer""",
    r"""GRANT SELECT ON draw_commitment TO onedoor_bureau""",
    r"""CREATE POLICY draw_commitment_bureau_select_0 ON draw_commitment FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""GRANT INSERT ON draw_commitment TO onedoor_bureau""",
    r"""CREATE POLICY draw_commitment_bureau_insert_1 ON draw_commitment FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))""",
    r"""GRANT SELECT ON draw_commitment TO onedoor_supervisor""",
    r"""CREATE POLICY draw_commitment_supervisor_select_2 ON draw_commitment FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE draw_deposit ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE draw_deposit FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_deposit TO onedoor_definer""",
    r"""GRANT SELECT ON draw_deposit TO onedoor_bureau""",
    r"""CREATE POLICY draw_deposit_bureau_select_0 ON draw_deposit FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR draw_id = ANY (ARRAY(SELECT my_draws())))""",
    r"""GRANT INSERT ON draw_deposit TO onedoor_bureau""",
    r"""CREATE POLICY draw_deposit_bureau_insert_1 ON draw_deposit FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT SELECT ON draw_deposit TO onedoor_supervisor""",
    r"""CREATE POLICY draw_deposit_supervisor_select_2 ON draw_deposit FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE witness_attempt ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE witness_attempt FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON witness_attempt TO onedoor_definer""",
    r"""GRANT SELECT ON witness_attempt TO onedoor_bureau""",
    r"""CREATE POLICY witness_attempt_bureau_select_0 ON witness_attempt FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT SELECT ON witness_attempt TO onedoor_supervisor""",
    r"""CREATE POLICY witness_attempt_supervisor_select_1 ON witness_attempt FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE witness_text ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE witness_text FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON witness_text TO onedoor_definer""",
    r"""GRANT SELECT ON witness_text TO onedoor_bureau""",
    r"""CREATE POLICY witness_text_bureau_select_0 ON witness_text FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""GRANT SELECT ON witness_text TO onedoor_supervisor""",
    r"""CREATE POLICY witness_text_supervisor_select_1 ON witness_text FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE draw_deposit_file ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE draw_deposit_file FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_deposit_file TO onedoor_definer""",
    r"""GRANT SELECT ON draw_deposit_file TO onedoor_bureau""",
    r"""CREATE POLICY draw_deposit_file_bureau_select_0 ON draw_deposit_file FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT INSERT ON draw_deposit_file TO onedoor_bureau""",
    r"""CREATE POLICY draw_deposit_file_bureau_insert_1 ON draw_deposit_file FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT SELECT ON draw_deposit_file TO onedoor_supervisor""",
    r"""CREATE POLICY draw_deposit_file_supervisor_select_2 ON draw_deposit_file FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE draw_reveal ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE draw_reveal FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_reveal TO onedoor_definer""",
    r"""GRANT SELECT ON draw_reveal TO onedoor_bureau""",
    r"""CREATE POLICY draw_reveal_bureau_select_0 ON draw_reveal FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""GRANT INSERT ON draw_reveal TO onedoor_bureau""",
    r"""CREATE POLICY draw_reveal_bureau_insert_1 ON draw_reveal FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))""",
    r"""GRANT SELECT ON draw_reveal TO onedoor_supervisor""",
    r"""CREATE POLICY draw_reveal_supervisor_select_2 ON draw_reveal FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
)


def upgrade() -> None:
    """Create the room's part of the database."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
