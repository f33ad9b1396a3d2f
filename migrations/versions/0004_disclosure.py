"""Disclosure: tables, indexes, functions, policies.

Drafted by `python -m migrations.draft 0004_disclosure 0003_filing disclosure`.
"""

from __future__ import annotations

from alembic import op

revision = "0004_disclosure"
down_revision = "0003_filing"

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
    r"""CREATE INDEX ix_disclosed_file_tenant_id ON disclosed_file (tenant_id)""",
    r"""ALTER TABLE disclosure ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE disclosure FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON disclosure TO onedoor_definer""",
    r"""GRANT SELECT ON disclosure TO onedoor_bureau""",
    r"""CREATE POLICY disclosure_bureau_select_0 ON disclosure FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT INSERT ON disclosure TO onedoor_bureau""",
    r"""CREATE POLICY disclosure_bureau_insert_1 ON disclosure FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT UPDATE ON disclosure TO onedoor_bureau""",
    r"""CREATE POLICY disclosure_bureau_update_2 ON disclosure FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT SELECT ON disclosure TO onedoor_bureau""",
    r"""CREATE POLICY disclosure_bureau_select_3 ON disclosure FOR SELECT TO onedoor_bureau USING (since <= now() AND (until IS NULL OR until > now()))""",
    r"""GRANT SELECT ON disclosure TO onedoor_supervisor""",
    r"""CREATE POLICY disclosure_supervisor_select_4 ON disclosure FOR SELECT TO onedoor_supervisor USING (since <= now() AND (until IS NULL OR until > now()))""",
    r"""GRANT SELECT ON disclosure TO onedoor_supervisor""",
    r"""CREATE POLICY disclosure_supervisor_select_5 ON disclosure FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""GRANT SELECT ON disclosure TO onedoor_public""",
    r"""CREATE POLICY disclosure_public_select_6 ON disclosure FOR SELECT TO onedoor_public USING (since <= now() AND (until IS NULL OR until > now()))""",
    r"""ALTER TABLE disclosed_file ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE disclosed_file FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON disclosed_file TO onedoor_definer""",
    r"""GRANT SELECT ON disclosed_file TO onedoor_bureau""",
    r"""CREATE POLICY disclosed_file_bureau_select_0 ON disclosed_file FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT INSERT ON disclosed_file TO onedoor_bureau""",
    r"""CREATE POLICY disclosed_file_bureau_insert_1 ON disclosed_file FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT UPDATE ON disclosed_file TO onedoor_bureau""",
    r"""CREATE POLICY disclosed_file_bureau_update_2 ON disclosed_file FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT SELECT ON disclosed_file TO onedoor_bureau""",
    r"""CREATE POLICY disclosed_file_bureau_select_3 ON disclosed_file FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM disclosure d WHERE d.id = disclosure_id))""",
    r"""GRANT SELECT ON disclosed_file TO onedoor_supervisor""",
    r"""CREATE POLICY disclosed_file_supervisor_select_4 ON disclosed_file FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM disclosure d WHERE d.id = disclosure_id))""",
    r"""GRANT SELECT ON disclosed_file TO onedoor_public""",
    r"""CREATE POLICY disclosed_file_public_select_5 ON disclosed_file FOR SELECT TO onedoor_public USING (EXISTS (SELECT 1 FROM disclosure d WHERE d.id = disclosure_id))""",
)


def upgrade() -> None:
    """Create the room's part of the database."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
