"""Draws: tables, indexes, functions, policies, first rows.

Drafted by `python -m migrations.draft all`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0211_draws"
down_revision = "0210_plans"

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
    hash TEXT DEFAULT 'sha256' NOT NULL,
    surprise BOOLEAN DEFAULT false NOT NULL,
    closed BOOLEAN DEFAULT false NOT NULL,
    unit TEXT DEFAULT 'entity' NOT NULL,
    beacon JSONB,
    reveals_due TIMESTAMP WITH TIME ZONE,
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
    reveals_digest TEXT,
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
    CONSTRAINT ck_draw_unit CHECK (unit IN ('entity', 'place')),
    CONSTRAINT fk_draw_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_campaign_id ON draw (campaign_id)""",
    r"""CREATE INDEX ix_draw_created ON draw (created_at DESC, id DESC)""",
    r"""CREATE INDEX ix_draw_tenant_id ON draw (tenant_id)""",
    r"""CREATE UNIQUE INDEX uq_draw_line_going_on ON draw (line) WHERE state IN ('frozen', 'open', 'closed')""",
    r"""CREATE UNIQUE INDEX uq_draw_line_seq ON draw (line, seq) WHERE state <> 'void' OR plan_digest IS NOT NULL""",
    r"""CREATE TABLE draw_call_off (
    draw_id UUID NOT NULL,
    object_code TEXT NOT NULL,
    lists TEXT[] DEFAULT '{}' NOT NULL,
    reason TEXT NOT NULL,
    reason_said JSONB,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_call_off PRIMARY KEY (id),
    CONSTRAINT fk_draw_call_off_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT fk_draw_call_off_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_call_off_draw_id ON draw_call_off (draw_id)""",
    r"""CREATE INDEX ix_draw_call_off_tenant_id ON draw_call_off (tenant_id)""",
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
    r"""CREATE TABLE draw_countdown (
    draw_id UUID NOT NULL,
    stage TEXT NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    set_at TIMESTAMP WITH TIME ZONE NOT NULL,
    set_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_countdown PRIMARY KEY (id),
    CONSTRAINT fk_draw_countdown_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT ck_draw_countdown_stage CHECK (stage IN ('texts', 'reveals')),
    CONSTRAINT fk_draw_countdown_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_countdown_draw_id ON draw_countdown (draw_id)""",
    r"""CREATE INDEX ix_draw_countdown_tenant_id ON draw_countdown (tenant_id)""",
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
    CONSTRAINT ck_draw_document_kind CHECK (kind IN ('plan', 'roster', 'proof', 'public')),
    CONSTRAINT fk_draw_document_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_document_tenant_id ON draw_document (tenant_id)""",
    r"""CREATE TABLE draw_lot (
    draw_id UUID NOT NULL,
    list_name TEXT NOT NULL,
    object_code TEXT NOT NULL,
    content BYTEA NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_lot PRIMARY KEY (id),
    CONSTRAINT fk_draw_lot_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT uq_draw_lot_draw_id_object_code_list_name UNIQUE (draw_id, object_code, list_name),
    CONSTRAINT fk_draw_lot_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_lot_tenant_id ON draw_lot (tenant_id)""",
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
    holds BOOLEAN DEFAULT false NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_party PRIMARY KEY (id),
    CONSTRAINT fk_draw_party_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT uq_draw_party_draw_id_bureau_id UNIQUE (draw_id, bureau_id),
    CONSTRAINT uq_draw_party_draw_id_list_name UNIQUE (draw_id, list_name),
    CONSTRAINT ck_draw_party_holds CHECK (NOT holds OR list_name IS NULL),
    CONSTRAINT fk_draw_party_bureau_id FOREIGN KEY(bureau_id) REFERENCES bureau (id),
    CONSTRAINT fk_draw_party_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_party_bureau_id ON draw_party (bureau_id)""",
    r"""CREATE INDEX ix_draw_party_tenant_id ON draw_party (tenant_id)""",
    r"""CREATE TABLE draw_plea (
    draw_id UUID NOT NULL,
    object_code TEXT NOT NULL,
    slot INTEGER NOT NULL,
    number INTEGER NOT NULL,
    reason TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    asked_by TEXT NOT NULL,
    account_id UUID,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_plea PRIMARY KEY (id),
    CONSTRAINT fk_draw_plea_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT uq_draw_plea_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_draw_plea_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_plea_draw_id ON draw_plea (draw_id)""",
    r"""CREATE INDEX ix_draw_plea_tenant_id ON draw_plea (tenant_id)""",
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
    r"""CREATE INDEX ix_draw_release_tenant_id ON draw_release (tenant_id)""",
    r"""CREATE TABLE draw_secret (
    draw_id UUID NOT NULL,
    sealed BYTEA NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_secret PRIMARY KEY (id),
    CONSTRAINT fk_draw_secret_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT uq_draw_secret_draw_id UNIQUE (draw_id),
    CONSTRAINT fk_draw_secret_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_secret_tenant_id ON draw_secret (tenant_id)""",
    r"""CREATE TABLE drawn_part (
    draw_id UUID NOT NULL,
    list_name TEXT NOT NULL,
    list_position INTEGER NOT NULL,
    stratum TEXT NOT NULL,
    part TEXT NOT NULL,
    codes TEXT[] NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_drawn_part PRIMARY KEY (id),
    CONSTRAINT fk_drawn_part_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT uq_drawn_part_draw_id_list_name_stratum_part UNIQUE (draw_id, list_name, stratum, part),
    CONSTRAINT ck_drawn_part_part CHECK (part IN ('drawn', 'reserve')),
    CONSTRAINT fk_drawn_part_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_drawn_part_tenant_id ON drawn_part (tenant_id)""",
    r"""CREATE TABLE team_slot (
    tenant_id UUID NOT NULL,
    draw_id UUID NOT NULL,
    object_code TEXT NOT NULL,
    object_position INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    list_name TEXT NOT NULL,
    bureau_code TEXT NOT NULL,
    inspector TEXT,
    lead BOOLEAN NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_team_slot PRIMARY KEY (id),
    CONSTRAINT fk_team_slot_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT uq_team_slot_draw_id_object_code_slot UNIQUE (draw_id, object_code, slot)
)""",
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
    r"""CREATE INDEX ix_draw_beacon_reading_draw_id ON draw_beacon_reading (draw_id)""",
    r"""CREATE INDEX ix_draw_beacon_reading_tenant_id ON draw_beacon_reading (tenant_id)""",
    r"""CREATE TABLE draw_commitment (
    draw_id UUID NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by TEXT NOT NULL,
    reason TEXT,
    account_id UUID,
    account_for UUID,
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
    r"""CREATE TABLE draw_consent (
    plea_id UUID NOT NULL,
    draw_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    agreed BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    given_by TEXT NOT NULL,
    account_id UUID,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_consent PRIMARY KEY (id),
    CONSTRAINT fk_draw_consent_plea_id_lead_id FOREIGN KEY(plea_id, lead_id) REFERENCES draw_plea (id, tenant_id),
    CONSTRAINT ck_draw_consent_refused_why CHECK (agreed OR reason <> ''),
    CONSTRAINT uq_draw_consent_plea_id UNIQUE (plea_id),
    CONSTRAINT fk_draw_consent_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_consent_draw_id ON draw_consent (draw_id)""",
    r"""CREATE INDEX ix_draw_consent_tenant_id ON draw_consent (tenant_id)""",
    r"""CREATE TABLE draw_deposit (
    draw_id UUID NOT NULL,
    list_name TEXT NOT NULL,
    digest TEXT NOT NULL,
    root TEXT NOT NULL,
    n INTEGER NOT NULL,
    reserve INTEGER NOT NULL,
    mode TEXT DEFAULT 'uniform' NOT NULL,
    strata JSONB NOT NULL,
    statuses JSONB NOT NULL,
    team JSONB,
    items TEXT[] NOT NULL,
    numbered BOOLEAN,
    inspectors INTEGER NOT NULL,
    recusals JSONB NOT NULL,
    scope TEXT,
    scope_said JSONB,
    narrowed TEXT,
    narrowed_said JSONB,
    kept_in JSONB DEFAULT '{}' NOT NULL,
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
    r"""CREATE TABLE draw_receipt (
    draw_id UUID NOT NULL,
    list_name TEXT NOT NULL,
    digest TEXT NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    received_by TEXT NOT NULL,
    account_id UUID,
    account_for UUID,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_receipt PRIMARY KEY (id),
    CONSTRAINT uq_draw_receipt_draw_id_tenant_id_list_name UNIQUE (draw_id, tenant_id, list_name),
    CONSTRAINT fk_draw_receipt_party FOREIGN KEY(draw_id, tenant_id) REFERENCES draw_party (draw_id, bureau_id),
    CONSTRAINT ck_draw_receipt_digest CHECK (digest ~ '^[0-9a-f]{64}$'),
    CONSTRAINT fk_draw_receipt_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_receipt_tenant_id ON draw_receipt (tenant_id)""",
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
    CONSTRAINT fk_draw_deposit_file_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw_deposit (draw_id, tenant_id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_draw_deposit_file_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""ALTER TABLE draw_deposit_file ALTER COLUMN pool SET STORAGE EXTERNAL""",
    r"""CREATE INDEX ix_draw_deposit_file_tenant_id ON draw_deposit_file (tenant_id)""",
    r"""CREATE TABLE draw_reveal (
    draw_id UUID NOT NULL,
    name TEXT NOT NULL,
    nonce TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by TEXT NOT NULL,
    account_id UUID,
    account_for UUID,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_reveal PRIMARY KEY (id),
    CONSTRAINT uq_draw_reveal_draw_id_name UNIQUE (draw_id, name),
    CONSTRAINT fk_draw_reveal_draw_id_name_tenant_id FOREIGN KEY(draw_id, name, tenant_id) REFERENCES draw_commitment (draw_id, name, tenant_id),
    CONSTRAINT ck_draw_reveal_nonce CHECK (nonce ~ '^[0-9a-f]{64}$'),
    CONSTRAINT fk_draw_reveal_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_reveal_tenant_id ON draw_reveal (tenant_id)""",
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
    r"""GRANT EXECUTE ON FUNCTION append_register(uuid, text, text) TO onedoor_bureau""",
    r"""ALTER FUNCTION append_register(uuid, text, text) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION beacon_agreed(the_draw uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT jsonb_build_object('value', lead.value)
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
 ORDER BY other.id IS DISTINCT FROM newest.id, lead.value IS NULL, greatest(lead.read_at, other.read_at) LIMIT 1
$body$""",
    r"""ALTER FUNCTION beacon_agreed(uuid) OWNER TO onedoor_definer""",
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
    r"""CREATE OR REPLACE FUNCTION draw_files(the_draw uuid)
    RETURNS TABLE (list_name text, pool bytea, inspectors jsonb, recusals jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
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
    r"""CREATE OR REPLACE FUNCTION draw_held(the_draw uuid) RETURNS TABLE (list_name text, digest text, pool bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT p.list_name, e.digest, f.pool
  FROM public.draw d
  JOIN public.draw_party h ON h.draw_id = d.id AND h.holds AND h.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid
  JOIN public.draw_party p ON p.draw_id = d.id AND p.list_name IS NOT NULL
  JOIN public.draw_deposit e ON e.draw_id = d.id AND e.tenant_id = p.bureau_id
  JOIN public.draw_deposit_file f ON f.draw_id = d.id AND f.tenant_id = p.bureau_id
 WHERE d.id = the_draw AND d.closed
 ORDER BY p.position
$body$""",
    r"""GRANT EXECUTE ON FUNCTION draw_held(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION draw_held(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION draw_moment(the_draw uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
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
    r"""GRANT EXECUTE ON FUNCTION draw_moment(uuid) TO onedoor_bureau, onedoor_public""",
    r"""ALTER FUNCTION draw_moment(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_draw_nonce_sealed() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.sealed, 0), count(*) FROM public.draw_nonce t
 WHERE t.sealed IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_draw_nonce_sealed() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_draw_nonce_sealed() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_draw_secret_sealed() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.sealed, 0), count(*) FROM public.draw_secret t
 WHERE t.sealed IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_draw_secret_sealed() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_draw_secret_sealed() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION my_draws() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT p.draw_id FROM public.draw_party p WHERE p.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid
$body$""",
    r"""GRANT EXECUTE ON FUNCTION my_draws() TO onedoor_bureau""",
    r"""ALTER FUNCTION my_draws() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION public_register(after bigint)
    RETURNS TABLE (n bigint, prev text, "time" text, line text, seq integer, kind text, digest text, own text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT r.n, r.prev, r.time, r.line, r.seq, r.kind, r.digest, r.own
  FROM public.draw_register r WHERE r.n > after ORDER BY r.n
$body$""",
    r"""GRANT EXECUTE ON FUNCTION public_register(bigint) TO onedoor_bureau, onedoor_public""",
    r"""ALTER FUNCTION public_register(bigint) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION register_time() RETURNS text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT greatest(
  to_char((public.onedoor_now() + (clock_timestamp() - now())) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  (SELECT r.time FROM public.draw_register r ORDER BY r.n DESC LIMIT 1) COLLATE "C")
$body$""",
    r"""GRANT EXECUTE ON FUNCTION register_time() TO onedoor_bureau""",
    r"""ALTER FUNCTION register_time() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_draw_nonce_sealed(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.draw_nonce t SET sealed = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.sealed = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_draw_nonce_sealed(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_draw_nonce_sealed(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_draw_secret_sealed(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.draw_secret t SET sealed = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.sealed = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_draw_secret_sealed(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_draw_secret_sealed(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_draw_nonce_sealed(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.sealed FROM public.draw_nonce t
 WHERE t.sealed IS NOT NULL AND t.id > after AND (get_byte(t.sealed, 0) <> writes)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_draw_nonce_sealed(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_draw_nonce_sealed(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_draw_secret_sealed(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.sealed FROM public.draw_secret t
 WHERE t.sealed IS NOT NULL AND t.id > after AND (get_byte(t.sealed, 0) <> writes)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_draw_secret_sealed(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_draw_secret_sealed(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION witness_say(the_token text, the_text text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
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
    WHEN i.expires_at <= public.onedoor_now() THEN 'expired'
    WHEN (SELECT count(*) FROM public.witness_attempt a WHERE a.invitation_id = i.id) >= 20 THEN 'too often'
    WHEN d.state = 'frozen' THEN 'early'
    WHEN d.state <> 'open' THEN 'closed'
    WHEN (public.onedoor_now() + (clock_timestamp() - now())) >= (SELECT max(c.until) FROM public.draw_countdown c
                                WHERE c.draw_id = d.id AND c.stage = 'texts') THEN 'closed'
    WHEN EXISTS (SELECT 1 FROM public.witness_text t WHERE t.invitation_id = i.id) THEN 'spoken'
    WHEN the_text = '' OR char_length(the_text) > 200 OR the_text ~ E'[\u0001-\u001f\u007f-\u009f]'
         OR the_text IS NOT NFC NORMALIZED THEN 'unfit'
    ELSE 'taken' END;
  IF answer <> 'too often' THEN
    INSERT INTO public.witness_attempt (tenant_id, invitation_id, at, outcome)
    VALUES (i.tenant_id, i.id, public.onedoor_now(), answer);
  END IF;
  IF answer = 'taken' THEN
    INSERT INTO public.witness_text (tenant_id, draw_id, invitation_id, position, who, text, at)
    SELECT i.tenant_id, d.id, i.id, count(*) + 1, i.who, the_text, public.onedoor_now()
      FROM public.witness_text t WHERE t.draw_id = d.id;
  END IF;
  RETURN answer;
END
$body$""",
    r"""GRANT EXECUTE ON FUNCTION witness_say(text, text) TO onedoor_public""",
    r"""ALTER FUNCTION witness_say(text, text) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION witness_view(the_token text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT jsonb_build_object(
  'who', i.who, 'draw_id', d.id, 'number', d.number, 'title', d.title, 'line', d.line, 'seq', d.seq,
  'lead', b.name, 'state', d.state, 'watchable', d.watchable, 'expired', i.expires_at <= public.onedoor_now(),
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
    r"""GRANT EXECUTE ON FUNCTION witness_view(text) TO onedoor_public""",
    r"""ALTER FUNCTION witness_view(text) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION draw_beacon_reading_in_time() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM public.draw d WHERE d.id = NEW.draw_id AND d.reveals_digest IS NOT NULL
       AND (d.state = 'closed' OR d.state = 'drawn' AND d.tenant_id <> NEW.tenant_id)
       AND public.register_time() COLLATE "C" >= d.beacon->>'time')
  THEN
    RAISE EXCEPTION 'draw.md: nobody reads the beacon before it spoke, or before the reveals are registered';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER draw_beacon_reading_in_time BEFORE INSERT ON draw_beacon_reading
FOR EACH ROW EXECUTE FUNCTION draw_beacon_reading_in_time()""",
    r"""CREATE OR REPLACE FUNCTION draw_beacon_reading_of_one_party() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
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
      UNION ALL SELECT r.account_id, r.account_for FROM public.draw_receipt r
       WHERE r.draw_id = NEW.draw_id AND r.tenant_id <> NEW.tenant_id
    ) AS o, unnest(ARRAY[o.account_id, o.account_for]) AS other (id),
            unnest(ARRAY[NEW.account_id, NEW.account_for]) AS said (id)
     WHERE public.same_person(other.id, said.id))
  THEN
    RAISE EXCEPTION 'nobody acts for two parties of a draw (R-T5)' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER draw_beacon_reading_of_one_party BEFORE INSERT ON draw_beacon_reading
FOR EACH ROW EXECUTE FUNCTION draw_beacon_reading_of_one_party()""",
    r"""CREATE OR REPLACE FUNCTION draw_change_with_consent() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  held bigint;
BEGIN
  IF NEW.slot IS NULL THEN
    RETURN NEW;
  END IF;
  SELECT count(*) INTO held FROM public.draw_change c
   WHERE c.draw_id = NEW.draw_id AND c.object_code = NEW.object_code AND c.slot = NEW.slot;
  IF held >= 3 AND NOT EXISTS (
    SELECT 1 FROM public.draw_plea p JOIN public.draw_consent s ON s.plea_id = p.id AND s.agreed
     WHERE p.draw_id = NEW.draw_id AND p.object_code = NEW.object_code AND p.slot = NEW.slot
       AND p.number = held + 1)
  THEN
    RAISE EXCEPTION 'draw.md: more than three replacements at one slot need the supervisor'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER draw_change_with_consent BEFORE INSERT ON draw_change
FOR EACH ROW EXECUTE FUNCTION draw_change_with_consent()""",
    r"""CREATE OR REPLACE FUNCTION draw_commitment_in_time() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.draw d WHERE d.id = NEW.draw_id AND d.state = 'frozen') THEN
    RAISE EXCEPTION 'draw.md: nobody commits after the plan was published';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER draw_commitment_in_time BEFORE INSERT ON draw_commitment
FOR EACH ROW EXECUTE FUNCTION draw_commitment_in_time()""",
    r"""CREATE OR REPLACE FUNCTION draw_commitment_of_one_party() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
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
      UNION ALL SELECT r.account_id, r.account_for FROM public.draw_receipt r
       WHERE r.draw_id = NEW.draw_id AND r.tenant_id <> NEW.tenant_id
    ) AS o, unnest(ARRAY[o.account_id, o.account_for]) AS other (id),
            unnest(ARRAY[NEW.account_id, NEW.account_for]) AS said (id)
     WHERE public.same_person(other.id, said.id))
  THEN
    RAISE EXCEPTION 'nobody acts for two parties of a draw (R-T5)' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER draw_commitment_of_one_party BEFORE INSERT ON draw_commitment
FOR EACH ROW EXECUTE FUNCTION draw_commitment_of_one_party()""",
    r"""CREATE OR REPLACE FUNCTION draw_consent_of_whom() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  NEW.account_id := nullif(current_setting('onedoor.actor', true), '')::uuid;
  IF EXISTS (SELECT 1 FROM public.draw_plea p
              WHERE p.id = NEW.plea_id AND public.same_person(p.account_id, NEW.account_id)) THEN
    RAISE EXCEPTION 'nobody agrees to what they themselves asked (R-T5)' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER draw_consent_of_whom BEFORE INSERT ON draw_consent
FOR EACH ROW EXECUTE FUNCTION draw_consent_of_whom()""",
    r"""CREATE OR REPLACE FUNCTION draw_countdown_is_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF EXISTS (SELECT 1 FROM public.draw_countdown c
              WHERE c.draw_id = NEW.draw_id AND c.stage = NEW.stage AND c.until > NEW.until) THEN
    RAISE EXCEPTION 'a time that was announced to the room does not become earlier';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER draw_countdown_is_kept BEFORE INSERT ON draw_countdown
FOR EACH ROW EXECUTE FUNCTION draw_countdown_is_kept()""",
    r"""CREATE OR REPLACE FUNCTION draw_deposit_in_time() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.draw d WHERE d.id = NEW.draw_id AND d.state = 'frozen') THEN
    RAISE EXCEPTION 'draw.md: no list is deposited after the plan was published';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER draw_deposit_in_time BEFORE INSERT ON draw_deposit
FOR EACH ROW EXECUTE FUNCTION draw_deposit_in_time()""",
    r"""CREATE OR REPLACE FUNCTION draw_in_own_line() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF EXISTS (SELECT FROM public.bureau b
              WHERE b.id <> NEW.tenant_id AND starts_with(NEW.line, b.code || '-')) THEN
    RAISE EXCEPTION 'R-T1: this line is named after another bureau' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER draw_in_own_line BEFORE INSERT OR UPDATE OF line ON draw
FOR EACH ROW EXECUTE FUNCTION draw_in_own_line()""",
    r"""CREATE OR REPLACE FUNCTION draw_plea_of_whom() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  NEW.account_id := nullif(current_setting('onedoor.actor', true), '')::uuid;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER draw_plea_of_whom BEFORE INSERT ON draw_plea
FOR EACH ROW EXECUTE FUNCTION draw_plea_of_whom()""",
    r"""CREATE OR REPLACE FUNCTION draw_receipt_of_a_holder() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM public.draw d
      JOIN public.draw_party h ON h.draw_id = d.id AND h.bureau_id = NEW.tenant_id AND h.holds
      JOIN public.draw_deposit e ON e.draw_id = d.id AND e.list_name = NEW.list_name AND e.digest = NEW.digest
     WHERE d.id = NEW.draw_id AND d.closed AND d.state = 'frozen')
  THEN
    RAISE EXCEPTION 'draw.md: a holder signs for a list as it was deposited, before the plan is registered';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER draw_receipt_of_a_holder BEFORE INSERT ON draw_receipt
FOR EACH ROW EXECUTE FUNCTION draw_receipt_of_a_holder()""",
    r"""CREATE OR REPLACE FUNCTION draw_receipt_of_one_party() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
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
      UNION ALL SELECT r.account_id, r.account_for FROM public.draw_receipt r
       WHERE r.draw_id = NEW.draw_id AND r.tenant_id <> NEW.tenant_id
    ) AS o, unnest(ARRAY[o.account_id, o.account_for]) AS other (id),
            unnest(ARRAY[NEW.account_id, NEW.account_for]) AS said (id)
     WHERE public.same_person(other.id, said.id))
  THEN
    RAISE EXCEPTION 'nobody acts for two parties of a draw (R-T5)' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER draw_receipt_of_one_party BEFORE INSERT ON draw_receipt
FOR EACH ROW EXECUTE FUNCTION draw_receipt_of_one_party()""",
    r"""CREATE OR REPLACE FUNCTION draw_reveal_in_time() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
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
    r"""CREATE TRIGGER draw_reveal_in_time BEFORE INSERT ON draw_reveal
FOR EACH ROW EXECUTE FUNCTION draw_reveal_in_time()""",
    r"""CREATE OR REPLACE FUNCTION draw_reveal_of_one_party() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
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
      UNION ALL SELECT r.account_id, r.account_for FROM public.draw_receipt r
       WHERE r.draw_id = NEW.draw_id AND r.tenant_id <> NEW.tenant_id
    ) AS o, unnest(ARRAY[o.account_id, o.account_for]) AS other (id),
            unnest(ARRAY[NEW.account_id, NEW.account_for]) AS said (id)
     WHERE public.same_person(other.id, said.id))
  THEN
    RAISE EXCEPTION 'nobody acts for two parties of a draw (R-T5)' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER draw_reveal_of_one_party BEFORE INSERT ON draw_reveal
FOR EACH ROW EXECUTE FUNCTION draw_reveal_of_one_party()""",
    r"""CREATE OR REPLACE FUNCTION draw_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state IN ('drawn', 'void') THEN
    RAISE EXCEPTION 'R-D7: no draw is changed or deleted after its end';
  END IF;
  IF (NEW.tenant_id, NEW.line, NEW.seq, NEW.number, NEW.campaign_id, NEW.hash, NEW.surprise, NEW.closed,
      NEW.beacon, NEW.reveals_due, NEW.unit)
     IS DISTINCT FROM
     (OLD.tenant_id, OLD.line, OLD.seq, OLD.number, OLD.campaign_id, OLD.hash, OLD.surprise, OLD.closed,
      OLD.beacon, OLD.reveals_due, OLD.unit)
     OR (OLD.reveals_digest IS NOT NULL AND NEW.reveals_digest IS DISTINCT FROM OLD.reveals_digest)
     OR (OLD.plan_digest IS NOT NULL AND NEW.plan_digest IS DISTINCT FROM OLD.plan_digest)
     OR (OLD.texts_digest IS NOT NULL AND NEW.texts_digest IS DISTINCT FROM OLD.texts_digest) THEN
    RAISE EXCEPTION 'R-D7: line, number and what was published of a draw stay';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER draw_stays BEFORE UPDATE OR DELETE ON draw
FOR EACH ROW EXECUTE FUNCTION draw_stays()""",
    r"""CREATE OR REPLACE FUNCTION drawn_part_has_each_once() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF EXISTS (
    SELECT 1 FROM public.drawn_part p CROSS JOIN unnest(p.codes) AS object (code)
     WHERE p.draw_id IN (SELECT a.draw_id FROM added a)
     GROUP BY p.draw_id, p.list_name, object.code HAVING count(*) > 1)
  THEN
    RAISE EXCEPTION 'a list draws an object once, or keeps it as a substitute' USING ERRCODE = 'unique_violation';
  END IF;
  RETURN NULL;
END
$body$""",
    r"""CREATE TRIGGER drawn_part_has_each_once AFTER INSERT ON drawn_part
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION drawn_part_has_each_once()""",
    r"""ALTER TABLE draw ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON draw TO onedoor_bureau""",
    r"""GRANT SELECT ON draw TO onedoor_supervisor""",
    r"""CREATE POLICY draw_bureau_select_0 ON draw FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR opened_at IS NOT NULL OR id = ANY (ARRAY(SELECT my_draws())))""",
    r"""CREATE POLICY draw_bureau_insert_1 ON draw FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY draw_bureau_update_2 ON draw FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND state IN ('frozen', 'open', 'closed')) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY draw_supervisor_select_3 ON draw FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE draw_call_off ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_call_off TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON draw_call_off TO onedoor_bureau""",
    r"""GRANT SELECT ON draw_call_off TO onedoor_supervisor""",
    r"""CREATE POLICY draw_call_off_bureau_select_0 ON draw_call_off FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id)) AND (NOT d.closed OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())))))""",
    r"""CREATE POLICY draw_call_off_bureau_insert_1 ON draw_call_off FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state = 'drawn'))""",
    r"""CREATE POLICY draw_call_off_supervisor_select_2 ON draw_call_off FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE draw_change ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_change TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON draw_change TO onedoor_bureau""",
    r"""GRANT SELECT ON draw_change TO onedoor_supervisor""",
    r"""CREATE POLICY draw_change_bureau_select_0 ON draw_change FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id)) AND (NOT d.closed OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())))))""",
    r"""CREATE POLICY draw_change_bureau_insert_1 ON draw_change FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY draw_change_supervisor_select_2 ON draw_change FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE draw_committer ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_committer TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON draw_committer TO onedoor_bureau""",
    r"""GRANT SELECT ON draw_committer TO onedoor_supervisor""",
    r"""CREATE POLICY draw_committer_bureau_select_0 ON draw_committer FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""CREATE POLICY draw_committer_bureau_insert_1 ON draw_committer FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))""",
    r"""CREATE POLICY draw_committer_supervisor_select_2 ON draw_committer FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE draw_countdown ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_countdown TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON draw_countdown TO onedoor_bureau""",
    r"""GRANT SELECT ON draw_countdown TO onedoor_supervisor""",
    r"""CREATE POLICY draw_countdown_bureau_select_0 ON draw_countdown FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""CREATE POLICY draw_countdown_bureau_insert_1 ON draw_countdown FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))""",
    r"""CREATE POLICY draw_countdown_supervisor_select_2 ON draw_countdown FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE draw_document ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_document TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON draw_document TO onedoor_bureau""",
    r"""GRANT SELECT ON draw_document TO onedoor_supervisor""",
    r"""CREATE POLICY draw_document_bureau_select_0 ON draw_document FOR SELECT TO onedoor_bureau USING ((kind <> 'roster' OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) AND (kind NOT IN ('proof', 'public') AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id) OR kind <> 'proof' AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id))) OR EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id)) AND (NOT d.closed OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR EXISTS (SELECT 1 FROM draw_party h WHERE h.draw_id = d.id AND h.holds AND h.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)))))""",
    r"""CREATE POLICY draw_document_bureau_insert_1 ON draw_document FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))""",
    r"""CREATE POLICY draw_document_supervisor_select_2 ON draw_document FOR SELECT TO onedoor_supervisor USING (kind <> 'roster' AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE draw_lot ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_lot TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON draw_lot TO onedoor_bureau""",
    r"""GRANT SELECT ON draw_lot TO onedoor_supervisor""",
    r"""CREATE POLICY draw_lot_bureau_select_0 ON draw_lot FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY draw_lot_bureau_insert_1 ON draw_lot FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))""",
    r"""CREATE POLICY draw_lot_supervisor_select_2 ON draw_lot FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE draw_nonce ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_nonce TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON draw_nonce TO onedoor_bureau""",
    r"""CREATE POLICY draw_nonce_bureau_select_0 ON draw_nonce FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY draw_nonce_bureau_insert_1 ON draw_nonce FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE draw_party ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_party TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON draw_party TO onedoor_bureau""",
    r"""GRANT SELECT ON draw_party TO onedoor_supervisor""",
    r"""CREATE POLICY draw_party_bureau_select_0 ON draw_party FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""CREATE POLICY draw_party_bureau_insert_1 ON draw_party FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))""",
    r"""CREATE POLICY draw_party_supervisor_select_2 ON draw_party FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE draw_plea ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_plea TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON draw_plea TO onedoor_bureau""",
    r"""GRANT SELECT ON draw_plea TO onedoor_supervisor""",
    r"""CREATE POLICY draw_plea_bureau_select_0 ON draw_plea FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id)) AND (NOT d.closed OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())))))""",
    r"""CREATE POLICY draw_plea_bureau_insert_1 ON draw_plea FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state = 'drawn'))""",
    r"""CREATE POLICY draw_plea_supervisor_select_2 ON draw_plea FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE draw_register ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_register TO onedoor_definer""",
    r"""GRANT SELECT ON draw_register TO onedoor_bureau""",
    r"""GRANT SELECT ON draw_register TO onedoor_supervisor""",
    r"""GRANT SELECT ON draw_register TO onedoor_operator""",
    r"""CREATE POLICY draw_register_bureau_select_0 ON draw_register FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY draw_register_supervisor_select_1 ON draw_register FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""CREATE POLICY draw_register_operator_select_2 ON draw_register FOR SELECT TO onedoor_operator USING (true)""",
    r"""ALTER TABLE draw_release ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_release TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON draw_release TO onedoor_bureau""",
    r"""GRANT SELECT ON draw_release TO onedoor_supervisor""",
    r"""CREATE POLICY draw_release_bureau_select_0 ON draw_release FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""CREATE POLICY draw_release_bureau_insert_1 ON draw_release FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state = 'drawn'))""",
    r"""CREATE POLICY draw_release_supervisor_select_2 ON draw_release FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE draw_secret ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_secret TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON draw_secret TO onedoor_bureau""",
    r"""CREATE POLICY draw_secret_bureau_select_0 ON draw_secret FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR draw_id IN (SELECT p.draw_id FROM draw_party p WHERE p.list_name IS NOT NULL AND p.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid))""",
    r"""CREATE POLICY draw_secret_bureau_insert_1 ON draw_secret FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))""",
    r"""ALTER TABLE drawn_part ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON drawn_part TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON drawn_part TO onedoor_bureau""",
    r"""GRANT SELECT ON drawn_part TO onedoor_supervisor""",
    r"""CREATE POLICY drawn_part_bureau_select_0 ON drawn_part FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id)) AND (NOT d.closed OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR EXISTS (SELECT 1 FROM draw_party h WHERE h.draw_id = d.id AND h.holds AND h.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) OR EXISTS (SELECT 1 FROM draw_party p WHERE p.draw_id = d.id AND p.list_name = drawn_part.list_name AND p.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid))))""",
    r"""CREATE POLICY drawn_part_bureau_insert_1 ON drawn_part FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))""",
    r"""CREATE POLICY drawn_part_supervisor_select_2 ON drawn_part FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE team_slot ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON team_slot TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON team_slot TO onedoor_bureau""",
    r"""GRANT SELECT ON team_slot TO onedoor_supervisor""",
    r"""CREATE POLICY team_slot_bureau_select_0 ON team_slot FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id)) AND (NOT d.closed OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())))))""",
    r"""CREATE POLICY team_slot_bureau_insert_1 ON team_slot FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))""",
    r"""CREATE POLICY team_slot_supervisor_select_2 ON team_slot FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE witness_invitation ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON witness_invitation TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON witness_invitation TO onedoor_bureau""",
    r"""GRANT SELECT ON witness_invitation TO onedoor_supervisor""",
    r"""CREATE POLICY witness_invitation_bureau_select_0 ON witness_invitation FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY witness_invitation_bureau_insert_1 ON witness_invitation FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY witness_invitation_supervisor_select_2 ON witness_invitation FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE draw_beacon_reading ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_beacon_reading TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON draw_beacon_reading TO onedoor_bureau""",
    r"""GRANT SELECT ON draw_beacon_reading TO onedoor_supervisor""",
    r"""CREATE POLICY draw_beacon_reading_bureau_select_0 ON draw_beacon_reading FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""CREATE POLICY draw_beacon_reading_bureau_insert_1 ON draw_beacon_reading FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY draw_beacon_reading_supervisor_select_2 ON draw_beacon_reading FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE draw_commitment ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_commitment TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON draw_commitment TO onedoor_bureau""",
    r"""GRANT SELECT ON draw_commitment TO onedoor_supervisor""",
    r"""CREATE POLICY draw_commitment_bureau_select_0 ON draw_commitment FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""CREATE POLICY draw_commitment_bureau_insert_1 ON draw_commitment FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))""",
    r"""CREATE POLICY draw_commitment_supervisor_select_2 ON draw_commitment FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE draw_consent ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_consent TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON draw_consent TO onedoor_bureau""",
    r"""GRANT SELECT ON draw_consent TO onedoor_supervisor""",
    r"""CREATE POLICY draw_consent_bureau_select_0 ON draw_consent FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id)) AND (NOT d.closed OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())))))""",
    r"""CREATE POLICY draw_consent_bureau_insert_1 ON draw_consent FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw_plea p JOIN draw d ON d.id = p.draw_id WHERE p.id = plea_id AND d.id = draw_consent.draw_id AND d.tenant_id <> nullif(current_setting('onedoor.tenant', true), '')::uuid AND nullif(current_setting('onedoor.tenant', true), '')::uuid = ANY (ARRAY(SELECT supervisors_of(d.tenant_id)))))""",
    r"""CREATE POLICY draw_consent_supervisor_select_2 ON draw_consent FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE draw_deposit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_deposit TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON draw_deposit TO onedoor_bureau""",
    r"""GRANT SELECT ON draw_deposit TO onedoor_supervisor""",
    r"""CREATE POLICY draw_deposit_bureau_select_0 ON draw_deposit FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR draw_id = ANY (ARRAY(SELECT my_draws())))""",
    r"""CREATE POLICY draw_deposit_bureau_insert_1 ON draw_deposit FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY draw_deposit_supervisor_select_2 ON draw_deposit FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE draw_receipt ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_receipt TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON draw_receipt TO onedoor_bureau""",
    r"""GRANT SELECT ON draw_receipt TO onedoor_supervisor""",
    r"""CREATE POLICY draw_receipt_bureau_select_0 ON draw_receipt FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""CREATE POLICY draw_receipt_bureau_insert_1 ON draw_receipt FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))""",
    r"""CREATE POLICY draw_receipt_supervisor_select_2 ON draw_receipt FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE witness_attempt ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON witness_attempt TO onedoor_definer""",
    r"""GRANT SELECT ON witness_attempt TO onedoor_bureau""",
    r"""GRANT SELECT ON witness_attempt TO onedoor_supervisor""",
    r"""CREATE POLICY witness_attempt_bureau_select_0 ON witness_attempt FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY witness_attempt_supervisor_select_1 ON witness_attempt FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE witness_text ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON witness_text TO onedoor_definer""",
    r"""GRANT SELECT ON witness_text TO onedoor_bureau""",
    r"""GRANT SELECT ON witness_text TO onedoor_supervisor""",
    r"""CREATE POLICY witness_text_bureau_select_0 ON witness_text FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""CREATE POLICY witness_text_supervisor_select_1 ON witness_text FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    r"""ALTER TABLE draw_deposit_file ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_deposit_file TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON draw_deposit_file TO onedoor_bureau""",
    r"""GRANT SELECT (id, tenant_id, draw_id, pool, inspectors) ON draw_deposit_file TO onedoor_supervisor""",
    r"""CREATE POLICY draw_deposit_file_bureau_select_0 ON draw_deposit_file FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY draw_deposit_file_bureau_insert_1 ON draw_deposit_file FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY draw_deposit_file_supervisor_select_2 ON draw_deposit_file FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE draw_reveal ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_reveal TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON draw_reveal TO onedoor_bureau""",
    r"""GRANT SELECT ON draw_reveal TO onedoor_supervisor""",
    r"""CREATE POLICY draw_reveal_bureau_select_0 ON draw_reveal FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id))))""",
    r"""CREATE POLICY draw_reveal_bureau_insert_1 ON draw_reveal FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))""",
    r"""CREATE POLICY draw_reveal_supervisor_select_2 ON draw_reveal FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
