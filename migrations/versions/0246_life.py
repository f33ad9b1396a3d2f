"""An item says whether it directly touches life and property, and a campaign outside the plan on which ground it is (R-P3)."""

from __future__ import annotations

from migrations.online import run

revision = "0246_life"
down_revision = "0251_former_checks"

STATEMENTS: tuple[str, ...] = (
    r"""SET LOCAL lock_timeout = '5s'""",
    r"""ALTER TABLE item ADD COLUMN life TEXT DEFAULT '' NOT NULL""",
    r"""ALTER TABLE item ADD CONSTRAINT ck_item_life CHECK (life IN ('', 'food_drug', 'work_safety', 'public_safety', 'environment')) NOT VALID""",
    r"""ALTER TABLE item VALIDATE CONSTRAINT ck_item_life""",
    r"""ALTER TABLE campaign ADD COLUMN ground TEXT""",
    r"""ALTER TABLE campaign ADD CONSTRAINT ck_campaign_ground CHECK (ground IS NULL OR (ground IN ('deployment', 'life') AND source = 'ad_hoc')) NOT VALID""",
    r"""ALTER TABLE campaign VALIDATE CONSTRAINT ck_campaign_ground""",
)


def upgrade() -> None:
    """In force from the next request on."""
    run(STATEMENTS)
