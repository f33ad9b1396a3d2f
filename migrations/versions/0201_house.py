"""Kernel and tenants: tables, indexes, functions, policies, first rows.

Drafted by `python -m migrations.draft all`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0201_house"
down_revision = None

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE audit_chain (
    tenant_id UUID NOT NULL,
    sequence BIGINT NOT NULL,
    digest TEXT NOT NULL,
    sealed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_audit_chain PRIMARY KEY (tenant_id)
)""",
    r"""CREATE TABLE audit_entry (
    tenant_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_id UUID,
    actor_name TEXT NOT NULL,
    bureau_name TEXT NOT NULL,
    role TEXT NOT NULL,
    origin TEXT NOT NULL,
    request TEXT NOT NULL,
    event TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id UUID,
    subject_name TEXT NOT NULL,
    before JSONB,
    after JSONB,
    sequence BIGINT,
    digest TEXT,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_audit_entry PRIMARY KEY (id),
    CONSTRAINT uq_audit_entry_tenant_id_sequence UNIQUE (tenant_id, sequence)
)""",
    r"""CREATE INDEX ix_audit_entry_recovered ON audit_entry (tenant_id, at) WHERE event = 'tenants.user.recover'""",
    r"""CREATE INDEX ix_audit_entry_subject ON audit_entry (subject_id)""",
    r"""CREATE INDEX ix_audit_entry_tenant_at ON audit_entry (tenant_id, at DESC, id)""",
    r"""CREATE INDEX ix_audit_entry_unsealed ON audit_entry (tenant_id, at, id) WHERE sequence IS NULL""",
    r"""CREATE TABLE calendar_year (
    year INTEGER NOT NULL,
    days_off JSONB NOT NULL,
    days_on JSONB NOT NULL,
    provenance TEXT NOT NULL,
    entered_by TEXT DEFAULT '' NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_calendar_year PRIMARY KEY (year)
)""",
    r"""CREATE TABLE job (
    tenant_id UUID NOT NULL,
    sender_id UUID NOT NULL,
    actor_id UUID,
    acting_for UUID,
    actor_name TEXT NOT NULL,
    bureau_name TEXT DEFAULT '' NOT NULL,
    name TEXT NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    title_said JSONB,
    subject_kind TEXT,
    subject_id UUID,
    payload JSONB NOT NULL,
    state TEXT DEFAULT 'waiting' NOT NULL,
    attempt INTEGER DEFAULT '0' NOT NULL,
    last_attempt INTEGER DEFAULT '5' NOT NULL,
    lease_until TIMESTAMP WITH TIME ZONE,
    not_before TIMESTAMP WITH TIME ZONE NOT NULL,
    outcome JSONB,
    problem TEXT,
    problem_said JSONB,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_job PRIMARY KEY (id),
    CONSTRAINT uq_job_id_tenant_id UNIQUE (id, tenant_id)
)""",
    r"""CREATE INDEX ix_job_open ON job (not_before) WHERE state IN ('waiting', 'running')""",
    r"""CREATE INDEX ix_job_subject ON job (subject_id)""",
    r"""CREATE INDEX ix_job_tenant_created ON job (tenant_id, created_at DESC, id)""",
    r"""CREATE TABLE jurisdiction (
    code TEXT NOT NULL,
    parent_code TEXT,
    name TEXT NOT NULL,
    level TEXT NOT NULL,
    gb2260 TEXT,
    CONSTRAINT pk_jurisdiction PRIMARY KEY (code),
    CONSTRAINT fk_jurisdiction_parent_code FOREIGN KEY(parent_code) REFERENCES jurisdiction (code)
)""",
    r"""CREATE TABLE person (
    identity_index TEXT NOT NULL,
    identity_number BYTEA NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_person PRIMARY KEY (id),
    CONSTRAINT uq_person_identity_index UNIQUE (identity_index)
)""",
    r"""CREATE TABLE sign_in_wait (
    name_digest TEXT NOT NULL,
    place TEXT NOT NULL,
    failures INTEGER NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    wait_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_sign_in_wait PRIMARY KEY (name_digest, place)
)""",
    r"""CREATE INDEX ix_sign_in_wait_seen_at ON sign_in_wait (seen_at)""",
    r"""CREATE TABLE stored_file (
    tenant_id UUID NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    digest TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    content BYTEA,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_stored_file PRIMARY KEY (id),
    CONSTRAINT uq_stored_file_id_tenant_id UNIQUE (id, tenant_id)
)""",
    r"""CREATE INDEX ix_stored_file_tenant ON stored_file (tenant_id)""",
    r"""CREATE TABLE trace_step (
    tenant_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    stage TEXT NOT NULL,
    text TEXT NOT NULL,
    text_said JSONB,
    actor_name TEXT NOT NULL,
    bureau_name TEXT NOT NULL,
    link TEXT,
    about UUID[] NOT NULL,
    shared_with UUID[] DEFAULT '{}' NOT NULL,
    everyone BOOLEAN DEFAULT false NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_trace_step PRIMARY KEY (id)
)""",
    r"""CREATE INDEX ix_trace_step_about ON trace_step USING gin (about)""",
    r"""CREATE TABLE bureau (
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    abbreviation TEXT NOT NULL,
    jurisdiction_code TEXT NOT NULL,
    domain TEXT NOT NULL,
    credit_code TEXT,
    entity_kinds TEXT[] DEFAULT '{}' NOT NULL,
    active BOOLEAN DEFAULT true NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_bureau PRIMARY KEY (id),
    CONSTRAINT uq_bureau_code UNIQUE (code),
    CONSTRAINT fk_bureau_jurisdiction_code FOREIGN KEY(jurisdiction_code) REFERENCES jurisdiction (code)
)""",
    r"""CREATE TABLE job_progress (
    job_id UUID NOT NULL,
    tenant_id UUID NOT NULL,
    done BIGINT DEFAULT '0' NOT NULL,
    total BIGINT,
    note TEXT DEFAULT '' NOT NULL,
    found JSONB,
    attempt INTEGER DEFAULT '0' NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_job_progress PRIMARY KEY (job_id),
    CONSTRAINT fk_job_progress_job_id_tenant_id FOREIGN KEY(job_id, tenant_id) REFERENCES job (id, tenant_id) ON DELETE CASCADE
)""",
    r"""CREATE TABLE jurisdiction_setting (
    jurisdiction_code TEXT NOT NULL,
    key TEXT NOT NULL,
    value JSONB NOT NULL,
    provenance TEXT NOT NULL,
    document_number TEXT DEFAULT '' NOT NULL,
    since DATE NOT NULL,
    entered_by TEXT DEFAULT '' NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_jurisdiction_setting PRIMARY KEY (id),
    CONSTRAINT uq_jurisdiction_setting_jurisdiction_code_key_since UNIQUE (jurisdiction_code, key, since),
    CONSTRAINT fk_jurisdiction_setting_jurisdiction_code FOREIGN KEY(jurisdiction_code) REFERENCES jurisdiction (code)
)""",
    r"""CREATE TABLE api_token (
    name TEXT NOT NULL,
    token_digest TEXT NOT NULL,
    permissions TEXT[] NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_api_token PRIMARY KEY (id),
    CONSTRAINT uq_api_token_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_api_token_token_digest UNIQUE (token_digest),
    CONSTRAINT fk_api_token_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_api_token_tenant_id ON api_token (tenant_id)""",
    r"""CREATE TABLE approval (
    kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    title TEXT NOT NULL,
    title_said JSONB,
    step TEXT NOT NULL,
    permission TEXT NOT NULL,
    submitted_by UUID NOT NULL,
    submitted_for UUID,
    submitter_name TEXT NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT DEFAULT 'waiting' NOT NULL,
    decided_by UUID,
    decided_for UUID,
    decider_name TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    reason TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_approval PRIMARY KEY (id),
    CONSTRAINT uq_approval_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_approval_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_approval_tenant_id ON approval (tenant_id)""",
    r"""CREATE UNIQUE INDEX uq_approval_waiting ON approval (tenant_id, kind, subject_id) WHERE state = 'waiting'""",
    r"""CREATE TABLE audit_anchor (
    tenant_id UUID NOT NULL,
    bureau_id UUID NOT NULL,
    day DATE NOT NULL,
    sequence BIGINT NOT NULL,
    digest TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_audit_anchor PRIMARY KEY (id),
    CONSTRAINT uq_audit_anchor_tenant_id_bureau_id_day UNIQUE (tenant_id, bureau_id, day),
    CONSTRAINT fk_audit_anchor_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id),
    CONSTRAINT fk_audit_anchor_bureau_id FOREIGN KEY(bureau_id) REFERENCES bureau (id)
)""",
    r"""CREATE TABLE audit_look (
    tenant_id UUID NOT NULL,
    bureau_id UUID NOT NULL,
    actor_id UUID NOT NULL,
    actor_name TEXT NOT NULL,
    reason TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_audit_look PRIMARY KEY (id),
    CONSTRAINT ck_audit_look_reason CHECK (length(reason) >= 1 AND length(reason) <= 500 AND until <= at + interval '1 hour'),
    CONSTRAINT fk_audit_look_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id),
    CONSTRAINT fk_audit_look_bureau_id FOREIGN KEY(bureau_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_audit_look_actor ON audit_look (actor_id, until)""",
    r"""CREATE TABLE crossing_entry (
    tenant_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_id UUID,
    actor_name TEXT NOT NULL,
    purpose TEXT NOT NULL,
    purpose_said JSONB,
    rows INTEGER NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_crossing_entry PRIMARY KEY (id),
    CONSTRAINT fk_crossing_entry_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE TABLE setting_proposal (
    jurisdiction_code TEXT NOT NULL,
    key TEXT NOT NULL,
    value JSONB NOT NULL,
    provenance TEXT NOT NULL,
    document_number TEXT NOT NULL,
    since DATE NOT NULL,
    state TEXT DEFAULT 'waiting' NOT NULL,
    answer TEXT DEFAULT '' NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_setting_proposal PRIMARY KEY (id),
    CONSTRAINT ck_setting_proposal_state CHECK (state IN ('waiting', 'entered', 'declined')),
    CONSTRAINT fk_setting_proposal_jurisdiction_code FOREIGN KEY(jurisdiction_code) REFERENCES jurisdiction (code),
    CONSTRAINT fk_setting_proposal_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_setting_proposal_tenant_id ON setting_proposal (tenant_id)""",
    r"""CREATE TABLE supervision_grant (
    bureau_id UUID NOT NULL,
    jurisdiction_code TEXT NOT NULL,
    domain TEXT NOT NULL,
    basis TEXT NOT NULL,
    since DATE NOT NULL,
    until DATE,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_supervision_grant PRIMARY KEY (id),
    CONSTRAINT fk_supervision_grant_bureau_id FOREIGN KEY(bureau_id) REFERENCES bureau (id),
    CONSTRAINT fk_supervision_grant_jurisdiction_code FOREIGN KEY(jurisdiction_code) REFERENCES jurisdiction (code)
)""",
    r"""CREATE TABLE unit (
    name TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_unit PRIMARY KEY (id),
    CONSTRAINT uq_unit_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_unit_tenant_id_name UNIQUE (tenant_id, name),
    CONSTRAINT fk_unit_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_unit_tenant_id ON unit (tenant_id)""",
    r"""CREATE TABLE user_account (
    username TEXT NOT NULL,
    display_name TEXT NOT NULL,
    post TEXT DEFAULT '' NOT NULL,
    unit_id UUID,
    person_id UUID,
    password_hash TEXT,
    totp_secret BYTEA,
    totp_last_step BIGINT,
    recovery_digests TEXT[] DEFAULT '{}' NOT NULL,
    active BOOLEAN DEFAULT true NOT NULL,
    roles TEXT[] NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_user_account PRIMARY KEY (id),
    CONSTRAINT uq_user_account_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_user_account_unit_id_tenant_id FOREIGN KEY(unit_id, tenant_id) REFERENCES unit (id, tenant_id),
    CONSTRAINT uq_user_account_username UNIQUE (username),
    CONSTRAINT fk_user_account_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_user_account_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_user_account_person_id ON user_account (person_id)""",
    r"""CREATE INDEX ix_user_account_tenant_id ON user_account (tenant_id)""",
    r"""CREATE TABLE access_link (
    user_id UUID NOT NULL,
    purpose TEXT NOT NULL,
    token_digest TEXT NOT NULL,
    totp_secret BYTEA,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_access_link PRIMARY KEY (id),
    CONSTRAINT uq_access_link_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_access_link_user_id_tenant_id FOREIGN KEY(user_id, tenant_id) REFERENCES user_account (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT ck_access_link_purpose CHECK (purpose IN ('invite', 'recover', 'step')),
    CONSTRAINT uq_access_link_token_digest UNIQUE (token_digest),
    CONSTRAINT fk_access_link_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_access_link_tenant_id ON access_link (tenant_id)""",
    r"""CREATE INDEX ix_access_link_user_id ON access_link (user_id)""",
    r"""CREATE TABLE federated_login (
    user_id UUID NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    bound_by TEXT NOT NULL,
    bound_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_federated_login PRIMARY KEY (id),
    CONSTRAINT uq_federated_login_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_federated_login_issuer_subject UNIQUE (issuer, subject),
    CONSTRAINT uq_federated_login_user_id_issuer UNIQUE (user_id, issuer),
    CONSTRAINT fk_federated_login_user_id_tenant_id FOREIGN KEY(user_id, tenant_id) REFERENCES user_account (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT fk_federated_login_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_federated_login_tenant_id ON federated_login (tenant_id)""",
    r"""CREATE TABLE list_columns (
    account_id UUID NOT NULL,
    list_name TEXT NOT NULL,
    hidden TEXT[] NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_list_columns PRIMARY KEY (id),
    CONSTRAINT uq_list_columns_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_list_columns_account_id_tenant_id FOREIGN KEY(account_id, tenant_id) REFERENCES user_account (id, tenant_id),
    CONSTRAINT uq_list_columns_account_id_list_name UNIQUE (account_id, list_name),
    CONSTRAINT fk_list_columns_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_list_columns_tenant_id ON list_columns (tenant_id)""",
    r"""CREATE TABLE list_view (
    account_id UUID NOT NULL,
    account_name TEXT NOT NULL,
    list_name TEXT NOT NULL,
    name TEXT NOT NULL,
    state JSONB NOT NULL,
    shared BOOLEAN NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_list_view PRIMARY KEY (id),
    CONSTRAINT uq_list_view_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_list_view_account_id_tenant_id FOREIGN KEY(account_id, tenant_id) REFERENCES user_account (id, tenant_id),
    CONSTRAINT uq_list_view_account_id_list_name_name UNIQUE (account_id, list_name, name),
    CONSTRAINT fk_list_view_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_list_view_list ON list_view (tenant_id, list_name)""",
    r"""CREATE INDEX ix_list_view_tenant_id ON list_view (tenant_id)""",
    r"""CREATE TABLE stand_in (
    kind TEXT NOT NULL,
    principal_id UUID NOT NULL,
    principal_name TEXT NOT NULL,
    agent_id UUID NOT NULL,
    agent_name TEXT NOT NULL,
    permissions TEXT[] NOT NULL,
    since DATE NOT NULL,
    until DATE NOT NULL,
    basis TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_by TEXT,
    ended_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_stand_in PRIMARY KEY (id),
    CONSTRAINT uq_stand_in_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_stand_in_principal_id_tenant_id FOREIGN KEY(principal_id, tenant_id) REFERENCES user_account (id, tenant_id),
    CONSTRAINT fk_stand_in_agent_id_tenant_id FOREIGN KEY(agent_id, tenant_id) REFERENCES user_account (id, tenant_id),
    CONSTRAINT ck_stand_in_kind CHECK (kind IN ('leave', 'written')),
    CONSTRAINT ck_stand_in_another_for_a_time CHECK (principal_id <> agent_id AND since <= until),
    CONSTRAINT fk_stand_in_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_stand_in_agent_id ON stand_in (agent_id)""",
    r"""CREATE INDEX ix_stand_in_principal_id ON stand_in (principal_id)""",
    r"""CREATE INDEX ix_stand_in_tenant_id ON stand_in (tenant_id)""",
    r"""CREATE TABLE user_session (
    token_digest TEXT NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    tenant_id UUID NOT NULL,
    user_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    origin TEXT NOT NULL,
    agent TEXT NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    stand_in_id UUID,
    CONSTRAINT pk_user_session PRIMARY KEY (token_digest),
    CONSTRAINT fk_user_session_user_id_tenant_id FOREIGN KEY(user_id, tenant_id) REFERENCES user_account (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT fk_user_session_stand_in_id_tenant_id FOREIGN KEY(stand_in_id, tenant_id) REFERENCES stand_in (id, tenant_id),
    CONSTRAINT uq_user_session_id UNIQUE (id),
    CONSTRAINT fk_user_session_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_user_session_user_id ON user_session (user_id)""",
    r"""CREATE OR REPLACE FUNCTION has_story_clock() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT p.prosrc ~ 'interval' FROM pg_proc p WHERE p.oid = 'public.onedoor_now()'::regprocedure
$body$""",
    r"""GRANT EXECUTE ON FUNCTION has_story_clock() TO onedoor_dispatch""",
    r"""ALTER FUNCTION has_story_clock() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION onedoor_now() RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
AS $body$
SELECT pg_catalog.now()
$body$""",
    r"""GRANT EXECUTE ON FUNCTION onedoor_now() TO onedoor_public, onedoor_bureau, onedoor_supervisor, onedoor_operator, onedoor_identity, onedoor_dispatch""",
    r"""ALTER FUNCTION onedoor_now() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION seal_audit(bureau uuid, most integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  head public.audit_chain;
  entry record;
  ids uuid[] := '{}';
  numbers bigint[] := '{}';
  digests text[] := '{}';
BEGIN
  INSERT INTO public.audit_chain VALUES (bureau, 0, repeat('0', 64), (public.onedoor_now() + (clock_timestamp() - now())))
      ON CONFLICT DO NOTHING;
  -- One sealer at a time; what the one before committed is seen by the statements that follow.
  SELECT * INTO head FROM public.audit_chain c WHERE c.tenant_id = bureau FOR UPDATE;
  FOR entry IN
    SELECT e.id, (SELECT string_agg(coalesce(octet_length(field)::text || ':' || field, '-'), ','
                                    ORDER BY place)
             FROM unnest(ARRAY[e.id::text, e.tenant_id::text,
                    (extract(epoch FROM e.at) * 1000000)::bigint::text, e.actor_id::text, e.actor_name,
                    e.bureau_name, e.role, e.origin, e.request, e.event, e.subject_kind,
                    e.subject_id::text, e.subject_name, e.before::text, e.after::text])
                  WITH ORDINALITY AS fields (field, place)) AS canonical
      FROM public.audit_entry e WHERE e.tenant_id = bureau AND e.sequence IS NULL
     ORDER BY e.at, e.id LIMIT most
  LOOP
    head.sequence := head.sequence + 1;
    head.digest := encode(sha256(convert_to(
      head.sequence::text || ',' || head.digest || ',' || entry.canonical, 'UTF8')), 'hex');
    ids := ids || entry.id;
    numbers := numbers || head.sequence;
    digests := digests || head.digest;
  END LOOP;
  IF cardinality(ids) = 0 THEN
    RETURN 0;
  END IF;
  UPDATE public.audit_entry e SET sequence = s.number, digest = s.digest
    FROM unnest(ids, numbers, digests) AS s (id, number, digest) WHERE e.id = s.id;
  UPDATE public.audit_chain c
     SET sequence = head.sequence, digest = head.digest, sealed_at = (public.onedoor_now() + (clock_timestamp() - now()))
   WHERE c.tenant_id = bureau;
  RETURN cardinality(ids);
END
$body$""",
    r"""GRANT EXECUTE ON FUNCTION seal_audit(uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION seal_audit(uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealing_lag() RETURNS interval
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT coalesce((public.onedoor_now() + (clock_timestamp() - now())) - min(e.at), '0') FROM public.audit_entry e WHERE e.sequence IS NULL
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealing_lag() TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealing_lag() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION set_story_clock(moment timestamptz) RETURNS interval
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  was interval := public.onedoor_now() - now();
  becomes interval := least(moment - now(), interval '0');
BEGIN
  IF public.has_story_clock() THEN
    IF becomes < was THEN
      RAISE EXCEPTION 'the story clock runs forward only';
    END IF;
  ELSIF EXISTS (SELECT FROM public.bureau) THEN
    RAISE EXCEPTION 'only a database that is being made gets a story clock';
  END IF;
  EXECUTE 'CREATE OR REPLACE FUNCTION public.onedoor_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS '
    || quote_literal('SELECT pg_catalog.now() + interval ' || quote_literal(extract(epoch FROM becomes) || ' seconds'));
  RETURN becomes;
END
$body$""",
    r"""ALTER FUNCTION set_story_clock(timestamptz) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION unsealed_bureaus() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT DISTINCT e.tenant_id FROM public.audit_entry e WHERE e.sequence IS NULL
$body$""",
    r"""GRANT EXECUTE ON FUNCTION unsealed_bureaus() TO onedoor_dispatch""",
    r"""ALTER FUNCTION unsealed_bureaus() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION audit_chain_is_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RAISE EXCEPTION 'R-T6: a chain only grows' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER audit_chain_is_kept BEFORE TRUNCATE ON audit_chain
FOR EACH STATEMENT EXECUTE FUNCTION audit_chain_is_kept()""",
    r"""CREATE OR REPLACE FUNCTION audit_chain_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.tenant_id = OLD.tenant_id AND NEW.sequence > OLD.sequence THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'R-T6: a chain only grows' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER audit_chain_stays BEFORE UPDATE OR DELETE ON audit_chain
FOR EACH ROW EXECUTE FUNCTION audit_chain_stays()""",
    r"""CREATE OR REPLACE FUNCTION audit_entry_is_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RAISE EXCEPTION 'R-T6: the audit log is append-only' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER audit_entry_is_kept BEFORE TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_kept()""",
    r"""CREATE OR REPLACE FUNCTION audit_entry_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  -- Sealing alone: a place and a digest, once, and nothing else of the row.
  DECLARE
    kept public.audit_entry := NEW;
  BEGIN
    kept.sequence := NULL;
    kept.digest := NULL;
    IF TG_OP = 'UPDATE' AND NEW.sequence IS NOT NULL AND NEW.digest IS NOT NULL
       AND kept IS NOT DISTINCT FROM OLD THEN
      RETURN NEW;
    END IF;
  END;
  RAISE EXCEPTION 'R-T6: the audit log is append-only' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_entry_stays()""",
    r"""CREATE OR REPLACE FUNCTION anchor_audit(day date) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH made AS (
  INSERT INTO public.audit_anchor (tenant_id, bureau_id, day, sequence, digest, made_at)
  SELECT holder.id, c.tenant_id, anchor_audit.day, c.sequence, c.digest, (public.onedoor_now() + (clock_timestamp() - now()))
    FROM public.audit_chain c, LATERAL public.supervisors_of(c.tenant_id) AS holder (id)
   WHERE c.sequence > 0
      ON CONFLICT DO NOTHING RETURNING 1)
SELECT count(*)::integer FROM made
$body$""",
    r"""GRANT EXECUTE ON FUNCTION anchor_audit(date) TO onedoor_dispatch""",
    r"""ALTER FUNCTION anchor_audit(date) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_access_link_totp_secret() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.totp_secret, 0), count(*) FROM public.access_link t
 WHERE t.totp_secret IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_access_link_totp_secret() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_access_link_totp_secret() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_person_identity_number() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.identity_number, 0), count(*) FROM public.person t
 WHERE t.identity_number IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_person_identity_number() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_person_identity_number() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_user_account_totp_secret() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.totp_secret, 0), count(*) FROM public.user_account t
 WHERE t.totp_secret IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_user_account_totp_secret() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_user_account_totp_secret() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION known_person(one uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT EXISTS (SELECT 1 FROM public.user_account a
                WHERE a.id = one AND a.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND a.person_id IS NOT NULL)
$body$""",
    r"""GRANT EXECUTE ON FUNCTION known_person(uuid) TO onedoor_bureau, onedoor_supervisor""",
    r"""ALTER FUNCTION known_person(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION market_supervisors_of(bureau uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE up AS (
  SELECT j.code, j.parent_code FROM public.bureau b
    JOIN public.jurisdiction j ON j.code = b.jurisdiction_code WHERE b.id = bureau
  UNION
  SELECT j.code, j.parent_code FROM public.jurisdiction j JOIN up u ON j.code = u.parent_code)
SELECT DISTINCT g.bureau_id FROM public.supervision_grant g JOIN up u ON u.code = g.jurisdiction_code
 WHERE g.domain = 'market' AND g.since <= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date
   AND (g.until IS NULL OR g.until >= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date)
$body$""",
    r"""GRANT EXECUTE ON FUNCTION market_supervisors_of(uuid) TO onedoor_bureau, onedoor_supervisor""",
    r"""ALTER FUNCTION market_supervisors_of(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION opened_logs() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT l.bureau_id FROM public.audit_look l
 WHERE l.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND l.actor_id = nullif(current_setting('onedoor.actor', true), '')::uuid AND l.until > public.onedoor_now()
   AND l.bureau_id IN (SELECT public.supervised_bureaus())
$body$""",
    r"""GRANT EXECUTE ON FUNCTION opened_logs() TO onedoor_supervisor""",
    r"""ALTER FUNCTION opened_logs() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_access_link_totp_secret(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.access_link t SET totp_secret = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.totp_secret = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_access_link_totp_secret(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_access_link_totp_secret(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_person_identity_number(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.person t SET identity_number = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.identity_number = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_person_identity_number(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_person_identity_number(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_user_account_totp_secret(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.user_account t SET totp_secret = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.totp_secret = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_user_account_totp_secret(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_user_account_totp_secret(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION same_person(one uuid, other uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT one = other OR EXISTS (
  SELECT 1 FROM public.user_account a JOIN public.user_account b ON b.person_id = a.person_id
   WHERE a.id = one AND b.id = other AND nullif(current_setting('onedoor.tenant', true), '')::uuid IN (a.tenant_id, b.tenant_id))
$body$""",
    r"""GRANT EXECUTE ON FUNCTION same_person(uuid, uuid) TO onedoor_bureau, onedoor_supervisor""",
    r"""ALTER FUNCTION same_person(uuid, uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_access_link_totp_secret(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.totp_secret FROM public.access_link t
 WHERE t.totp_secret IS NOT NULL AND t.id > after AND (get_byte(t.totp_secret, 0) <> writes)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_access_link_totp_secret(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_access_link_totp_secret(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_person_identity_number(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.identity_number FROM public.person t
 WHERE t.identity_number IS NOT NULL AND t.id > after AND (get_byte(t.identity_number, 0) <> writes)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_person_identity_number(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_person_identity_number(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_user_account_totp_secret(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.totp_secret FROM public.user_account t
 WHERE t.totp_secret IS NOT NULL AND t.id > after AND (get_byte(t.totp_secret, 0) <> writes)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_user_account_totp_secret(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_user_account_totp_secret(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION supervised_bureaus() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE places AS (
  SELECT g.jurisdiction_code AS code, g.domain
    FROM public.supervision_grant g
   WHERE g.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND g.since <= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date
     AND (g.until IS NULL OR g.until >= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date)
  UNION
  SELECT j.code, p.domain FROM public.jurisdiction j JOIN places p ON j.parent_code = p.code)
SELECT DISTINCT b.id FROM public.bureau b JOIN places p ON p.code = b.jurisdiction_code
 WHERE p.domain = 'all' OR p.domain = b.domain
$body$""",
    r"""GRANT EXECUTE ON FUNCTION supervised_bureaus() TO onedoor_bureau, onedoor_supervisor""",
    r"""ALTER FUNCTION supervised_bureaus() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION supervised_places() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE places AS (
  SELECT g.jurisdiction_code AS code
    FROM public.supervision_grant g
   WHERE g.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND g.since <= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date
     AND (g.until IS NULL OR g.until >= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date)
  UNION
  SELECT j.code FROM public.jurisdiction j JOIN places p ON j.parent_code = p.code)
SELECT code FROM places
$body$""",
    r"""GRANT EXECUTE ON FUNCTION supervised_places() TO onedoor_bureau, onedoor_supervisor""",
    r"""ALTER FUNCTION supervised_places() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION supervisors_of(bureau uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE up AS (
  SELECT j.code, j.parent_code, b.domain FROM public.bureau b
    JOIN public.jurisdiction j ON j.code = b.jurisdiction_code WHERE b.id = bureau
  UNION
  SELECT j.code, j.parent_code, u.domain FROM public.jurisdiction j JOIN up u ON j.code = u.parent_code)
SELECT DISTINCT g.bureau_id FROM public.supervision_grant g JOIN up u ON u.code = g.jurisdiction_code
 WHERE (g.domain = 'all' OR g.domain = u.domain) AND g.since <= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date
   AND (g.until IS NULL OR g.until >= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date)
$body$""",
    r"""GRANT EXECUTE ON FUNCTION supervisors_of(uuid) TO onedoor_bureau, onedoor_supervisor, onedoor_operator""",
    r"""ALTER FUNCTION supervisors_of(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION approval_by_another() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF NEW.state = 'withdrawn' AND OLD.state = 'waiting' AND NEW.decided_by IS NULL
    AND NEW.submitted_by = OLD.submitted_by AND NEW.submitted_for IS NOT DISTINCT FROM OLD.submitted_for
    AND EXISTS (
      SELECT 1 FROM unnest(ARRAY[OLD.submitted_by, OLD.submitted_for]) AS asked (id)
       WHERE public.same_person(asked.id, nullif(current_setting('onedoor.actor', true), '')::uuid))
  THEN
    RETURN NEW;
  END IF;
  IF NEW.submitted_by <> OLD.submitted_by OR NEW.submitted_for IS DISTINCT FROM OLD.submitted_for
    OR NEW.state <> OLD.state AND (
      NEW.decided_by IS DISTINCT FROM nullif(current_setting('onedoor.actor', true), '')::uuid
      OR EXISTS (
        SELECT 1 FROM unnest(ARRAY[OLD.submitted_by, OLD.submitted_for]) AS asked (id),
                      unnest(ARRAY[NEW.decided_by, NEW.decided_for]) AS said (id)
         WHERE public.same_person(asked.id, said.id)))
  THEN
    RAISE EXCEPTION 'nobody decides on what they themselves submitted (R-T5)'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.decided_for IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM public.stand_in s
     WHERE s.tenant_id = NEW.tenant_id AND s.agent_id = NEW.decided_by
       AND s.principal_id = NEW.decided_for AND s.ended_at IS NULL)
    AND NEW.decided_for IS DISTINCT FROM OLD.decided_for
  THEN
    RAISE EXCEPTION 'nobody acts for somebody who did not ask them (R-T5)'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF OLD.step = 'review' AND NEW.state <> OLD.state AND EXISTS (
    SELECT 1 FROM public.user_account d, public.user_account s
     WHERE d.id = coalesce(NEW.decided_for, NEW.decided_by)
       AND s.id = coalesce(OLD.submitted_for, OLD.submitted_by)
       AND d.unit_id <> s.unit_id AND NOT 'administrator' = ANY (d.roles))
  THEN
    RAISE EXCEPTION 'a unit reviews what is its own (R-T5)'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER approval_by_another BEFORE UPDATE ON approval
FOR EACH ROW EXECUTE FUNCTION approval_by_another()""",
    r"""CREATE OR REPLACE FUNCTION audit_anchor_is_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RAISE EXCEPTION 'R-T6: an anchor stays as it was made' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER audit_anchor_is_kept BEFORE TRUNCATE ON audit_anchor
FOR EACH STATEMENT EXECUTE FUNCTION audit_anchor_is_kept()""",
    r"""CREATE OR REPLACE FUNCTION audit_anchor_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RAISE EXCEPTION 'R-T6: an anchor stays as it was made' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER audit_anchor_stays BEFORE UPDATE OR DELETE ON audit_anchor
FOR EACH ROW EXECUTE FUNCTION audit_anchor_stays()""",
    r"""CREATE OR REPLACE FUNCTION audit_entry_in_own_name() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF current_user <> 'onedoor_definer' THEN
    NEW.bureau_name := coalesce((SELECT b.name FROM public.bureau b WHERE b.id = NEW.tenant_id), '');
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER audit_entry_in_own_name BEFORE INSERT ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_entry_in_own_name()""",
    r"""CREATE OR REPLACE FUNCTION audit_look_is_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RAISE EXCEPTION 'R-T6: who looked and why is kept' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER audit_look_is_kept BEFORE TRUNCATE ON audit_look
FOR EACH STATEMENT EXECUTE FUNCTION audit_look_is_kept()""",
    r"""CREATE OR REPLACE FUNCTION audit_look_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RAISE EXCEPTION 'R-T6: who looked and why is kept' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER audit_look_stays BEFORE UPDATE OR DELETE ON audit_look
FOR EACH ROW EXECUTE FUNCTION audit_look_stays()""",
    r"""CREATE OR REPLACE FUNCTION crossing_entry_is_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RAISE EXCEPTION 'R-T6: who looked and why is kept' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER crossing_entry_is_kept BEFORE TRUNCATE ON crossing_entry
FOR EACH STATEMENT EXECUTE FUNCTION crossing_entry_is_kept()""",
    r"""CREATE OR REPLACE FUNCTION crossing_entry_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RAISE EXCEPTION 'R-T6: who looked and why is kept' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER crossing_entry_stays BEFORE UPDATE OR DELETE ON crossing_entry
FOR EACH ROW EXECUTE FUNCTION crossing_entry_stays()""",
    r"""CREATE OR REPLACE FUNCTION job_in_own_name() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF current_user <> 'onedoor_definer' THEN
    NEW.bureau_name := coalesce((SELECT b.name FROM public.bureau b WHERE b.id = NEW.sender_id), '');
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER job_in_own_name BEFORE INSERT ON job
FOR EACH ROW EXECUTE FUNCTION job_in_own_name()""",
    r"""CREATE OR REPLACE FUNCTION trace_step_in_own_name() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF current_user <> 'onedoor_definer' THEN
    NEW.bureau_name := coalesce((SELECT b.name FROM public.bureau b WHERE b.id = NEW.tenant_id), '');
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER trace_step_in_own_name BEFORE INSERT ON trace_step
FOR EACH ROW EXECUTE FUNCTION trace_step_in_own_name()""",
    r"""ALTER TABLE audit_chain ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON audit_chain TO onedoor_definer""",
    r"""GRANT SELECT ON audit_chain TO onedoor_bureau""",
    r"""GRANT SELECT ON audit_chain TO onedoor_supervisor""",
    r"""CREATE POLICY audit_chain_bureau_select_0 ON audit_chain FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY audit_chain_supervisor_select_1 ON audit_chain FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON audit_entry TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON audit_entry TO onedoor_bureau""",
    r"""GRANT SELECT, INSERT ON audit_entry TO onedoor_supervisor""",
    r"""GRANT INSERT, SELECT ON audit_entry TO onedoor_operator""",
    r"""GRANT INSERT ON audit_entry TO onedoor_identity""",
    r"""CREATE POLICY audit_entry_bureau_select_0 ON audit_entry FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY audit_entry_bureau_insert_1 ON audit_entry FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND sequence IS NULL AND digest IS NULL)""",
    r"""CREATE POLICY audit_entry_supervisor_select_2 ON audit_entry FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY audit_entry_supervisor_insert_3 ON audit_entry FOR INSERT TO onedoor_supervisor WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND sequence IS NULL AND digest IS NULL)""",
    r"""CREATE POLICY audit_entry_operator_insert_4 ON audit_entry FOR INSERT TO onedoor_operator WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND sequence IS NULL AND digest IS NULL)""",
    r"""CREATE POLICY audit_entry_operator_select_5 ON audit_entry FOR SELECT TO onedoor_operator USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY audit_entry_identity_insert_6 ON audit_entry FOR INSERT TO onedoor_identity WITH CHECK (role = 'onedoor_identity' AND subject_kind IN ('user', 'token') AND (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) AND sequence IS NULL AND digest IS NULL)""",
    r"""CREATE POLICY audit_entry_supervisor_select_7 ON audit_entry FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT opened_logs())))""",
    r"""ALTER TABLE calendar_year ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON calendar_year TO onedoor_definer""",
    r"""GRANT SELECT ON calendar_year TO onedoor_bureau""",
    r"""GRANT SELECT ON calendar_year TO onedoor_supervisor""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON calendar_year TO onedoor_operator""",
    r"""GRANT SELECT ON calendar_year TO onedoor_identity""",
    r"""GRANT SELECT ON calendar_year TO onedoor_public""",
    r"""CREATE POLICY calendar_year_bureau_select_0 ON calendar_year FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY calendar_year_supervisor_select_1 ON calendar_year FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""CREATE POLICY calendar_year_operator_select_2 ON calendar_year FOR SELECT TO onedoor_operator USING (true)""",
    r"""CREATE POLICY calendar_year_identity_select_3 ON calendar_year FOR SELECT TO onedoor_identity USING (true)""",
    r"""CREATE POLICY calendar_year_public_select_4 ON calendar_year FOR SELECT TO onedoor_public USING (true)""",
    r"""CREATE POLICY calendar_year_operator_insert_5 ON calendar_year FOR INSERT TO onedoor_operator WITH CHECK (true)""",
    r"""CREATE POLICY calendar_year_operator_update_6 ON calendar_year FOR UPDATE TO onedoor_operator USING (true) WITH CHECK (true)""",
    r"""CREATE POLICY calendar_year_operator_delete_7 ON calendar_year FOR DELETE TO onedoor_operator USING (true)""",
    r"""ALTER TABLE job ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON job TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON job TO onedoor_bureau""",
    r"""GRANT SELECT, INSERT ON job TO onedoor_supervisor""",
    r"""GRANT SELECT (id, tenant_id, name, state, lease_until, attempt, last_attempt, not_before, created_at), UPDATE (state, lease_until, attempt) ON job TO onedoor_dispatch""",
    r"""CREATE POLICY job_bureau_select_0 ON job FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR sender_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY job_bureau_insert_1 ON job FOR INSERT TO onedoor_bureau WITH CHECK (sender_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR name IN ('campaigns.freeze_list', 'campaigns.open_draw', 'campaigns.run_draw', 'campaigns.try_list', 'followups.note_answer', 'followups.note_transfer', 'owed.defer_part', 'owed.note', 'owed.note_answer', 'owed.note_handover', 'owed.register', 'visits.note_beginning', 'visits.schedule', 'visits.substitute')))""",
    r"""CREATE POLICY job_bureau_update_2 ON job FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY job_supervisor_select_3 ON job FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""CREATE POLICY job_supervisor_select_4 ON job FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY job_supervisor_insert_5 ON job FOR INSERT TO onedoor_supervisor WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND sender_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY job_dispatch_select_6 ON job FOR SELECT TO onedoor_dispatch USING (true)""",
    r"""CREATE POLICY job_dispatch_update_7 ON job FOR UPDATE TO onedoor_dispatch USING (true) WITH CHECK (true)""",
    r"""ALTER TABLE jurisdiction ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON jurisdiction TO onedoor_definer""",
    r"""GRANT SELECT ON jurisdiction TO onedoor_bureau""",
    r"""GRANT SELECT ON jurisdiction TO onedoor_supervisor""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON jurisdiction TO onedoor_operator""",
    r"""GRANT SELECT ON jurisdiction TO onedoor_identity""",
    r"""GRANT SELECT ON jurisdiction TO onedoor_public""",
    r"""CREATE POLICY jurisdiction_bureau_select_0 ON jurisdiction FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY jurisdiction_supervisor_select_1 ON jurisdiction FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""CREATE POLICY jurisdiction_operator_select_2 ON jurisdiction FOR SELECT TO onedoor_operator USING (true)""",
    r"""CREATE POLICY jurisdiction_identity_select_3 ON jurisdiction FOR SELECT TO onedoor_identity USING (true)""",
    r"""CREATE POLICY jurisdiction_public_select_4 ON jurisdiction FOR SELECT TO onedoor_public USING (true)""",
    r"""CREATE POLICY jurisdiction_operator_insert_5 ON jurisdiction FOR INSERT TO onedoor_operator WITH CHECK (true)""",
    r"""CREATE POLICY jurisdiction_operator_update_6 ON jurisdiction FOR UPDATE TO onedoor_operator USING (true) WITH CHECK (true)""",
    r"""CREATE POLICY jurisdiction_operator_delete_7 ON jurisdiction FOR DELETE TO onedoor_operator USING (true)""",
    r"""ALTER TABLE person ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON person TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON person TO onedoor_identity""",
    r"""CREATE POLICY person_identity_select_0 ON person FOR SELECT TO onedoor_identity USING (true)""",
    r"""CREATE POLICY person_identity_insert_1 ON person FOR INSERT TO onedoor_identity WITH CHECK (true)""",
    r"""ALTER TABLE sign_in_wait ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_wait TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_wait TO onedoor_identity""",
    r"""CREATE POLICY sign_in_wait_identity_select_0 ON sign_in_wait FOR SELECT TO onedoor_identity USING (true)""",
    r"""CREATE POLICY sign_in_wait_identity_insert_1 ON sign_in_wait FOR INSERT TO onedoor_identity WITH CHECK (true)""",
    r"""CREATE POLICY sign_in_wait_identity_update_2 ON sign_in_wait FOR UPDATE TO onedoor_identity USING (true) WITH CHECK (true)""",
    r"""CREATE POLICY sign_in_wait_identity_delete_3 ON sign_in_wait FOR DELETE TO onedoor_identity USING (true)""",
    r"""ALTER TABLE stored_file ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON stored_file TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON stored_file TO onedoor_bureau""",
    r"""CREATE POLICY stored_file_bureau_select_0 ON stored_file FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY stored_file_bureau_insert_1 ON stored_file FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY stored_file_bureau_update_2 ON stored_file FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY stored_file_bureau_delete_3 ON stored_file FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE trace_step ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON trace_step TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON trace_step TO onedoor_bureau""",
    r"""GRANT SELECT ON trace_step TO onedoor_supervisor""",
    r"""CREATE POLICY trace_step_bureau_select_0 ON trace_step FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR everyone OR nullif(current_setting('onedoor.tenant', true), '')::uuid = ANY (shared_with))""",
    r"""CREATE POLICY trace_step_bureau_insert_1 ON trace_step FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY trace_step_supervisor_select_2 ON trace_step FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""CREATE POLICY trace_step_supervisor_select_3 ON trace_step FOR SELECT TO onedoor_supervisor USING (everyone)""",
    r"""ALTER TABLE bureau ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON bureau TO onedoor_definer""",
    r"""GRANT SELECT ON bureau TO onedoor_bureau""",
    r"""GRANT SELECT ON bureau TO onedoor_supervisor""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON bureau TO onedoor_operator""",
    r"""GRANT SELECT ON bureau TO onedoor_identity""",
    r"""GRANT SELECT ON bureau TO onedoor_public""",
    r"""CREATE POLICY bureau_bureau_select_0 ON bureau FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY bureau_supervisor_select_1 ON bureau FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""CREATE POLICY bureau_operator_select_2 ON bureau FOR SELECT TO onedoor_operator USING (true)""",
    r"""CREATE POLICY bureau_identity_select_3 ON bureau FOR SELECT TO onedoor_identity USING (true)""",
    r"""CREATE POLICY bureau_public_select_4 ON bureau FOR SELECT TO onedoor_public USING (true)""",
    r"""CREATE POLICY bureau_operator_insert_5 ON bureau FOR INSERT TO onedoor_operator WITH CHECK (true)""",
    r"""CREATE POLICY bureau_operator_update_6 ON bureau FOR UPDATE TO onedoor_operator USING (true) WITH CHECK (true)""",
    r"""CREATE POLICY bureau_operator_delete_7 ON bureau FOR DELETE TO onedoor_operator USING (true)""",
    r"""ALTER TABLE job_progress ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON job_progress TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON job_progress TO onedoor_bureau""",
    r"""GRANT SELECT ON job_progress TO onedoor_supervisor""",
    r"""CREATE POLICY job_progress_bureau_select_0 ON job_progress FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY job_progress_bureau_insert_1 ON job_progress FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY job_progress_bureau_update_2 ON job_progress FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY job_progress_bureau_delete_3 ON job_progress FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY job_progress_supervisor_select_4 ON job_progress FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE jurisdiction_setting ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON jurisdiction_setting TO onedoor_definer""",
    r"""GRANT SELECT ON jurisdiction_setting TO onedoor_bureau""",
    r"""GRANT SELECT ON jurisdiction_setting TO onedoor_supervisor""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON jurisdiction_setting TO onedoor_operator""",
    r"""GRANT SELECT ON jurisdiction_setting TO onedoor_identity""",
    r"""GRANT SELECT ON jurisdiction_setting TO onedoor_public""",
    r"""CREATE POLICY jurisdiction_setting_bureau_select_0 ON jurisdiction_setting FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY jurisdiction_setting_supervisor_select_1 ON jurisdiction_setting FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""CREATE POLICY jurisdiction_setting_operator_select_2 ON jurisdiction_setting FOR SELECT TO onedoor_operator USING (true)""",
    r"""CREATE POLICY jurisdiction_setting_identity_select_3 ON jurisdiction_setting FOR SELECT TO onedoor_identity USING (true)""",
    r"""CREATE POLICY jurisdiction_setting_public_select_4 ON jurisdiction_setting FOR SELECT TO onedoor_public USING (true)""",
    r"""CREATE POLICY jurisdiction_setting_operator_insert_5 ON jurisdiction_setting FOR INSERT TO onedoor_operator WITH CHECK (true)""",
    r"""CREATE POLICY jurisdiction_setting_operator_update_6 ON jurisdiction_setting FOR UPDATE TO onedoor_operator USING (true) WITH CHECK (true)""",
    r"""CREATE POLICY jurisdiction_setting_operator_delete_7 ON jurisdiction_setting FOR DELETE TO onedoor_operator USING (true)""",
    r"""ALTER TABLE api_token ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON api_token TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON api_token TO onedoor_identity""",
    r"""CREATE POLICY api_token_identity_select_0 ON api_token FOR SELECT TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY api_token_identity_insert_1 ON api_token FOR INSERT TO onedoor_identity WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY api_token_identity_update_2 ON api_token FOR UPDATE TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE approval ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON approval TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON approval TO onedoor_bureau""",
    r"""GRANT SELECT ON approval TO onedoor_supervisor""",
    r"""CREATE POLICY approval_bureau_select_0 ON approval FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY approval_bureau_insert_1 ON approval FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY approval_bureau_update_2 ON approval FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY approval_supervisor_select_3 ON approval FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE audit_anchor ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON audit_anchor TO onedoor_definer""",
    r"""GRANT SELECT ON audit_anchor TO onedoor_supervisor""",
    r"""CREATE POLICY audit_anchor_supervisor_select_0 ON audit_anchor FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE audit_look ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON audit_look TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON audit_look TO onedoor_supervisor""",
    r"""CREATE POLICY audit_look_supervisor_select_0 ON audit_look FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY audit_look_supervisor_insert_1 ON audit_look FOR INSERT TO onedoor_supervisor WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND actor_id = nullif(current_setting('onedoor.actor', true), '')::uuid AND bureau_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE crossing_entry ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON crossing_entry TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON crossing_entry TO onedoor_supervisor""",
    r"""CREATE POLICY crossing_entry_supervisor_select_0 ON crossing_entry FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY crossing_entry_supervisor_insert_1 ON crossing_entry FOR INSERT TO onedoor_supervisor WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE setting_proposal ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON setting_proposal TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON setting_proposal TO onedoor_bureau""",
    r"""GRANT SELECT ON setting_proposal TO onedoor_supervisor""",
    r"""GRANT SELECT, UPDATE ON setting_proposal TO onedoor_operator""",
    r"""CREATE POLICY setting_proposal_bureau_select_0 ON setting_proposal FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY setting_proposal_bureau_insert_1 ON setting_proposal FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND state = 'waiting' AND jurisdiction_code IN (SELECT supervised_places()))""",
    r"""CREATE POLICY setting_proposal_supervisor_select_2 ON setting_proposal FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY setting_proposal_operator_select_3 ON setting_proposal FOR SELECT TO onedoor_operator USING (true)""",
    r"""CREATE POLICY setting_proposal_operator_update_4 ON setting_proposal FOR UPDATE TO onedoor_operator USING (true) WITH CHECK (true)""",
    r"""ALTER TABLE supervision_grant ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON supervision_grant TO onedoor_definer""",
    r"""GRANT SELECT ON supervision_grant TO onedoor_bureau""",
    r"""GRANT SELECT ON supervision_grant TO onedoor_supervisor""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON supervision_grant TO onedoor_operator""",
    r"""CREATE POLICY supervision_grant_bureau_select_0 ON supervision_grant FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY supervision_grant_supervisor_select_1 ON supervision_grant FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""CREATE POLICY supervision_grant_operator_select_2 ON supervision_grant FOR SELECT TO onedoor_operator USING (true)""",
    r"""CREATE POLICY supervision_grant_operator_insert_3 ON supervision_grant FOR INSERT TO onedoor_operator WITH CHECK (true)""",
    r"""CREATE POLICY supervision_grant_operator_update_4 ON supervision_grant FOR UPDATE TO onedoor_operator USING (true) WITH CHECK (true)""",
    r"""CREATE POLICY supervision_grant_operator_delete_5 ON supervision_grant FOR DELETE TO onedoor_operator USING (true)""",
    r"""ALTER TABLE unit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON unit TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON unit TO onedoor_bureau""",
    r"""GRANT SELECT ON unit TO onedoor_supervisor""",
    r"""GRANT SELECT, INSERT ON unit TO onedoor_operator""",
    r"""GRANT SELECT ON unit TO onedoor_identity""",
    r"""CREATE POLICY unit_bureau_select_0 ON unit FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY unit_bureau_insert_1 ON unit FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY unit_bureau_update_2 ON unit FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY unit_bureau_delete_3 ON unit FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY unit_supervisor_select_4 ON unit FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""CREATE POLICY unit_operator_select_5 ON unit FOR SELECT TO onedoor_operator USING (true)""",
    r"""CREATE POLICY unit_operator_insert_6 ON unit FOR INSERT TO onedoor_operator WITH CHECK (true)""",
    r"""CREATE POLICY unit_identity_select_7 ON unit FOR SELECT TO onedoor_identity USING (true)""",
    r"""ALTER TABLE user_account ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON user_account TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON user_account TO onedoor_identity""",
    r"""GRANT SELECT (id, tenant_id, display_name, post, unit_id, active, roles, username) ON user_account TO onedoor_bureau""",
    r"""GRANT INSERT ON user_account TO onedoor_operator""",
    r"""CREATE POLICY user_account_identity_select_0 ON user_account FOR SELECT TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY user_account_identity_insert_1 ON user_account FOR INSERT TO onedoor_identity WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY user_account_identity_update_2 ON user_account FOR UPDATE TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY user_account_bureau_select_3 ON user_account FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY user_account_operator_insert_4 ON user_account FOR INSERT TO onedoor_operator WITH CHECK (true)""",
    r"""ALTER TABLE access_link ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON access_link TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON access_link TO onedoor_identity""",
    r"""CREATE POLICY access_link_identity_select_0 ON access_link FOR SELECT TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY access_link_identity_insert_1 ON access_link FOR INSERT TO onedoor_identity WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY access_link_identity_update_2 ON access_link FOR UPDATE TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE federated_login ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON federated_login TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON federated_login TO onedoor_identity""",
    r"""CREATE POLICY federated_login_identity_select_0 ON federated_login FOR SELECT TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY federated_login_identity_insert_1 ON federated_login FOR INSERT TO onedoor_identity WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY federated_login_identity_update_2 ON federated_login FOR UPDATE TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY federated_login_identity_delete_3 ON federated_login FOR DELETE TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE list_columns ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON list_columns TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON list_columns TO onedoor_bureau""",
    r"""CREATE POLICY list_columns_bureau_select_0 ON list_columns FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND account_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""CREATE POLICY list_columns_bureau_insert_1 ON list_columns FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND account_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""CREATE POLICY list_columns_bureau_update_2 ON list_columns FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND account_id = nullif(current_setting('onedoor.actor', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND account_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""CREATE POLICY list_columns_bureau_delete_3 ON list_columns FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND account_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""ALTER TABLE list_view ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON list_view TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON list_view TO onedoor_bureau""",
    r"""CREATE POLICY list_view_bureau_select_0 ON list_view FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (shared OR account_id = nullif(current_setting('onedoor.actor', true), '')::uuid))""",
    r"""CREATE POLICY list_view_bureau_insert_1 ON list_view FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND account_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""CREATE POLICY list_view_bureau_update_2 ON list_view FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND account_id = nullif(current_setting('onedoor.actor', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND account_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""CREATE POLICY list_view_bureau_delete_3 ON list_view FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND account_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""ALTER TABLE stand_in ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON stand_in TO onedoor_definer""",
    r"""GRANT SELECT ON stand_in TO onedoor_bureau""",
    r"""GRANT SELECT ON stand_in TO onedoor_supervisor""",
    r"""GRANT SELECT, INSERT, UPDATE ON stand_in TO onedoor_identity""",
    r"""CREATE POLICY stand_in_bureau_select_0 ON stand_in FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY stand_in_supervisor_select_1 ON stand_in FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""CREATE POLICY stand_in_identity_select_2 ON stand_in FOR SELECT TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY stand_in_identity_insert_3 ON stand_in FOR INSERT TO onedoor_identity WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY stand_in_identity_update_4 ON stand_in FOR UPDATE TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE user_session ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON user_session TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON user_session TO onedoor_identity""",
    r"""CREATE POLICY user_session_identity_select_0 ON user_session FOR SELECT TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY user_session_identity_insert_1 ON user_session FOR INSERT TO onedoor_identity WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY user_session_identity_update_2 ON user_session FOR UPDATE TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY user_session_identity_delete_3 ON user_session FOR DELETE TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT SELECT ON alembic_version TO onedoor_dispatch""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
