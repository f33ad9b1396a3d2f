"""People: who is the same person, links that work once, waits after wrong sign-ins; keepers stay in their bureau.

New columns have constant defaults or none, so that nothing is rewritten while people work.
"""

from __future__ import annotations

from alembic import op

revision = "0013_people"
down_revision = "0012_supervision"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    r"""CREATE TABLE person (
    identity_index TEXT NOT NULL,
    identity_number BYTEA NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_person PRIMARY KEY (id),
    CONSTRAINT uq_person_identity_index UNIQUE (identity_index)
)""",
    r"""ALTER TABLE user_account ADD COLUMN person_id UUID""",
    r"""ALTER TABLE user_account ADD CONSTRAINT fk_user_account_person_id FOREIGN KEY(person_id) REFERENCES person (id)""",
    r"""CREATE INDEX ix_user_account_person_id ON user_account (person_id)""",
    r"""ALTER TABLE user_account ALTER COLUMN password_hash DROP NOT NULL""",
    r"""ALTER TABLE user_account ADD COLUMN recovery_digests TEXT[] DEFAULT '{}' NOT NULL""",
    r"""ALTER TABLE user_session ADD COLUMN id UUID DEFAULT gen_random_uuid() NOT NULL""",
    r"""ALTER TABLE user_session ADD CONSTRAINT uq_user_session_id UNIQUE (id)""",
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
    r"""CREATE TABLE sign_in_wait (
    name_digest TEXT NOT NULL,
    place TEXT NOT NULL,
    failures INTEGER NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    wait_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_sign_in_wait PRIMARY KEY (name_digest, place)
)""",
    r"""CREATE INDEX ix_sign_in_wait_seen_at ON sign_in_wait (seen_at)""",
    r"""CREATE OR REPLACE FUNCTION same_person(one uuid, other uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT one = other OR EXISTS (
  SELECT 1 FROM public.user_account a JOIN public.user_account b ON b.person_id = a.person_id
   WHERE a.id = one AND b.id = other AND nullif(current_setting('onedoor.tenant', true), '')::uuid IN (a.tenant_id, b.tenant_id))
$body$""",
    r"""GRANT EXECUTE ON FUNCTION same_person(uuid, uuid) TO onedoor_bureau, onedoor_supervisor""",
    r"""ALTER FUNCTION same_person(uuid, uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION approval_by_another() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF NEW.submitted_by <> OLD.submitted_by OR NEW.state <> OLD.state AND (
    NEW.decided_by IS DISTINCT FROM nullif(current_setting('onedoor.actor', true), '')::uuid OR public.same_person(OLD.submitted_by, NEW.decided_by))
  THEN
    RAISE EXCEPTION 'nobody decides on what they themselves submitted (R-T5)'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER approval_by_another BEFORE UPDATE ON approval FOR EACH ROW EXECUTE FUNCTION approval_by_another()""",
    r"""ALTER TABLE person ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE person FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON person TO onedoor_definer""",
    r"""GRANT SELECT ON person TO onedoor_identity""",
    r"""CREATE POLICY person_identity_select_0 ON person FOR SELECT TO onedoor_identity USING (true)""",
    r"""GRANT INSERT ON person TO onedoor_identity""",
    r"""CREATE POLICY person_identity_insert_1 ON person FOR INSERT TO onedoor_identity WITH CHECK (true)""",
    r"""ALTER TABLE access_link ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE access_link FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON access_link TO onedoor_definer""",
    r"""GRANT SELECT ON access_link TO onedoor_identity""",
    r"""CREATE POLICY access_link_identity_select_0 ON access_link FOR SELECT TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT INSERT ON access_link TO onedoor_identity""",
    r"""CREATE POLICY access_link_identity_insert_1 ON access_link FOR INSERT TO onedoor_identity WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT UPDATE ON access_link TO onedoor_identity""",
    r"""CREATE POLICY access_link_identity_update_2 ON access_link FOR UPDATE TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE sign_in_wait ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE sign_in_wait FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_wait TO onedoor_definer""",
    r"""GRANT SELECT ON sign_in_wait TO onedoor_identity""",
    r"""CREATE POLICY sign_in_wait_identity_select_0 ON sign_in_wait FOR SELECT TO onedoor_identity USING (true)""",
    r"""GRANT INSERT ON sign_in_wait TO onedoor_identity""",
    r"""CREATE POLICY sign_in_wait_identity_insert_1 ON sign_in_wait FOR INSERT TO onedoor_identity WITH CHECK (true)""",
    r"""GRANT UPDATE ON sign_in_wait TO onedoor_identity""",
    r"""CREATE POLICY sign_in_wait_identity_update_2 ON sign_in_wait FOR UPDATE TO onedoor_identity USING (true) WITH CHECK (true)""",
    r"""GRANT DELETE ON sign_in_wait TO onedoor_identity""",
    r"""CREATE POLICY sign_in_wait_identity_delete_3 ON sign_in_wait FOR DELETE TO onedoor_identity USING (true)""",
    r"""DROP POLICY user_account_identity_select_0 ON user_account""",
    r"""CREATE POLICY user_account_identity_select_0 ON user_account FOR SELECT TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""DROP POLICY user_account_identity_insert_1 ON user_account""",
    r"""CREATE POLICY user_account_identity_insert_1 ON user_account FOR INSERT TO onedoor_identity WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""DROP POLICY user_account_identity_update_2 ON user_account""",
    r"""CREATE POLICY user_account_identity_update_2 ON user_account FOR UPDATE TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""DROP POLICY user_session_identity_select_0 ON user_session""",
    r"""CREATE POLICY user_session_identity_select_0 ON user_session FOR SELECT TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""DROP POLICY user_session_identity_insert_1 ON user_session""",
    r"""CREATE POLICY user_session_identity_insert_1 ON user_session FOR INSERT TO onedoor_identity WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""DROP POLICY user_session_identity_update_2 ON user_session""",
    r"""CREATE POLICY user_session_identity_update_2 ON user_session FOR UPDATE TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""DROP POLICY user_session_identity_delete_3 ON user_session""",
    r"""CREATE POLICY user_session_identity_delete_3 ON user_session FOR DELETE TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""DROP POLICY api_token_identity_select_0 ON api_token""",
    r"""CREATE POLICY api_token_identity_select_0 ON api_token FOR SELECT TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""DROP POLICY api_token_identity_insert_1 ON api_token""",
    r"""CREATE POLICY api_token_identity_insert_1 ON api_token FOR INSERT TO onedoor_identity WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""DROP POLICY api_token_identity_update_2 ON api_token""",
    r"""CREATE POLICY api_token_identity_update_2 ON api_token FOR UPDATE TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""DROP POLICY audit_entry_identity_insert_6 ON audit_entry""",
    r"""CREATE POLICY audit_entry_identity_insert_6 ON audit_entry FOR INSERT TO onedoor_identity WITH CHECK (role = 'onedoor_identity' AND subject_kind IN ('user', 'token') AND (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid))""",
)


def upgrade() -> None:
    """Change the tables of people in place."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
