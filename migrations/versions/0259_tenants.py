"""A token opens rooms of the interface, and says which program called with it last."""

from __future__ import annotations

from migrations.online import run

revision = "0259_tenants"
down_revision = "0241_visits"

STATEMENTS: tuple[str, ...] = (
    """ALTER TABLE api_token ADD COLUMN last_used_by TEXT""",
    """ALTER TABLE api_token ADD COLUMN rooms TEXT[] DEFAULT '{}' NOT NULL""",
)


def upgrade() -> None:
    """Make it."""
    run(STATEMENTS)
