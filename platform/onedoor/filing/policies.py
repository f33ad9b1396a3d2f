"""Who may see and write filings (access.md, "filing and its answer", "How an inbox is written")."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, MINE, SUPERVISED, B, S, can

MY_SUPERVISOR = f"receiver_id = ANY (ARRAY(SELECT supervisors_of({ME})))"
# Whoever may read the filing may read its answer: the subquery runs under the reader's own policy.
OF_VISIBLE = "EXISTS (SELECT 1 FROM filing f WHERE f.id = filing_id)"

access.rules(
    "filing",
    can("filing", B, "select", f"{MINE} OR receiver_id = {ME} OR {ME} = ANY (shared_with)"),
    can("filing", B, "insert", check=f"{MINE} AND {MY_SUPERVISOR}"),
    can("filing", B, "update", MINE, columns=("replaced_at",)),
    can("filing", S, "select", f"{SUPERVISED} OR receiver_id = {ME}"),
)
access.rules(
    "filing_answer",
    can("filing_answer", B, "select", OF_VISIBLE),
    can("filing_answer", B, "insert", check=MINE),
    can("filing_answer", S, "select", OF_VISIBLE),
)
