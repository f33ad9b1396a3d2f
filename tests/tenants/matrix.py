"""Who sees which rows of other bureaus, table by table: written from access.md and not from the policies.

Every new table gets its cell here (`test_access_matrix.py` tries them and fails for a table that has none), and a line
in UNTOLD if the story (`tests/fixtures/main_job.py`) leaves it empty. `t` is the row, `{me}` the bureau that reads.
"""

from __future__ import annotations

from dataclasses import dataclass

NONE, ALL = "false", "true"
PUBLISHED = "t.state IN ('published', 'replaced')"
OPENED = "EXISTS (SELECT 1 FROM draw d WHERE d.id = t.draw_id AND d.opened_at IS NOT NULL)"
OPEN = "t.since <= now() AND (t.until IS NULL OR t.until > now())"
OF_OPEN = "EXISTS (SELECT 1 FROM disclosure d WHERE d.id = t.disclosure_id AND d.since <= now() AND d.until IS NULL)"
ON_IT = "EXISTS (SELECT 1 FROM visit_party p WHERE p.visit_id = t.visit_id AND p.bureau_id = {me})"
ACCEPTED = f"t.state = 'accepted' AND {ON_IT}"
OF_ACCEPTED = (
    "EXISTS (SELECT 1 FROM record r JOIN visit_party p ON p.visit_id = r.visit_id AND p.bureau_id = {me}"
    " WHERE r.id = t.record_id AND r.state = 'accepted')"
)
OF_PUBLISHED_PLAN = (
    f"EXISTS (SELECT 1 FROM plan WHERE plan.id = t.plan_id AND {PUBLISHED.replace('t.', 'plan.')})"
)
SHARED = "{me} = ANY (t.shared_with)"
ENTERED = "t.status <> 'proposed'"
OF_SHARED = "EXISTS (SELECT 1 FROM filing f WHERE f.id = t.filing_id AND {me} = ANY (f.shared_with))"

FILED_WITH_ME = "EXISTS (SELECT 1 FROM filing f WHERE f.subject_id = t.id AND f.receiver_id = {me})"
OF_RETURN = "t.return_id IN (SELECT t.id FROM statistical_return t WHERE {})"
OF_FIGURE = "t.digest IN (SELECT unnest(t.digests) FROM statistical_return t WHERE {})"


@dataclass(frozen=True)
class Cell:
    """Which rows of other bureaus are seen: by a bureau, by a partner, by the supervisor; `public` of all rows."""

    bureau: str = NONE
    partner: str | None = None
    supervisor: str = NONE
    public: str = NONE


OWN = Cell()
WATCHED = Cell(supervisor=ALL)
EVERYBODY = Cell(ALL, ALL, ALL, ALL)
AMONG_BUREAUS = Cell(ALL, ALL, ALL)
OF_CAMPAIGN = Cell(NONE, ALL, ALL)
OF_DRAW = Cell(OPENED, OPENED, ALL)
OF_VISIT = Cell(NONE, ON_IT, ALL)

