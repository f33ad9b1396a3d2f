"""Disclosure: tables, indexes, functions, policies, first rows.

Drafted by `python -m migrations.draft all`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0204_disclosure"
down_revision = "0203_filing"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE disclosure (
    kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    bureau_name TEXT NOT NULL,
    place TEXT,
    entity_code TEXT,
    entity_name TEXT,
    content JSONB NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    until TIMESTAMP WITH TIME ZONE,
    ended_because TEXT,
    ended_how TEXT,
    words TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_disclosure PRIMARY KEY (id),
    CONSTRAINT uq_disclosure_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_disclosure_tenant_id_kind_subject_id_version UNIQUE (tenant_id, kind, subject_id, version),
    CONSTRAINT ck_disclosure_ended_how CHECK (ended_how IN ('repaired', 'law')),
    CONSTRAINT fk_disclosure_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_disclosure_entity_code ON disclosure (entity_code)""",
    r"""CREATE INDEX ix_disclosure_kind_since ON disclosure (kind, since DESC, id DESC)""",
    r"""CREATE INDEX ix_disclosure_tenant_id ON disclosure (tenant_id)""",
    r"""CREATE INDEX ix_disclosure_words ON disclosure USING gin (words gin_trgm_ops)""",
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
    r"""CREATE TABLE disclosed_file (
    disclosure_id UUID NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    digest TEXT NOT NULL,
    content BYTEA,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_disclosed_file PRIMARY KEY (id),
    CONSTRAINT fk_disclosed_file_disclosure_id_tenant_id FOREIGN KEY(disclosure_id, tenant_id) REFERENCES disclosure (id, tenant_id),
    CONSTRAINT uq_disclosed_file_disclosure_id_name UNIQUE (disclosure_id, name),
    CONSTRAINT fk_disclosed_file_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""ALTER TABLE disclosed_file ALTER COLUMN content SET STORAGE EXTERNAL""",
    r"""CREATE INDEX ix_disclosed_file_tenant_id ON disclosed_file (tenant_id)""",
    r"""CREATE OR REPLACE FUNCTION disclosed_by_another(the_kind text, the_subject uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT EXISTS (SELECT FROM public.disclosure d
                WHERE d.kind = the_kind AND d.subject_id = the_subject AND d.tenant_id <> nullif(current_setting('onedoor.tenant', true), '')::uuid)
$body$""",
    r"""GRANT EXECUTE ON FUNCTION disclosed_by_another(text, uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION disclosed_by_another(text, uuid) OWNER TO onedoor_definer""",
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
    r"""CREATE OR REPLACE FUNCTION disclosure_in_own_name() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF current_user <> 'onedoor_definer' THEN
    NEW.bureau_name := coalesce((SELECT b.name FROM public.bureau b WHERE b.id = NEW.tenant_id), '');
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER disclosure_in_own_name BEFORE INSERT OR UPDATE ON disclosure
FOR EACH ROW EXECUTE FUNCTION disclosure_in_own_name()""",
    r"""CREATE OR REPLACE FUNCTION disclosure_of_own_subject() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF public.disclosed_by_another(NEW.kind, NEW.subject_id) THEN
    RAISE EXCEPTION 'R-O1: another bureau has made this public' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER disclosure_of_own_subject BEFORE INSERT OR UPDATE OF kind, subject_id ON disclosure
FOR EACH ROW EXECUTE FUNCTION disclosure_of_own_subject()""",
    r"""ALTER TABLE disclosure ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON disclosure TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON disclosure TO onedoor_bureau""",
    r"""GRANT SELECT ON disclosure TO onedoor_supervisor""",
    r"""GRANT SELECT ON disclosure TO onedoor_public""",
    r"""CREATE POLICY disclosure_bureau_select_0 ON disclosure FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY disclosure_bureau_insert_1 ON disclosure FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY disclosure_bureau_update_2 ON disclosure FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY disclosure_bureau_select_3 ON disclosure FOR SELECT TO onedoor_bureau USING (since <= public.onedoor_now() AND (until IS NULL OR until > public.onedoor_now()))""",
    r"""CREATE POLICY disclosure_supervisor_select_4 ON disclosure FOR SELECT TO onedoor_supervisor USING (since <= public.onedoor_now() AND (until IS NULL OR until > public.onedoor_now()))""",
    r"""CREATE POLICY disclosure_supervisor_select_5 ON disclosure FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""CREATE POLICY disclosure_public_select_6 ON disclosure FOR SELECT TO onedoor_public USING (since <= public.onedoor_now() AND (until IS NULL OR until > public.onedoor_now()))""",
    r"""ALTER TABLE withholding ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON withholding TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON withholding TO onedoor_bureau""",
    r"""GRANT SELECT ON withholding TO onedoor_supervisor""",
    r"""CREATE POLICY withholding_bureau_select_0 ON withholding FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY withholding_bureau_insert_1 ON withholding FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY withholding_bureau_update_2 ON withholding FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY withholding_supervisor_select_3 ON withholding FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE disclosed_file ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON disclosed_file TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON disclosed_file TO onedoor_bureau""",
    r"""GRANT SELECT ON disclosed_file TO onedoor_supervisor""",
    r"""GRANT SELECT ON disclosed_file TO onedoor_public""",
    r"""CREATE POLICY disclosed_file_bureau_select_0 ON disclosed_file FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY disclosed_file_bureau_insert_1 ON disclosed_file FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY disclosed_file_bureau_update_2 ON disclosed_file FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY disclosed_file_bureau_select_3 ON disclosed_file FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM disclosure d WHERE d.id = disclosure_id))""",
    r"""CREATE POLICY disclosed_file_supervisor_select_4 ON disclosed_file FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM disclosure d WHERE d.id = disclosure_id))""",
    r"""CREATE POLICY disclosed_file_public_select_5 ON disclosed_file FOR SELECT TO onedoor_public USING (EXISTS (SELECT 1 FROM disclosure d WHERE d.id = disclosure_id))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
