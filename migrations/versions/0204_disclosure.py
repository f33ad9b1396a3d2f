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
    words TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_disclosure PRIMARY KEY (id),
    CONSTRAINT uq_disclosure_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_disclosure_tenant_id_kind_subject_id_version UNIQUE (tenant_id, kind, subject_id, version),
    CONSTRAINT fk_disclosure_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_disclosure_entity_code ON disclosure (entity_code)""",
    r"""CREATE INDEX ix_disclosure_kind_since ON disclosure (kind, since DESC, id DESC)""",
    r"""CREATE INDEX ix_disclosure_tenant_id ON disclosure (tenant_id)""",
    r"""CREATE INDEX ix_disclosure_words ON disclosure USING gin (words gin_trgm_ops)""",
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
    r"""CREATE POLICY disclosure_bureau_select_3 ON disclosure FOR SELECT TO onedoor_bureau USING (since <= now() AND (until IS NULL OR until > now()))""",
    r"""CREATE POLICY disclosure_supervisor_select_4 ON disclosure FOR SELECT TO onedoor_supervisor USING (since <= now() AND (until IS NULL OR until > now()))""",
    r"""CREATE POLICY disclosure_supervisor_select_5 ON disclosure FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""CREATE POLICY disclosure_public_select_6 ON disclosure FOR SELECT TO onedoor_public USING (since <= now() AND (until IS NULL OR until > now()))""",
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
