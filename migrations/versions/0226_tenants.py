"""Tokens for an officer's own phone (API)."""

from __future__ import annotations

from migrations.online import run

revision = "0226_tenants"
down_revision = "0221_visits"

STATEMENTS: tuple[str, ...] = (
    r"""ALTER TABLE api_token ADD COLUMN user_id UUID""",
    r"""ALTER TABLE api_token ADD CONSTRAINT fk_api_token_user_id_tenant_id FOREIGN KEY(user_id, tenant_id) REFERENCES user_account (id, tenant_id) ON DELETE CASCADE""",
    r"""CREATE INDEX ix_api_token_user_id ON api_token (user_id)""",
)


def upgrade() -> None:
    run(STATEMENTS)
