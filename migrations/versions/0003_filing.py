"""Filing: tables, indexes, functions, policies.

Drafted by `python -m migrations.draft 0003_filing 0002_messages filing`.
"""

from __future__ import annotations

from alembic import op

revision = "0003_filing"
down_revision = "0002_messages"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE filing (
    receiver_id UUID NOT NULL,
    kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    series_id UUID NOT NULL,
    title TEXT NOT NULL,
    version INTEGER NOT NULL,
    review BOOLEAN NOT NULL,
    due_on DATE,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sent_on DATE NOT NULL,
    sender_name TEXT NOT NULL,
    summary JSONB NOT NULL,
    link TEXT,
    shared_with UUID[] DEFAULT '{}' NOT NULL,
    replaced_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_filing PRIMARY KEY (id),
    CONSTRAINT uq_filing_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_filing_id_receiver_id_tenant_id UNIQUE (id, receiver_id, tenant_id),
    CONSTRAINT uq_filing_tenant_id_receiver_id_kind_subject_id_version UNIQUE (tenant_id, receiver_id, kind, subject_id, version),
    CONSTRAINT ck_filing_receiver CHECK (receiver_id <> tenant_id),
    CONSTRAINT fk_filing_receiver_id FOREIGN KEY(receiver_id) REFERENCES bureau (id),
    CONSTRAINT fk_filing_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_filing_receiver ON filing (receiver_id, sent_at DESC)""",
    r"""CREATE INDEX ix_filing_subject ON filing (subject_id)""",
    r"""CREATE INDEX ix_filing_tenant_id ON filing (tenant_id)""",
    r"""CREATE TABLE filing_answer (
    filing_id UUID NOT NULL,
    sender_id UUID NOT NULL,
    accepted BOOLEAN NOT NULL,
    reason TEXT,
    answered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answerer_name TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_filing_answer PRIMARY KEY (id),
    CONSTRAINT uq_filing_answer_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_filing_answer_filing_id_tenant_id_sender_id FOREIGN KEY(filing_id, tenant_id, sender_id) REFERENCES filing (id, receiver_id, tenant_id),
    CONSTRAINT ck_filing_answer_reason CHECK (accepted OR reason IS NOT NULL),
    CONSTRAINT uq_filing_answer_filing_id UNIQUE (filing_id),
    CONSTRAINT fk_filing_answer_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_filing_answer_tenant_id ON filing_answer (tenant_id)""",
    r"""ALTER TABLE filing ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE filing FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON filing TO onedoor_definer""",
    r"""GRANT SELECT ON filing TO onedoor_bureau""",
    r"""CREATE POLICY filing_bureau_select_0 ON filing FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR receiver_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR nullif(current_setting('onedoor.tenant', true), '')::uuid = ANY (shared_with))""",
    r"""GRANT INSERT ON filing TO onedoor_bureau""",
    r"""CREATE POLICY filing_bureau_insert_1 ON filing FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND receiver_id = ANY (ARRAY(SELECT supervisors_of(nullif(current_setting('onedoor.tenant', true), '')::uuid))))""",
    r"""GRANT UPDATE (replaced_at) ON filing TO onedoor_bureau""",
    r"""CREATE POLICY filing_bureau_update_2 ON filing FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT SELECT ON filing TO onedoor_supervisor""",
    r"""CREATE POLICY filing_supervisor_select_3 ON filing FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())) OR receiver_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE filing_answer ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE filing_answer FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON filing_answer TO onedoor_definer""",
    r"""GRANT SELECT ON filing_answer TO onedoor_bureau""",
    r"""CREATE POLICY filing_answer_bureau_select_0 ON filing_answer FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM filing f WHERE f.id = filing_id))""",
    r"""GRANT INSERT ON filing_answer TO onedoor_bureau""",
    r"""CREATE POLICY filing_answer_bureau_insert_1 ON filing_answer FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT SELECT ON filing_answer TO onedoor_supervisor""",
    r"""CREATE POLICY filing_answer_supervisor_select_2 ON filing_answer FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM filing f WHERE f.id = filing_id))""",
)


def upgrade() -> None:
    """Create the room's part of the database."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
