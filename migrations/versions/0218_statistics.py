"""Statistics: tables, indexes, functions, policies, first rows.

Drafted by `python -m migrations.draft all`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0218_statistics"
down_revision = "0217_ledger"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE statistical_return (
    kind TEXT NOT NULL,
    level TEXT NOT NULL,
    year INTEGER NOT NULL,
    part TEXT NOT NULL,
    version INTEGER NOT NULL,
    series_id UUID NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    cutoff TIMESTAMP WITH TIME ZONE NOT NULL,
    due_on DATE NOT NULL,
    recipients TEXT DEFAULT '' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by TEXT NOT NULL,
    creator_id UUID,
    filed_at TIMESTAMP WITH TIME ZONE,
    filed_on DATE,
    filed_by TEXT,
    facts JSONB DEFAULT '{}' NOT NULL,
    sheet JSONB,
    digests TEXT[] DEFAULT '{}' NOT NULL,
    sources UUID[] DEFAULT '{}' NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_statistical_return PRIMARY KEY (id),
    CONSTRAINT uq_statistical_return_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_statistical_return_series_id_version UNIQUE (series_id, version),
    CONSTRAINT ck_statistical_return_kind CHECK (kind IN ('F3', 'F4', 'F7', 'F8', 'F9', 'F10', 'self_review')),
    CONSTRAINT ck_statistical_return_level CHECK (level IN ('own', 'place')),
    CONSTRAINT ck_statistical_return_part CHECK (part IN ('Q1', 'Q2', 'Q3', 'Q4', 'H1', 'H2', 'Y')),
    CONSTRAINT ck_statistical_return_filed CHECK ((filed_at IS NULL) = (sheet IS NULL)),
    CONSTRAINT ck_statistical_return_reason CHECK (version = 1 OR reason <> ''),
    CONSTRAINT fk_statistical_return_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_statistical_return_digests ON statistical_return USING gin (digests)""",
    r"""CREATE INDEX ix_statistical_return_series_id ON statistical_return (series_id)""",
    r"""CREATE INDEX ix_statistical_return_tenant_id ON statistical_return (tenant_id)""",
    r"""CREATE UNIQUE INDEX uq_statistical_return_draft ON statistical_return (series_id) WHERE filed_at IS NULL""",
    r"""CREATE UNIQUE INDEX uq_statistical_return_first ON statistical_return (tenant_id, kind, level, year, part) WHERE version = 1""",
    r"""CREATE TABLE statistical_return_set (
    digest TEXT NOT NULL,
    records INTEGER NOT NULL,
    content BYTEA NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_statistical_return_set PRIMARY KEY (id),
    CONSTRAINT uq_statistical_return_set_tenant_id_digest UNIQUE (tenant_id, digest),
    CONSTRAINT fk_statistical_return_set_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_statistical_return_set_tenant_id ON statistical_return_set (tenant_id)""",
    r"""CREATE TABLE statistical_return_facts (
    return_id UUID NOT NULL,
    version INTEGER NOT NULL,
    facts JSONB NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    writer_name TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_statistical_return_facts PRIMARY KEY (id),
    CONSTRAINT fk_statistical_return_facts_return_id_tenant_id FOREIGN KEY(return_id, tenant_id) REFERENCES statistical_return (id, tenant_id),
    CONSTRAINT uq_statistical_return_facts_return_id_version UNIQUE (return_id, version),
    CONSTRAINT fk_statistical_return_facts_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_statistical_return_facts_tenant_id ON statistical_return_facts (tenant_id)""",
    r"""CREATE TABLE statistical_return_file (
    return_id UUID NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    digest TEXT NOT NULL,
    content BYTEA NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    added_by TEXT NOT NULL,
    removed_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_statistical_return_file PRIMARY KEY (id),
    CONSTRAINT fk_statistical_return_file_return_id_tenant_id FOREIGN KEY(return_id, tenant_id) REFERENCES statistical_return (id, tenant_id),
    CONSTRAINT fk_statistical_return_file_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_statistical_return_file_return_id ON statistical_return_file (return_id)""",
    r"""CREATE INDEX ix_statistical_return_file_tenant_id ON statistical_return_file (tenant_id)""",
    r"""ALTER TABLE statistical_return ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON statistical_return TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON statistical_return TO onedoor_bureau""",
    r"""GRANT SELECT ON statistical_return TO onedoor_supervisor""",
    r"""CREATE POLICY statistical_return_bureau_select_0 ON statistical_return FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR (filed_at IS NOT NULL AND EXISTS (SELECT 1 FROM filing f WHERE f.kind = 'return' AND f.subject_id = statistical_return.id)))""",
    r"""CREATE POLICY statistical_return_bureau_insert_1 ON statistical_return FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND filed_at IS NULL)""",
    r"""CREATE POLICY statistical_return_bureau_update_2 ON statistical_return FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND filed_at IS NULL) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY statistical_return_bureau_delete_3 ON statistical_return FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND filed_at IS NULL)""",
    r"""CREATE POLICY statistical_return_supervisor_select_4 ON statistical_return FOR SELECT TO onedoor_supervisor USING (filed_at IS NOT NULL AND tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE statistical_return_set ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON statistical_return_set TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON statistical_return_set TO onedoor_bureau""",
    r"""GRANT SELECT ON statistical_return_set TO onedoor_supervisor""",
    r"""CREATE POLICY statistical_return_set_bureau_select_0 ON statistical_return_set FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR EXISTS (SELECT 1 FROM statistical_return r WHERE r.tenant_id = statistical_return_set.tenant_id AND r.digests @> ARRAY[statistical_return_set.digest]))""",
    r"""CREATE POLICY statistical_return_set_bureau_insert_1 ON statistical_return_set FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY statistical_return_set_supervisor_select_2 ON statistical_return_set FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())) AND EXISTS (SELECT 1 FROM statistical_return r WHERE r.tenant_id = statistical_return_set.tenant_id AND r.digests @> ARRAY[statistical_return_set.digest]))""",
    r"""ALTER TABLE statistical_return_facts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON statistical_return_facts TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, DELETE ON statistical_return_facts TO onedoor_bureau""",
    r"""GRANT SELECT ON statistical_return_facts TO onedoor_supervisor""",
    r"""CREATE POLICY statistical_return_facts_bureau_select_0 ON statistical_return_facts FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR (EXISTS (SELECT 1 FROM statistical_return r WHERE r.id = return_id AND r.filed_at IS NOT NULL)))""",
    r"""CREATE POLICY statistical_return_facts_bureau_insert_1 ON statistical_return_facts FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM statistical_return r WHERE r.id = return_id AND r.filed_at IS NULL))""",
    r"""CREATE POLICY statistical_return_facts_bureau_delete_2 ON statistical_return_facts FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM statistical_return r WHERE r.id = return_id AND r.filed_at IS NULL))""",
    r"""CREATE POLICY statistical_return_facts_supervisor_select_3 ON statistical_return_facts FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())) AND EXISTS (SELECT 1 FROM statistical_return r WHERE r.id = return_id AND r.filed_at IS NOT NULL))""",
    r"""ALTER TABLE statistical_return_file ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON statistical_return_file TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE (removed_at), DELETE ON statistical_return_file TO onedoor_bureau""",
    r"""GRANT SELECT ON statistical_return_file TO onedoor_supervisor""",
    r"""CREATE POLICY statistical_return_file_bureau_select_0 ON statistical_return_file FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR (removed_at IS NULL AND EXISTS (SELECT 1 FROM statistical_return r WHERE r.id = return_id AND r.filed_at IS NOT NULL)))""",
    r"""CREATE POLICY statistical_return_file_bureau_insert_1 ON statistical_return_file FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM statistical_return r WHERE r.id = return_id AND r.filed_at IS NULL))""",
    r"""CREATE POLICY statistical_return_file_bureau_update_2 ON statistical_return_file FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM statistical_return r WHERE r.id = return_id AND r.filed_at IS NULL)) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY statistical_return_file_bureau_delete_3 ON statistical_return_file FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM statistical_return r WHERE r.id = return_id AND r.filed_at IS NULL))""",
    r"""CREATE POLICY statistical_return_file_supervisor_select_4 ON statistical_return_file FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())) AND removed_at IS NULL AND EXISTS (SELECT 1 FROM statistical_return r WHERE r.id = return_id AND r.filed_at IS NOT NULL))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
