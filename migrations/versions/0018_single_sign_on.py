"""Signing in by the deployment's provider: which account is whose there."""

from __future__ import annotations

from alembic import op

revision = "0018_single_sign_on"
down_revision = "0017_keys"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    r"""CREATE TABLE federated_login (
    user_id UUID NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    bound_by TEXT NOT NULL,
    bound_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_federated_login PRIMARY KEY (id),
    CONSTRAINT uq_federated_login_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_federated_login_issuer_subject UNIQUE (issuer, subject),
    CONSTRAINT uq_federated_login_user_id_issuer UNIQUE (user_id, issuer),
    CONSTRAINT fk_federated_login_user_id_tenant_id FOREIGN KEY(user_id, tenant_id) REFERENCES user_account (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT fk_federated_login_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_federated_login_tenant_id ON federated_login (tenant_id)""",
    r"""ALTER TABLE federated_login ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE federated_login FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON federated_login TO onedoor_definer""",
    r"""GRANT SELECT ON federated_login TO onedoor_identity""",
    r"""CREATE POLICY federated_login_identity_select_0 ON federated_login FOR SELECT TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT INSERT ON federated_login TO onedoor_identity""",
    r"""CREATE POLICY federated_login_identity_insert_1 ON federated_login FOR INSERT TO onedoor_identity WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT UPDATE ON federated_login TO onedoor_identity""",
    r"""CREATE POLICY federated_login_identity_update_2 ON federated_login FOR UPDATE TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT DELETE ON federated_login TO onedoor_identity""",
    r"""CREATE POLICY federated_login_identity_delete_3 ON federated_login FOR DELETE TO onedoor_identity USING (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
)


def upgrade() -> None:
    """Add the table."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
