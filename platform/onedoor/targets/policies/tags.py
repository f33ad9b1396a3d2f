"""Who may see and write tags (标签), and their history (R-T4, R-T6)."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import MINE, SUPERVISED, B, S, can, owned, supervised

_OF_MY_KINDS = "(SELECT e.kind FROM entity e WHERE e.id = entity_id) = ANY (ARRAY(SELECT my_entity_kinds()))"

access.rules(
    "tag",
    owned("tag"),
    can("tag", B, "select", "shared"),
    supervised("tag"),
    can("tag", S, "select", "shared"),
)
access.rules(
    "entity_tag",
    can("entity_tag", B, "select", f"{MINE} OR shared"),
    can("entity_tag", B, "insert", check=f"{MINE} AND (NOT shared OR {_OF_MY_KINDS})"),
    can("entity_tag", B, "delete", f"{MINE} AND (NOT shared OR {_OF_MY_KINDS})"),
    can("entity_tag", S, "select", f"{SUPERVISED} OR shared"),
)
access.triggers(
    "targets",
    # A tag is its bureau's, also where a keeper's merge carries it: the keeper reads nothing of a private one.
    "entity_tag_added",
    "entity_tag_changed",
    "entity_tag_removed",
)
