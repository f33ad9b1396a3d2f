"""Documents as they were issued, told from forged ones by their code, and their delivery; corrections of accepted records (R-O3).

Drafted by `python -m migrations.draft 0230_documents document delivery check_document record_revision`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0230_documents"
down_revision = "0218_plan_kinds"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE document (
    kind TEXT NOT NULL,
    year INTEGER NOT NULL,
    serial INTEGER NOT NULL,
    number TEXT NOT NULL,
    subject_id UUID NOT NULL,
    entity_name TEXT NOT NULL,
    values JSONB NOT NULL,
    digest TEXT NOT NULL,
    code TEXT NOT NULL,
    issued_on DATE NOT NULL,
    issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
    issued_by TEXT NOT NULL,
    shared_with UUID[] DEFAULT '{}' NOT NULL,
    content BYTEA NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_document PRIMARY KEY (id),
    CONSTRAINT uq_document_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_document_tenant_id_kind_year_serial UNIQUE (tenant_id, kind, year, serial),
    CONSTRAINT uq_document_code UNIQUE (code),
    CONSTRAINT fk_document_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_document_subject_id ON document (subject_id)""",
    r"""CREATE INDEX ix_document_tenant_id ON document (tenant_id)""",
    r"""CREATE TABLE delivery (
    document_id UUID NOT NULL,
    how TEXT NOT NULL,
    delivered_on DATE NOT NULL,
    to_name TEXT NOT NULL,
    signed BOOLEAN NOT NULL,
    note TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_delivery PRIMARY KEY (id),
    CONSTRAINT fk_delivery_document_id_tenant_id FOREIGN KEY(document_id, tenant_id) REFERENCES document (id, tenant_id),
    CONSTRAINT ck_delivery_refused CHECK (signed OR note <> ''),
    CONSTRAINT ck_delivery_how CHECK (how IN ('direct', 'post', 'electronic', 'left', 'entrusted', 'public')),
    CONSTRAINT fk_delivery_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_delivery_document_id ON delivery (document_id)""",
    r"""CREATE INDEX ix_delivery_tenant_id ON delivery (tenant_id)""",
    r"""CREATE TABLE record_revision (
    record_id UUID NOT NULL,
    version INTEGER NOT NULL,
    reason TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    proposed JSONB NOT NULL,
    former JSONB,
    state TEXT DEFAULT 'proposed' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    author_name TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    decider_name TEXT,
    return_reason TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_record_revision PRIMARY KEY (id),
    CONSTRAINT uq_record_revision_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_record_revision_record_id_tenant_id FOREIGN KEY(record_id, tenant_id) REFERENCES record (id, tenant_id),
    CONSTRAINT ck_record_revision_state CHECK (state IN ('proposed', 'approved', 'returned')),
    CONSTRAINT ck_record_revision_former CHECK (state <> 'approved' OR former IS NOT NULL),
    CONSTRAINT ck_record_revision_reason CHECK (reason <> '' AND requested_by <> ''),
    CONSTRAINT fk_record_revision_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_record_revision_tenant_id ON record_revision (tenant_id)""",
    r"""CREATE UNIQUE INDEX uq_record_revision_going ON record_revision (record_id) WHERE state = 'proposed'""",
    r"""CREATE UNIQUE INDEX uq_record_revision_version ON record_revision (record_id, version) WHERE state = 'approved'""",
    r"""CREATE OR REPLACE FUNCTION check_document(asked text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT jsonb_build_object('number', d.number, 'bureau', b.name, 'issued_on', d.issued_on, 'digest', d.digest)
  FROM public.document d JOIN public.bureau b ON b.id = d.tenant_id
 WHERE d.code = asked
$body$""",
    r"""GRANT EXECUTE ON FUNCTION check_document(text) TO onedoor_public, onedoor_bureau""",
    r"""ALTER FUNCTION check_document(text) OWNER TO onedoor_definer""",
    r"""ALTER TABLE document ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON document TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON document TO onedoor_bureau""",
    r"""GRANT SELECT ON document TO onedoor_supervisor""",
    r"""CREATE POLICY document_bureau_select_0 ON document FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR nullif(current_setting('onedoor.tenant', true), '')::uuid = ANY (shared_with))""",
    r"""CREATE POLICY document_bureau_insert_1 ON document FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY document_supervisor_select_2 ON document FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE delivery ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON delivery TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON delivery TO onedoor_bureau""",
    r"""GRANT SELECT ON delivery TO onedoor_supervisor""",
    r"""CREATE POLICY delivery_bureau_select_0 ON delivery FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY delivery_bureau_insert_1 ON delivery FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY delivery_supervisor_select_2 ON delivery FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE record_revision ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON record_revision TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON record_revision TO onedoor_bureau""",
    r"""GRANT SELECT ON record_revision TO onedoor_supervisor""",
    r"""CREATE POLICY record_revision_bureau_select_0 ON record_revision FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY record_revision_bureau_insert_1 ON record_revision FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY record_revision_bureau_update_2 ON record_revision FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY record_revision_supervisor_select_3 ON record_revision FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
