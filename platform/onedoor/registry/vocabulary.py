"""Who may see and write the vocabulary of qualifications (access.md, "code lists")."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import B, I, O, P, S, can, owned

access.shared(
    "qualification",
    "one vocabulary for all bureaus; the operator keeps it, and bureaus propose words",
    [rule for role in (B, S, O, I, P) for rule in can("qualification", role, "select")],
    can("qualification", O, "insert update"),
)
# An inbox: the bureau asks, the operator answers.
access.rules(
    "qualification_proposal",
    owned("qualification_proposal"),
    can("qualification_proposal", O, "select update"),
)
