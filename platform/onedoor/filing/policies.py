"""Who may see and write filings (access.md, "filing and its answer", "How an inbox is written")."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, MINE, SUPERVISED, B, S, can

# A plan goes to market regulation by the items of its lines, also from a bureau of another domain (R-P1).
MY_SUPERVISOR = (
    f"(receiver_id = ANY (ARRAY(SELECT supervisors_of({ME})))"
    f" OR kind = 'plan' AND receiver_id = ANY (ARRAY(SELECT market_supervisors_of({ME}))))"
)
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
# What was handed in stays: nobody changes it, nobody takes it away.
access.rules(
    "filing_file",
    can("filing_file", B, "select", OF_VISIBLE),
    can("filing_file", B, "insert", check=MINE),
    can("filing_file", S, "select", OF_VISIBLE),
)
# Across bureaus as within one, nobody answers what they sent, by whichever account. Both accounts are looked at by
# `same_person()`, which says yes or no to the two bureaus whose accounts they are, and nothing to any other.
access.triggers(
    "filing",
    "filing_with_its_senders",
    "filing_answer_by_another",
)
