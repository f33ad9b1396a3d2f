"""A notice tells the hour, whom to ask and what to prepare (forms.md, R-V1)."""

from __future__ import annotations

from migrations.online import run

revision = "0292_visits"
down_revision = "0284_entities"

STATEMENTS: tuple[str, ...] = (
    r"""ALTER TABLE visit ADD COLUMN arrives_at TIME WITHOUT TIME ZONE""",
    r"""ALTER TABLE visit ADD COLUMN notice_contact TEXT DEFAULT '' NOT NULL""",
    r"""ALTER TABLE visit ADD COLUMN notice_phone TEXT DEFAULT '' NOT NULL""",
    r"""ALTER TABLE visit ADD COLUMN notice_papers TEXT[] DEFAULT '{}' NOT NULL""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
