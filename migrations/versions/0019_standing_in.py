"""Standing in: who acts for whom on leave or by written delegation, and decisions that say so."""

from __future__ import annotations

from alembic import op

revision = "0019_standing_in"
down_revision = "0018_single_sign_on"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
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
    r"""ALTER TABLE stand_in ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE stand_in FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON stand_in TO onedoor_definer""",
    r"""GRANT SELECT ON stand_in TO onedoor_bureau""",
    r"""CREATE POLICY stand_in_bureau_select_0 ON stand_in FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT SELECT ON stand_in TO onedoor_supervisor""",
    r"""CREATE POLICY stand_in_supervisor_select_1 ON stand_in FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""GRANT SELECT ON stand_in TO onedoor_identity""",
    r"""CREATE POLICY stand_in_identity_select_2 ON stand_in FOR SELECT TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT INSERT ON stand_in TO onedoor_identity""",
    r"""CREATE POLICY stand_in_identity_insert_3 ON stand_in FOR INSERT TO onedoor_identity WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT UPDATE ON stand_in TO onedoor_identity""",
    r"""CREATE POLICY stand_in_identity_update_4 ON stand_in FOR UPDATE TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE user_session ADD COLUMN stand_in_id UUID""",
    r"""ALTER TABLE user_session ADD CONSTRAINT fk_user_session_stand_in_id_tenant_id FOREIGN KEY(stand_in_id, tenant_id) REFERENCES stand_in (id, tenant_id)""",
    r"""ALTER TABLE approval ADD COLUMN submitted_for UUID""",
    r"""ALTER TABLE approval ADD COLUMN decided_for UUID""",
    r"""CREATE OR REPLACE FUNCTION approval_by_another() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
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
  RETURN NEW;
END
$body$""",
)


def upgrade() -> None:
    """Add the table and say it where it counts."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
