"""A line is divided by credit class too, and risk levels may have a method and frequency of their own (R-P5)."""

from __future__ import annotations

from migrations.online import run

revision = "0297_plans"
down_revision = "0299_supervision"

STATEMENTS: tuple[str, ...] = (
    r"""ALTER TABLE plan_line ADD COLUMN by_risk JSONB DEFAULT '{}' NOT NULL""",
    r"""ALTER TABLE plan_line DROP CONSTRAINT ck_plan_line_stratify""",
    r"""ALTER TABLE plan_line ADD CONSTRAINT ck_plan_line_stratify
    CHECK (stratify IN ('none', 'kind', 'place', 'risk', 'class', 'rules')) NOT VALID""",
    r"""ALTER TABLE plan_line VALIDATE CONSTRAINT ck_plan_line_stratify""",
)


def upgrade() -> None:
    """Make it."""
    run(STATEMENTS)
