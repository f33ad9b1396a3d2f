"""Lines of plans whose rates are ordered rules (R-P5)."""

from __future__ import annotations

from migrations.online import run

revision = "0244_plans"
down_revision = "0229_items"

STATEMENTS: tuple[str, ...] = (
    r"""ALTER TABLE plan_line ADD COLUMN rate_rules JSONB DEFAULT '[]' NOT NULL""",
    r"""ALTER TABLE plan_line DROP CONSTRAINT ck_plan_line_stratify""",
    r"""ALTER TABLE plan_line ADD CONSTRAINT ck_plan_line_stratify
    CHECK (stratify IN ('none', 'kind', 'place', 'risk', 'rules')) NOT VALID""",
    r"""ALTER TABLE plan_line VALIDATE CONSTRAINT ck_plan_line_stratify""",
)


def upgrade() -> None:
    """Make it."""
    run(STATEMENTS)
