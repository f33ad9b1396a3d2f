"""A token says who gave it, and does no more than they may (R-T5). Those that stand name nobody, and end within a year."""

from __future__ import annotations

from migrations.online import run

revision = "0295_tenants"
down_revision = "0275_notifications"

STATEMENTS: tuple[str, ...] = (
    r"""ALTER TABLE api_token ADD COLUMN giver_id UUID""",
    r"""ALTER TABLE api_token ADD CONSTRAINT fk_api_token_giver_id_tenant_id FOREIGN KEY(giver_id, tenant_id) REFERENCES user_account (id, tenant_id)""",
    r"""CREATE INDEX ix_api_token_giver_id ON api_token (giver_id)""",
)


def upgrade() -> None:
    """Make it."""
    run(STATEMENTS)