MATRIX: dict[str, Cell] = {
    # places, calendars, bureaus and who supervises them
    "jurisdiction": EVERYBODY,
    "jurisdiction_setting": EVERYBODY,
    "calendar_year": EVERYBODY,
    "setting_proposal": OWN,
    "bureau": EVERYBODY,
    "supervision_grant": AMONG_BUREAUS,
    # the operator's alone: no bureau reads when backups were made
    "backup_entry": OWN,
    "law": AMONG_BUREAUS,
    "law_change": AMONG_BUREAUS,
    "record_layout": AMONG_BUREAUS,
    "outside_platform": AMONG_BUREAUS,
    "entrusted_body": WATCHED,
    # people of a bureau, and what it keeps to itself
    "unit": WATCHED,
    "user_account": OWN,
    "user_session": OWN,
    "person": OWN,
    "access_link": OWN,
    "federated_login": OWN,
    "stand_in": WATCHED,
    "sign_in_wait": OWN,
    "api_token": OWN,
    "api_answer": OWN,
    "event_subscription": OWN,
    "event_delivery": OWN,
    "notification_default": OWN,
    "notification_choice": OWN,
    "notification_address": OWN,
    "notification_channel": OWN,
    "notification_delivery": OWN,
    "list_view": OWN,
    "list_columns": OWN,
    "approval": WATCHED,
    # a supervisor opens a bureau's log with a reason; nobody has here (tests/tenants/test_logs.py)
    "audit_entry": OWN,
    "audit_chain": OWN,
    "audit_anchor": OWN,
    "audit_look": OWN,
    "crossing_entry": OWN,
    "stored_file": OWN,
    "letter_template": OWN,
    "letter_template_choice": OWN,
    "document": Cell(SHARED, None, ALL),
    "delivery": WATCHED,
    "message": OWN,
    "message_reading": OWN,
    "job": Cell("t.sender_id = {me}", "t.sender_id = {me}", ALL),
    "job_progress": WATCHED,
    "trace_step": Cell(f"t.everyone OR {SHARED}", None, ALL),
    # registry
    "entity": AMONG_BUREAUS,
    "entity_change": AMONG_BUREAUS,
    "provisional_number": AMONG_BUREAUS,
    "entity_contact": OWN,
    "premises": AMONG_BUREAUS,
    "correction": Cell("t.receiver_id = {me}", None, ALL),
    "correction_file": Cell("t.receiver_id = {me}", None, ALL),
    "listing_suggestion": Cell("t.receiver_id = {me}", None, ALL),
    "licence": AMONG_BUREAUS,
    "tag": Cell("t.shared", None, ALL),
    "entity_tag": Cell("t.shared", None, ALL),
    "belonging_change": Cell("t.shared", None, ALL),
    "item": Cell("t.state <> 'draft'", None, "t.state <> 'draft'"),
    "item_list": Cell("t.state = 'published'", None, "t.state = 'published'"),
    "item_template": AMONG_BUREAUS,
    "rulebook": Cell("t.state <> 'draft'", None, "t.state <> 'draft'"),
    # R-L9: who is only proposed is not in the library yet
    "inspector": Cell(ENTERED, ENTERED, ENTERED),
    "inspector_proposal": OWN,
    "inspector_proposal_line": OWN,
    "duty": WATCHED,
    "quality_review": OWN,
    # its codes are the shared register's
    "register_confirmation": Cell(ALL),
    "quality_finding": OWN,
    "duplicate_pair": OWN,
    # what an entity was merged into is read with the entity
    "entity_merge": AMONG_BUREAUS,
    "merge_step": Cell("t.shared", None, "t.shared"),
    "training": WATCHED,
    "training_place": WATCHED,
    "inspector_private": OWN,
    "recusal": OWN,
    "inspector_leave": OWN,
    "inspector_request": OWN,
    "certificate_notice": OWN,
    "expert_notice": OWN,
    "target_rule": WATCHED,
    "target_risk": WATCHED,
    "target_matter": WATCHED,
    "risk_scale": WATCHED,
    "risk_factor": WATCHED,
    "credit_class": AMONG_BUREAUS,
    "credit_listing": AMONG_BUREAUS,
    "listing_basis": AMONG_BUREAUS,
    "class_rule": AMONG_BUREAUS,
    "credit_measure": Cell("t.receiver_id = {me}", "t.receiver_id = {me}", ALL),
    "measure_answer": Cell("t.sender_id = {me}", "t.sender_id = {me}", ALL),
    "target": WATCHED,
    "library_update": WATCHED,
    "import": OWN,
    "import_problem": OWN,
    "import_row": OWN,
    "import_remainder": OWN,
    "qualification": EVERYBODY,
    "qualification_proposal": OWN,
    "expert": WATCHED,
    "certificate": AMONG_BUREAUS,
    "bulk_run": OWN,
    "bulk_row": OWN,
    "import_mapping": OWN,
    "import_part": OWN,
    "import_chunk": OWN,
    # plans and filings
    "plan": Cell(PUBLISHED, PUBLISHED, PUBLISHED),
    "plan_line": Cell(
        OF_PUBLISHED_PLAN, f"{OF_PUBLISHED_PLAN} OR {{me}} = ANY (t.partner_ids)", OF_PUBLISHED_PLAN
    ),
    "plan_line_item": Cell(
        "EXISTS (SELECT 1 FROM plan_line l JOIN plan ON plan.id = l.plan_id WHERE l.id = t.line_id"
        " AND plan.state IN ('published', 'replaced'))",
        "EXISTS (SELECT 1 FROM plan_line l JOIN plan ON plan.id = l.plan_id WHERE l.id = t.line_id"
        " AND (plan.state IN ('published', 'replaced') OR {me} = ANY (l.partner_ids)))",
        "EXISTS (SELECT 1 FROM plan_line l JOIN plan ON plan.id = l.plan_id WHERE l.id = t.line_id"
        " AND plan.state IN ('published', 'replaced'))",
    ),
    "visit_cap": AMONG_BUREAUS,
    "cap_entry": WATCHED,
    "filing": Cell(NONE, SHARED, ALL),
    "filing_answer": Cell(NONE, OF_SHARED, ALL),
    "filing_file": Cell(NONE, OF_SHARED, ALL),
    # campaigns
    "campaign": OF_CAMPAIGN,
    "participation": OF_CAMPAIGN,
    "campaign_answer": OF_CAMPAIGN,
    "party_item": OF_CAMPAIGN,
    "party_unit": WATCHED,
    "party_list": WATCHED,
    # The roster is opened with the proof.
    "party_inspector": OF_CAMPAIGN,
    "party_readiness": WATCHED,
    "campaign_deviation": WATCHED,
    # draws
    "draw": Cell("t.opened_at IS NOT NULL", None, ALL),
    "draw_party": OF_DRAW,
    "draw_committer": OF_DRAW,
    "draw_commitment": OF_DRAW,
    "draw_beacon_reading": OF_DRAW,
    "draw_release": OF_DRAW,
    "draw_countdown": OF_DRAW,
    "draw_reveal": OF_DRAW,
    # The roster may say who is recused from whom: its lead's. What of it is public stands in the disclosure.
    "draw_document": Cell(f"t.kind <> 'roster' AND {OPENED}", None, "t.kind <> 'roster'"),
    "drawn_part": OF_DRAW,
    "team_slot": OF_DRAW,
    "draw_change": OF_DRAW,
    "draw_call_off": OF_DRAW,
    "draw_comparison": WATCHED,
    "draw_plea": OF_DRAW,
    "draw_consent": OF_DRAW,
    "witness_text": OF_DRAW,
    "draw_register": AMONG_BUREAUS,
    "draw_deposit": OF_CAMPAIGN,
    "list_turn": OF_CAMPAIGN,
    "draw_deposit_file": WATCHED,
    "draw_nonce": OWN,
    # Of a closed draw: its secret is for who has a list, who signed is seen with the draw, a lot is for its firm.
    "draw_secret": Cell(
        partner="EXISTS (SELECT 1 FROM draw_party p WHERE p.draw_id = t.draw_id AND p.bureau_id = {me} AND p.list_name IS NOT NULL)"
    ),
    "draw_receipt": OF_DRAW,
    "draw_lot": WATCHED,
    "witness_invitation": WATCHED,
    "witness_attempt": WATCHED,
    # visits
    "visit": Cell(NONE, ON_IT.replace("t.visit_id", "t.id"), ALL),
    "visit_party": OF_VISIT,
    "visit_matter": OF_VISIT,
    "visit_assistant": OF_VISIT,
    "visit_unit": OF_VISIT,
    "matter_method": OF_VISIT,
    "visit_member": OF_VISIT,
    "visit_part": OF_VISIT,
    "visit_part_approval": OF_VISIT,
    "visit_combination": Cell("t.receiver_id = {me}", "t.receiver_id = {me}", ALL),
    "visit_combination_answer": Cell("t.asker_id = {me}", "t.asker_id = {me}", ALL),
    "visit_apart_notice": OWN,
    "visit_source": OF_VISIT,
    "visit_complainant": OWN,
    "substitution": OF_VISIT,
    "code_check": OF_VISIT,
    "code_entry": WATCHED,
    "member_replacement": OF_VISIT,
    "record": Cell(NONE, ACCEPTED, ALL),
    "record_item": Cell(NONE, OF_ACCEPTED, ALL),
    "report": Cell(NONE, OF_ACCEPTED, ALL),
    "record_submission": WATCHED,
    "record_photo": WATCHED,
    "record_paper": WATCHED,
    "followup": WATCHED,
    "disclosure_days": WATCHED,
    "record_revision": Cell(NONE, f"t.state = 'approved' AND {OF_ACCEPTED}", ALL),
    "outside_check": WATCHED,
    "outside_correction": WATCHED,
    "correction_order": WATCHED,
    "correction_proof": WATCHED,
    "recheck": WATCHED,
    "penalty_case": WATCHED,
    "penalty": WATCHED,
    "penalty_remedy": WATCHED,
    "police_transfer": WATCHED,
    "owed_matter": Cell("t.lead_id = {me}", "t.lead_id = {me}", ALL),
    "owed_handover": Cell(
        "t.receiver_id = {me} OR t.lead_id = {me}", "t.receiver_id = {me} OR t.lead_id = {me}", ALL
    ),
    "owed_answer": Cell(
        "EXISTS (SELECT 1 FROM owed_handover h WHERE h.id = t.handover_id AND (h.tenant_id = {me} OR h.lead_id = {me}))",
        "EXISTS (SELECT 1 FROM owed_handover h WHERE h.id = t.handover_id AND (h.tenant_id = {me} OR h.lead_id = {me}))",
        ALL,
    ),
    "transfer": Cell("t.receiver_id = {me}", "t.receiver_id = {me}", ALL),
    "transfer_answer": Cell("t.sender_id = {me}", "t.sender_id = {me}", ALL),
    # what is public, and what goes to the credit platform
    "disclosure": Cell(OPEN, OPEN, ALL, OPEN),
    "withholding": WATCHED,
    "disclosed_file": Cell(OF_OPEN, OF_OPEN, ALL, OF_OPEN),
    "export": WATCHED,
    "export_record": WATCHED,
    "export_attempt": WATCHED,
    "repair_application": WATCHED,
    "receipt": WATCHED,
    # oversight
    "oversight_order": Cell("t.receiver_id = {me}", None, ALL),
    "oversight_order_answer": Cell("t.supervisor_id = {me}", None, ALL),
    "oversight_order_paper": Cell(
        "EXISTS (SELECT 1 FROM oversight_order_answer a WHERE a.id = t.answer_id AND a.supervisor_id = {me})",
        None,
        ALL,
    ),
    "circular": Cell("{me} = ANY (t.receiver_ids)", None, ALL),
    "oversight_alert_rule": OWN,
    "oversight_alert": Cell(
        "t.bureau_id = {me} AND t.raised_at IS NOT NULL AND t.audience <> 'supervisor'", None, NONE
    ),
    "oversight_inspection": Cell(
        "{me} = ANY (t.partner_ids) OR {me} = ANY (t.bureau_ids)", None, "{me} = ANY (t.partner_ids)"
    ),
    "oversight_finding": Cell(
        "t.bureau_id = {me} OR EXISTS (SELECT 1 FROM oversight_inspection i WHERE i.id = t.inspection_id"
        " AND (i.tenant_id = {me} OR {me} = ANY (i.partner_ids)))",
        None,
        "EXISTS (SELECT 1 FROM oversight_inspection i WHERE i.id = t.inspection_id"
        " AND (i.tenant_id = {me} OR {me} = ANY (i.partner_ids)))",
    ),
    "work_task": WATCHED,
    "outside_cause_measure": OWN,
    "assessment": Cell("t.announced_at IS NOT NULL"),
    "assessment_score": Cell(
        "t.bureau_id = {me} AND EXISTS (SELECT 1 FROM assessment a WHERE a.id = t.assessment_id AND a.announced_at IS NOT NULL)",
        None,
        NONE,
    ),
    "assessment_objection": Cell("t.supervisor_id = {me}", None, "t.supervisor_id = {me}"),
    # returns, once filed, are their recipients'
    "statistical_return": Cell(FILED_WITH_ME, None, "t.filed_at IS NOT NULL"),
    "statistical_return_facts": Cell(
        OF_RETURN.replace("{}", FILED_WITH_ME), None, OF_RETURN.replace("{}", "t.filed_at IS NOT NULL")
    ),
    "statistical_return_file": Cell(
        OF_RETURN.replace("{}", FILED_WITH_ME), None, OF_RETURN.replace("{}", "t.filed_at IS NOT NULL")
    ),
    "statistical_return_set": Cell(
        OF_FIGURE.replace("{}", FILED_WITH_ME), None, OF_FIGURE.replace("{}", "t.filed_at IS NOT NULL")
    ),
}
# Tables the story leaves empty, so that only their writing is tried here; each with what would fill it.
UNTOLD = {
    "oversight_alert": "the nightly job has not looked yet",
    "outside_cause_measure": "every check of the story was made on the platform",
    "access_link": "nobody was invited by a link",
    "statistical_return": "the story ends before a return is due",
    "statistical_return_facts": "the story ends before a return is due",
    "statistical_return_file": "the story ends before a return is due",
    "statistical_return_set": "the story ends before a return is due",
    "federated_login": "the city has no provider to sign in by",
    "stand_in": "nobody is on leave",
    "sign_in_wait": "nobody has signed in by a wrong password",
    "api_token": "no bureau has asked for a token",
    "api_answer": "no system has called with a key",
    "event_subscription": "no system is told of events",
    "event_delivery": "no system is told of events",
    "notification_default": "no administrator set ways of being told",
    "notification_choice": "nobody chose ways of being told",
    "notification_address": "nobody gave an address",
    "notification_channel": "no bureau has a channel",
    "notification_delivery": "nobody is told by e-mail or a channel",
    "list_view": "nobody saved a view",
    "list_columns": "nobody chose columns",
    "audit_anchor": "no day has ended",
    "audit_chain": "nothing was sealed yet",
    "audit_look": "no supervisor has asked for a bureau's log",
    "campaign_deviation": "every answer keeps to its plan line",
    "draw_comparison": "the story's lead froze no two lists of draws side by side",
    "list_turn": "no list of the story waits for another draw",
    "draw_countdown": "the story's draw announced no time",
    "draw_beacon_reading": "the story's draw names no beacon",
    "draw_release": "the story's draw is no surprise",
    "draw_secret": "the story's draw is not closed",
    "draw_receipt": "the story's draw is not closed",
    "draw_lot": "the story's draw is not closed",
    "draw_plea": "no place of the story was filled four times",
    "draw_consent": "no place of the story was filled four times",
    "substitution": "every object of the story was there",
    "entity_contact": "no contact was entered",
    "correction": "nobody saw a fault",
    "listing_suggestion": "nobody of the story said who else should list a firm",
    "correction_file": "nobody saw a fault",
    "penalty_remedy": "no penalty was contested",
    "measure_answer": "the measure that was proposed waits",
    "class_rule": "classes go by the settings",
    "withholding": "the story has nothing that law keeps from the public",
    "target_risk": "no bureau has a scale of risk",
    "target_matter": "no product, project or activity is overseen apart",
    "risk_scale": "no bureau has a scale of risk",
    "risk_factor": "no bureau has a scale of risk",
    "premises": "every firm works where it is registered",
    "licence": "no licence was entered",
    "tag": "no bureau made a vocabulary",
    "entity_tag": "no bureau made a vocabulary",
    "belonging_change": "nothing that belongs to a firm was entered",
    "bulk_run": "nothing was done to many at once",
    "bulk_row": "nothing was done to many at once",
    "qualification_proposal": "no bureau missed a word",
    "expert": "no bureau keeps a list of experts",
    "visit_source": "every check of the story was drawn",
    "visit_complainant": "nobody complained",
    "outside_check": "every check of the story was made on the platform",
    "outside_correction": "every check of the story was made on the platform",
    "party_unit": "the items of a bureau in the story belong to no units",
    "visit_assistant": "no bureau keeps a list of experts",
    "matter_method": "every matter was checked at the door",
    "record_paper": "every matter was checked at the door",
    "visit_unit": "no check was of several units",
    "visit_combination": "nobody else was to visit the same objects",
    "visit_combination_answer": "nobody else was to visit the same objects",
    "visit_apart_notice": "nobody else was to visit the same objects",
    "owed_matter": "every partner came",
    "owed_handover": "every partner came",
    "owed_answer": "every partner came",
    "import_mapping": "every file had the heads of its template",
    "import_part": "every file was short",
    "import_chunk": "every load has ended",
    "import_remainder": "no load was taken back",
    "jurisdiction_setting": "every place keeps the settings of the rules",
    "setting_proposal": "no supervisor proposed a setting",
    "law": "no law was entered",
    "law_change": "no law was entered",
    "backup_entry": "nobody made a backup of the story",
    "entrusted_body": "no bureau entrusted another body",
    "message_reading": "nobody marked a word as read",
    "disclosure_days": "every bureau keeps to its place's days of disclosure",
    "letter_template": "every bureau writes with the house's templates",
    "letter_template_choice": "every bureau writes with the house's templates",
    "record_photo": "no officer took a photo",
    "item_template": "no bureau shared an item",
    "recusal": "nobody recused themselves",
    "duty": "nobody was named",
    "provisional_number": "every firm has a credit code",
    "quality_review": "no bureau reviewed its records",
    "quality_finding": "no bureau reviewed its records",
    "duplicate_pair": "no bureau reviewed its records",
    "entity_merge": "no firm was there twice",
    "merge_step": "no firm was there twice",
    "training": "nobody was trained",
    "training_place": "nobody was trained",
    "inspector_leave": "nobody is on leave",
    "inspector_request": "nobody asked for anything",
    "expert_notice": "no credential was looked at",
    "visit_cap": "no cap was set",
}
