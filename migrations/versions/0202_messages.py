"""Messages: tables, indexes, functions, policies, first rows.

Drafted by `python -m migrations.draft all`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0202_messages"
down_revision = "0201_house"

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
    r"""CREATE TABLE letter_template (
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    active BOOLEAN DEFAULT true NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    added_by TEXT NOT NULL,
    content BYTEA,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_letter_template PRIMARY KEY (id),
    CONSTRAINT uq_letter_template_tenant_id_kind_version UNIQUE (tenant_id, kind, version),
    CONSTRAINT fk_letter_template_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_letter_template_tenant_id ON letter_template (tenant_id)""",
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
    r"""CREATE TABLE message (
    user_id UUID,
    permission TEXT,
    text TEXT NOT NULL,
    text_said JSONB,
    link TEXT NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_message PRIMARY KEY (id),
    CONSTRAINT uq_message_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_message_user_id_tenant_id FOREIGN KEY(user_id, tenant_id) REFERENCES user_account (id, tenant_id),
    CONSTRAINT ck_message_to CHECK ((user_id IS NULL) <> (permission IS NULL)),
    CONSTRAINT fk_message_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_message_sent ON message (tenant_id, sent_at, id)""",
    r"""CREATE INDEX ix_message_tenant_id ON message (tenant_id)""",
    r"""CREATE TABLE message_reading (
    message_id UUID NOT NULL,
    user_id UUID NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_message_reading PRIMARY KEY (id),
    CONSTRAINT fk_message_reading_message_id_tenant_id FOREIGN KEY(message_id, tenant_id) REFERENCES message (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT fk_message_reading_user_id_tenant_id FOREIGN KEY(user_id, tenant_id) REFERENCES user_account (id, tenant_id),
    CONSTRAINT uq_message_reading_message_id_user_id UNIQUE (message_id, user_id),
    CONSTRAINT fk_message_reading_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_message_reading_tenant_id ON message_reading (tenant_id)""",
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
    r"""ALTER TABLE letter_template ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON letter_template TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON letter_template TO onedoor_bureau""",
    r"""CREATE POLICY letter_template_bureau_select_0 ON letter_template FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY letter_template_bureau_insert_1 ON letter_template FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE delivery ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON delivery TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON delivery TO onedoor_bureau""",
    r"""GRANT SELECT ON delivery TO onedoor_supervisor""",
    r"""CREATE POLICY delivery_bureau_select_0 ON delivery FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY delivery_bureau_insert_1 ON delivery FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY delivery_supervisor_select_2 ON delivery FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE message ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON message TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON message TO onedoor_bureau""",
    r"""GRANT SELECT ON message TO onedoor_supervisor""",
    r"""CREATE POLICY message_bureau_select_0 ON message FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY message_bureau_insert_1 ON message FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY message_supervisor_select_2 ON message FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE message_reading ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON message_reading TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON message_reading TO onedoor_bureau""",
    r"""GRANT SELECT ON message_reading TO onedoor_supervisor""",
    r"""CREATE POLICY message_reading_bureau_select_0 ON message_reading FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY message_reading_bureau_insert_1 ON message_reading FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY message_reading_supervisor_select_2 ON message_reading FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
