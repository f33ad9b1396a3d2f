"""Who may see and write plans and the cap ledger (access.md, rows "plan" and "cap ledger")."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, MINE, SUPERVISED, B, S, can, owned, supervised

PUBLISHED = "state IN ('published', 'replaced')"
OF_PUBLISHED = "EXISTS (SELECT 1 FROM plan p WHERE p.id = plan_id AND p.state IN ('published', 'replaced'))"
# A line can be written only while its plan is with the planner: what was approved stays as it was approved.
OPEN_PLAN = " AND ".join(
    (
        MINE,
        "EXISTS (SELECT 1 FROM plan p WHERE p.id = plan_id AND p.state IN ('draft', 'returned'))",
    )
)
OF_VISIBLE = "EXISTS (SELECT 1 FROM plan_line l WHERE l.id = line_id)"
OF_OPEN_LINE = " AND ".join(
    (
        MINE,
        "EXISTS (SELECT 1 FROM plan_line l JOIN plan p ON p.id = l.plan_id"
        " WHERE l.id = line_id AND p.state IN ('draft', 'returned'))",
    )
)

access.rules(
    "plan",
    owned("plan"),
    can("plan", B, "select", PUBLISHED),
    can("plan", S, "select", f"{SUPERVISED} AND {PUBLISHED}"),
)
access.rules(
    "plan_line",
    can("plan_line", B, "select", f"{MINE} OR {ME} = ANY (partner_ids) OR {OF_PUBLISHED}"),
    can("plan_line", B, "insert", check=OPEN_PLAN),
    can("plan_line", B, "update delete", OPEN_PLAN),
    can("plan_line", S, "select", OF_PUBLISHED),
)
access.rules(
    "plan_line_item",
    can("plan_line_item", B, "select", OF_VISIBLE),
    can("plan_line_item", B, "insert", check=OF_OPEN_LINE),
    can("plan_line_item", B, "update delete", OF_OPEN_LINE),
    can("plan_line_item", S, "select", OF_VISIBLE),
)
access.rules(
    "visit_cap",
    owned("visit_cap", deletable=True),
    can("visit_cap", B, "select"),
    can("visit_cap", S, "select"),
)
# What was counted stays counted; what a file of another platform's checks counted goes with it (R-L11).
# What nobody entered for becomes a visit where they go in after all (R-V3).
access.rules(
    "cap_entry",
    can("cap_entry", B, "select insert", MINE),
    supervised("cap_entry"),
    can("cap_entry", B, "delete", f"{MINE} AND outside"),
    can("cap_entry", B, "update", f"{MINE} AND NOT entered", check=f"{MINE} AND entered"),
)

access.functions(
    "plans",
    cap_totals=(B, S),
)
