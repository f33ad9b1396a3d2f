"""Who may see and write alerts, orders, circulars, assessments and inspections (access.md, "oversight"; "How an inbox is written")."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, MINE, SUPERVISED, B, S, can, owned, supervised

OF_MINE = f"{ME} = ANY (ARRAY(SELECT supervisors_of(receiver_id)))"
_OTHERS = (
    f"SELECT 1 FROM unnest(receiver_ids) AS r (id) WHERE {ME} <> ALL (ARRAY(SELECT supervisors_of(r.id)))"  # noqa: S608 - ME is ours
)
ALL_OF_MINE = f"NOT EXISTS ({_OTHERS})"
# Whoever may read the parent may read the child: the subquery runs under the reader's own policy.
OF_VISIBLE_ORDER = "EXISTS (SELECT 1 FROM oversight_order o WHERE o.id = order_id)"
OF_VISIBLE_ANSWER = "EXISTS (SELECT 1 FROM oversight_order_answer a WHERE a.id = answer_id)"
OF_VISIBLE_SCORE = "EXISTS (SELECT 1 FROM assessment_score s WHERE s.id = score_id)"
# A bureau reads its own score once it is announced, and the assessment it is part of.
ANNOUNCED = "EXISTS (SELECT 1 FROM assessment a WHERE a.id = assessment_id AND a.announced_at IS NOT NULL)"
OVERSEEN = f"{ME} = ANY (ARRAY(SELECT supervisors_of(bureau_id)))"

access.rules(
    "oversight_order",
    can("oversight_order", B, "select", f"{MINE} OR receiver_id = {ME}"),
    can("oversight_order", B, "insert", check=f"{MINE} AND {OF_MINE}"),
    can(
        "oversight_order",
        B,
        "update",
        MINE,
        columns=("due_on", "asked_again_at", "asked_again_reason", "ended_at", "ended_by", "ended_note"),
    ),
    can("oversight_order", S, "select", f"{MINE} OR {SUPERVISED}"),
)
access.rules(
    "oversight_order_answer",
    can("oversight_order_answer", B, "select", OF_VISIBLE_ORDER),
    can("oversight_order_answer", B, "insert", check=MINE),
    can("oversight_order_answer", S, "select", OF_VISIBLE_ORDER),
)
access.rules(
    "oversight_order_paper",
    can("oversight_order_paper", B, "select", OF_VISIBLE_ANSWER),
    can("oversight_order_paper", B, "insert", check=MINE),
    can("oversight_order_paper", S, "select", OF_VISIBLE_ANSWER),
)
access.rules(
    "circular",
    can("circular", B, "select", f"{MINE} OR {ME} = ANY (receiver_ids)"),
    can("circular", B, "insert", check=f"{MINE} AND {ALL_OF_MINE}"),
    can("circular", S, "select", f"{MINE} OR {SUPERVISED}"),
)
access.rules(
    "assessment",
    can("assessment", B, "select", f"{MINE} OR announced_at IS NOT NULL"),
    can("assessment", B, "insert", check=MINE),
    can(
        "assessment",
        B,
        "update",
        MINE,
        columns=("announced_at", "announced_by", "objections_until", "final_at", "final_by"),
    ),
    can("assessment", S, "select", MINE),
)
access.rules(
    "assessment_score",
    can("assessment_score", B, "select", f"{MINE} OR (bureau_id = {ME} AND {ANNOUNCED})"),
    can("assessment_score", B, "insert", check=f"{MINE} AND {OVERSEEN}"),
    can("assessment_score", B, "update", MINE, columns=("adjusted", "adjusted_reason")),
    can("assessment_score", S, "select", MINE),
)
access.rules(
    "assessment_objection",
    can("assessment_objection", B, "select", OF_VISIBLE_SCORE),
    can("assessment_objection", B, "insert", check=MINE),
    can("assessment_objection", S, "select", OF_VISIBLE_SCORE),
)

# A bureau reads the alerts that are told to it, from the day they are alerts.
TOLD = f"bureau_id = {ME} AND raised_at IS NOT NULL AND audience <> 'supervisor'"
access.rules(
    "oversight_alert_rule",
    can("oversight_alert_rule", B, "select insert", MINE),
    can("oversight_alert_rule", B, "update", MINE, columns=("ended_at", "ended_by")),
)
access.rules(
    "oversight_alert",
    can("oversight_alert", B, "select", f"{MINE} OR ({TOLD})"),
    can("oversight_alert", B, "insert", check=f"{MINE} AND {OVERSEEN}"),
    can("oversight_alert", B, "update", MINE, columns=("raised_at", "ended_at")),
    can("oversight_alert", S, "select", MINE),
)
_UNSUPERVISED = (
    f"SELECT 1 FROM unnest(bureau_ids) AS r (id) WHERE {ME} <> ALL (ARRAY(SELECT supervisors_of(r.id)))"  # noqa: S608 - ME is ours
)
access.rules(
    "oversight_inspection",
    can(
        "oversight_inspection", B, "select", f"{MINE} OR {ME} = ANY (partner_ids) OR {ME} = ANY (bureau_ids)"
    ),
    can("oversight_inspection", B, "insert", check=f"{MINE} AND NOT EXISTS ({_UNSUPERVISED})"),
    can("oversight_inspection", B, "update", MINE, columns=("closed_at", "closed_by", "conclusion")),
    can("oversight_inspection", S, "select", f"{MINE} OR {ME} = ANY (partner_ids)"),
)
_INSPECTS = f"(i.tenant_id = {ME} OR {ME} = ANY (i.partner_ids))"
_OF = "SELECT 1 FROM oversight_inspection i WHERE i.id = inspection_id"
access.rules(
    "oversight_finding",
    can("oversight_finding", B, "select", f"{MINE} OR bureau_id = {ME} OR EXISTS ({_OF} AND {_INSPECTS})"),
    can(
        "oversight_finding",
        B,
        "insert",
        check=f"{MINE} AND EXISTS ({_OF} AND i.closed_at IS NULL AND bureau_id = ANY (i.bureau_ids) AND {_INSPECTS})",
    ),
    can("oversight_finding", B, "update", MINE, columns=("order_id", "order_number")),
    can("oversight_finding", S, "select", f"{MINE} OR EXISTS ({_OF} AND {_INSPECTS})"),
)
access.rules("work_task", owned("work_task"), supervised("work_task"))
access.rules(
    "outside_cause_measure",
    can("outside_cause_measure", B, "select insert", MINE),
    can("outside_cause_measure", S, "select", MINE),
)
