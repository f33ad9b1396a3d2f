"""Who may see and write the tables of officers, experts, trainings and duties (access.md)."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, MINE, SUPERVISED, B, O, S, can, owned, supervised
from onedoor.kernel.clock import TODAY_SQL
from onedoor.kernel.encrypted_columns import encrypted_column

# Who is only proposed is not in the library yet, and nobody else's to see (R-L9).
access.rules(
    "inspector",
    owned("inspector"),
    can("inspector", B, "select", "status <> 'proposed'"),
    can("inspector", S, "select", "status <> 'proposed'"),
    # Taking back what a load of one's own added, while they never entered (`service.loads.undo`).
    can("inspector", B, "delete", f"{MINE} AND status = 'proposed'"),
)
access.rules("inspector_proposal", owned("inspector_proposal"))
access.rules(
    "inspector_proposal_line",
    owned("inspector_proposal_line"),
    can(
        "inspector_proposal_line",
        B,
        "delete",
        f"{MINE} AND EXISTS (SELECT FROM inspector i WHERE i.id = inspector_id AND i.status = 'proposed')",
    ),
)
access.rules("inspector_private", owned("inspector_private", deletable=True))
access.rules("recusal", owned("recusal", deletable=True))
# R-T4: justice, which supervises in every domain, keeps the certificates; every bureau selects its officers from them.
_JUSTICE = (
    f"{MINE} AND EXISTS (SELECT FROM public.supervision_grant g WHERE g.bureau_id = {ME} AND g.domain = 'all'"
    f" AND g.since <= {TODAY_SQL} AND (g.until IS NULL OR g.until >= {TODAY_SQL}))"
)
access.rules(
    "certificate",
    can("certificate", B, "select"),
    can("certificate", S, "select"),
    can("certificate", B, "insert", _JUSTICE),
    can("certificate", B, "update", _JUSTICE),
    # Taking back a load (`service.loads.undo`).
    can("certificate", B, "delete", _JUSTICE),
)
access.rules("expert", owned("expert", deletable=True), supervised("expert"))
access.rules(
    "entrusted_body",
    owned("entrusted_body"),
    supervised("entrusted_body"),
    can("entrusted_body", O, "select"),
)
access.rules("expert_notice", can("expert_notice", B, "select insert", MINE))
access.rules("inspector_leave", owned("inspector_leave"))
access.rules("certificate_notice", can("certificate_notice", B, "select insert", MINE))
access.rules("inspector_request", owned("inspector_request"))
# access.md: "work lead, liaison, leading group, training". The contact is opened for the bureau alone (R-T7).
access.rules(
    "duty",
    owned("duty"),
    can(
        "duty",
        S,
        "select",
        SUPERVISED,
        columns=(
            "id", "tenant_id", "role", "name", "post", "document", "since", "until", "noted_at", "noted_by",
        ),
    ),
)  # fmt: skip
access.rules("training", owned("training", deletable=True), supervised("training"))
access.rules("training_place", owned("training_place", deletable=True), supervised("training_place"))

# What is stored encrypted (R-T7): numbers of people.
IDENTITY = encrypted_column("officers", "inspector_private", "identity_number", index="identity_index")
PHONE = encrypted_column("officers", "inspector_private", "phone", index="phone_index")
# The number that is to stand in its place, until the head has decided on it.
NEW_IDENTITY = encrypted_column("officers", "inspector_proposal_line", "identity_number")
DUTY_CONTACT = encrypted_column("officers", "duty", "contact")
