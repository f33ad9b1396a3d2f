"""Lists that are divided by the ordered rules of their line (R-P5)."""

from __future__ import annotations

from migrations.online import run

revision = "0245_campaigns"
down_revision = "0244_plans"

STATEMENTS: tuple[str, ...] = (
    r"""ALTER TABLE campaign ADD COLUMN rate_rules JSONB DEFAULT '[]' NOT NULL""",
    r"""ALTER TABLE party_list ADD COLUMN rate_rules JSONB DEFAULT '[]' NOT NULL""",
    r"""ALTER TABLE party_list ADD COLUMN joined JSONB DEFAULT '{}' NOT NULL""",
)


def upgrade() -> None:
    """Make it."""
    run(STATEMENTS)
