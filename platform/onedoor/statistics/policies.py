"""Who may see and write returns (access.md, "return: draft / filed")."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import MINE, SUPERVISED, B, S, can

# Whoever may read the filing of a return may read the return: the subquery runs under the reader's own policy.
FILED_WITH_ME = "filed_at IS NOT NULL AND EXISTS (SELECT 1 FROM filing f WHERE f.kind = 'return' AND f.subject_id = statistical_return.id)"
OF_VISIBLE = "EXISTS (SELECT 1 FROM statistical_return r WHERE r.id = return_id AND r.filed_at IS NOT NULL)"
OF_DRAFT = (
    f"{MINE} AND EXISTS (SELECT 1 FROM statistical_return r WHERE r.id = return_id AND r.filed_at IS NULL)"  # noqa: S608
)
OF_A_VISIBLE_FIGURE = (
    "EXISTS (SELECT 1 FROM statistical_return r WHERE r.tenant_id = statistical_return_set.tenant_id"
    " AND r.digests @> ARRAY[statistical_return_set.digest])"
)

access.rules(
    "statistical_return",
    can("statistical_return", B, "select", f"{MINE} OR ({FILED_WITH_ME})"),
    can("statistical_return", B, "insert", check=f"{MINE} AND filed_at IS NULL"),
    # A filed one stays as it was filed.
    can("statistical_return", B, "update", f"{MINE} AND filed_at IS NULL", check=MINE),
    can("statistical_return", B, "delete", f"{MINE} AND filed_at IS NULL"),
    can("statistical_return", S, "select", f"filed_at IS NOT NULL AND {SUPERVISED}"),
)
access.rules(
    "statistical_return_facts",
    can("statistical_return_facts", B, "select", f"{MINE} OR ({OF_VISIBLE})"),
    can("statistical_return_facts", B, "insert", check=OF_DRAFT),
    can("statistical_return_facts", B, "delete", OF_DRAFT),
    can("statistical_return_facts", S, "select", f"{SUPERVISED} AND {OF_VISIBLE}"),
)
access.rules(
    "statistical_return_file",
    can("statistical_return_file", B, "select", f"{MINE} OR (removed_at IS NULL AND {OF_VISIBLE})"),
    can("statistical_return_file", B, "insert", check=OF_DRAFT),
    can("statistical_return_file", B, "update", OF_DRAFT, check=MINE, columns=("removed_at",)),
    can("statistical_return_file", B, "delete", OF_DRAFT),
    can("statistical_return_file", S, "select", f"{SUPERVISED} AND removed_at IS NULL AND {OF_VISIBLE}"),
)
access.rules(
    "statistical_return_set",
    can("statistical_return_set", B, "select", f"{MINE} OR {OF_A_VISIBLE_FIGURE}"),
    can("statistical_return_set", B, "insert", check=MINE),
    can("statistical_return_set", S, "select", f"{SUPERVISED} AND {OF_A_VISIBLE_FIGURE}"),
)
