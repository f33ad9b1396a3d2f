"""Draws are found by the line of the plan that they fill; its index is made beside the traffic (R-D7)."""

from __future__ import annotations

from migrations.online import index

revision = "0264_draws"
down_revision = "0250_credit"


def upgrade() -> None:
    """Make it: 0262 made its column, and an index comes before all else in a revision."""
    index("ix_draw_plan_line", "draw (plan_line)")
