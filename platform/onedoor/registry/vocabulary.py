"""Who may see and write the vocabulary of qualifications (access.md, "code lists")."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import MINE, B, I, O, P, S, can

access.shared(
    "qualification",
    "one vocabulary for all bureaus; the operator keeps it, and bureaus propose words",
    [rule for role in (B, S, O, I, P) for rule in can("qualification", role, "select")],
    can("qualification", O, "insert update"),
)
# An inbox: the bureau asks, the operator answers, and nobody gives themselves an answer.
access.rules(
    "qualification_proposal",
    can("qualification_proposal", B, "select", MINE),
    can("qualification_proposal", B, "insert", f"{MINE} AND state = 'waiting'"),
    can("qualification_proposal", O, "select update"),
)
