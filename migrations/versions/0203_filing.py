"""Filing: tables, indexes, functions, policies, first rows.

Drafted by `python -m migrations.draft all`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0203_filing"
down_revision = "0202_messages"

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
    senders UUID[],
    summary JSONB NOT NULL,
    summary_said JSONB,
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
    answered_by UUID,
    answered_for UUID,
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
    r"""CREATE TABLE filing_file (
    filing_id UUID NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    digest TEXT NOT NULL,
    content BYTEA NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_filing_file PRIMARY KEY (id),
    CONSTRAINT uq_filing_file_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_filing_file_filing_id_tenant_id FOREIGN KEY(filing_id, tenant_id) REFERENCES filing (id, tenant_id),
    CONSTRAINT uq_filing_file_filing_id_name UNIQUE (filing_id, name),
    CONSTRAINT fk_filing_file_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_filing_file_tenant_id ON filing_file (tenant_id)""",
    r"""CREATE OR REPLACE FUNCTION filing_answer_by_another() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  NEW.answered_by := nullif(current_setting('onedoor.actor', true), '')::uuid;
  IF NEW.answered_for IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM public.stand_in s
     WHERE s.tenant_id = NEW.tenant_id AND s.agent_id = NEW.answered_by
       AND s.principal_id = NEW.answered_for AND s.ended_at IS NULL)
  THEN
    RAISE EXCEPTION 'nobody acts for somebody who did not ask them (R-T5)'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF EXISTS (
    SELECT 1 FROM public.filing f, unnest(f.senders) AS sent (id),
                  unnest(ARRAY[NEW.answered_by, NEW.answered_for]) AS said (id)
     WHERE f.id = NEW.filing_id AND public.same_person(sent.id, said.id))
  THEN
    RAISE EXCEPTION 'nobody answers what they themselves sent (R-T5)'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER filing_answer_by_another BEFORE INSERT ON filing_answer
FOR EACH ROW EXECUTE FUNCTION filing_answer_by_another()""",
    r"""CREATE OR REPLACE FUNCTION filing_with_its_senders() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  NEW.senders := ARRAY(
    SELECT DISTINCT hand.id FROM (
      SELECT nullif(current_setting('onedoor.actor', true), '')::uuid
      UNION ALL SELECT unnest(NEW.senders)
      UNION ALL SELECT unnest(ARRAY[a.submitted_by, a.submitted_for]) FROM public.approval a
                 WHERE a.tenant_id = NEW.tenant_id AND a.subject_id = NEW.subject_id AND a.state <> 'returned'
    ) AS hand (id) WHERE hand.id IS NOT NULL);
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER filing_with_its_senders BEFORE INSERT ON filing
FOR EACH ROW EXECUTE FUNCTION filing_with_its_senders()""",
    r"""ALTER TABLE filing ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON filing TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE (replaced_at) ON filing TO onedoor_bureau""",
    r"""GRANT SELECT ON filing TO onedoor_supervisor""",
    r"""CREATE POLICY filing_bureau_select_0 ON filing FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR receiver_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR nullif(current_setting('onedoor.tenant', true), '')::uuid = ANY (shared_with))""",
    r"""CREATE POLICY filing_bureau_insert_1 ON filing FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (receiver_id = ANY (ARRAY(SELECT supervisors_of(nullif(current_setting('onedoor.tenant', true), '')::uuid))) OR kind = 'plan' AND receiver_id = ANY (ARRAY(SELECT market_supervisors_of(nullif(current_setting('onedoor.tenant', true), '')::uuid)))))""",
    r"""CREATE POLICY filing_bureau_update_2 ON filing FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY filing_supervisor_select_3 ON filing FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())) OR receiver_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE filing_answer ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON filing_answer TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON filing_answer TO onedoor_bureau""",
    r"""GRANT SELECT ON filing_answer TO onedoor_supervisor""",
    r"""CREATE POLICY filing_answer_bureau_select_0 ON filing_answer FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM filing f WHERE f.id = filing_id))""",
    r"""CREATE POLICY filing_answer_bureau_insert_1 ON filing_answer FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY filing_answer_supervisor_select_2 ON filing_answer FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM filing f WHERE f.id = filing_id))""",
    r"""ALTER TABLE filing_file ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON filing_file TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON filing_file TO onedoor_bureau""",
    r"""GRANT SELECT ON filing_file TO onedoor_supervisor""",
    r"""CREATE POLICY filing_file_bureau_select_0 ON filing_file FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM filing f WHERE f.id = filing_id))""",
    r"""CREATE POLICY filing_file_bureau_insert_1 ON filing_file FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY filing_file_supervisor_select_2 ON filing_file FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM filing f WHERE f.id = filing_id))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
