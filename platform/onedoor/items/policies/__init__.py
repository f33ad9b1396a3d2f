"""Who may see and write the tables of the item list and rulebooks (access.md)."""

from __future__ import annotations

from onedoor.items.policies import qualifications as qualifications
from onedoor.kernel import access
from onedoor.kernel.access import MINE, SUPERVISED, B, O, S, can, owned

access.rules(
    "item_list",
    owned("item_list"),
    # access.md: drafts, and what is with the head or was returned, are the bureau's own.
    can("item_list", S, "select", f"{SUPERVISED} AND state = 'published'"),
    can("item_list", B, "select", "state = 'published'"),
)
access.rules(
    "item",
    owned("item", deletable=True),
    can("item", B, "select", "state <> 'draft'"),
    can("item", S, "select", "state <> 'draft'"),
)
# R-L4: which law says what is the same for all bureaus.
for _table in ("law", "law_change"):
    access.shared(
        _table,
        "one list of laws for all bureaus; the operator keeps it",
        [rule for role in (B, S, O) for rule in can(_table, role, "select")],
        can(_table, O, "insert"),
    )
access.rules(
    "item_template",
    owned("item_template"),
    can("item_template", B, "select"),
    can("item_template", S, "select"),
)
access.rules(
    "rulebook",
    owned("rulebook"),
    can("rulebook", B, "select", "state <> 'draft'"),
    can("rulebook", S, "select", "state <> 'draft'"),
    # What was in force stays for good; a draft is thrown away (`service.rulebooks`).
    can("rulebook", B, "delete", f"{MINE} AND state = 'draft'"),
)
