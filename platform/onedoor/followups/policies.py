"""Who may see and write what follows a finding (access.md, "transfer", "penalties, cases", "How an inbox is written")."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, MINE, SUPERVISED, B, P, S, can, owned, supervised

OF_VISIBLE = "EXISTS (SELECT 1 FROM transfer t WHERE t.id = transfer_id)"

for _table in ("correction_order", "penalty_case", "penalty", "penalty_remedy", "police_transfer"):
    access.rules(_table, owned(_table), supervised(_table))
for _table in ("correction_proof", "recheck"):
    access.rules(_table, can(_table, B, "select insert", MINE), supervised(_table))
# What was passed on stays as it was sent; the answer is the receiver's.
access.rules(
    "transfer",
    can("transfer", B, "select", f"{MINE} OR receiver_id = {ME}"),
    can("transfer", B, "insert", check=MINE),
    can("transfer", S, "select", f"{SUPERVISED} OR receiver_id = {ME}"),
)
access.rules(
    "transfer_answer",
    can("transfer_answer", B, "select", OF_VISIBLE),
    can("transfer_answer", B, "insert", check=MINE),
    can("transfer_answer", S, "select", OF_VISIBLE),
)
# The head decides on what goes to the police, in the approval that says so (R-V7, R-T5).
access.triggers("followups", "police_transfer_is_approved")
# What is addressed to the firm is behind its visit's code at once (R-V7).
access.functions("followups", visit_documents=(P, B), visit_document=(P, B))
