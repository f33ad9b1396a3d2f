"""Why some rows of expected.txt are not 404: what access.md gives to every bureau, to the own bureau, to whoever has a code."""

from __future__ import annotations

# Read by every bureau (access.md, column "bureau"); what of it is not published is tried apart.
EVERY_BUREAU_READS = {
    "GET registry.entity": "one register for all bureaus: name, code, kind, status, place, industry, scope",
    "GET registry.entity_history": "one register for all bureaus, with what became of it, and not who elsewhere did it",
    "GET api_histories.history": "one register for all bureaus, with what became of it, and not who elsewhere did it",
    "GET registry.entity_correct": "the form for a proposal of the bureau's own",
    "GET registry.entity_merge": "a search in the one register, for a proposal of the bureau's own",
    "GET registry.entity_merge_with": "two of the one register beside each other, for a proposal of the bureau's own",
    "GET registry.entity_licence_new": "the form for a licence that the bureau itself issued",
    "GET registry.item": "published items are read by every bureau and the public",
    "GET registry.item_list": "a published version of an item list (an earlier or returned one that is not stays hidden)",
    "GET registry.item_list_f1": "a published version of an item list, as its form F1",
    "GET registry.item_list_paper": "the same, to read and print",
    "GET registry.item_declaration": "what a published version of a list declares unfit (R-L2)",
    "GET registry.item_declaration_document": "what a published version of a list declares unfit, as a Word file",
    "GET registry.item_template": "what a bureau shares is for every bureau to adopt (access.md, item templates)",
    "GET registry.inspector": "the columns of F2 of any bureau's inspectors",
    "GET registry.rulebook": "a rulebook in force is read by every bureau and the public",
    "GET registry.rulebook_document": "a rulebook in force, as a Word file",
    "GET registry.rulebook_text": "a rulebook in force, as plain text",
    "GET api_items.one_template": "what a bureau shares is for every bureau to adopt (access.md, item templates)",
    "GET api_items.one_list": "a published version of an item list",
    "GET api_items.differences": "a published version of an item list",
    "GET api_items.list_file": "a published version of an item list, as its form F1",
    "GET api_rulebooks.one_rulebook": "a rulebook in force is read by every bureau and the public",
    "GET api_rulebooks.rulebook_file": "a rulebook in force, as a file",
    "GET plans.plan": "a published plan",
    "GET plans.plan_print": "a published plan",
    "GET plans.plan_workbook": "a published plan, as its form F6",
    "GET plans.plan_line": "a line of a published plan",
    "GET api_plans.one_plan": "a published plan",
    "GET api_plans.one_line": "a line of a published plan",
    "GET api_platform.one_bureau": "bureaus are known to all; the walk's tokens are given the operator's permission too",
    "GET credit.class_rule_version": "the rule by which classes are given (access.md, rule of credit classes)",
    "GET credit.entity_workbook": "an entity's credit file, as a workbook (R-O5)",
    "GET api_credit.entity_file": "an entity's credit file, to a token that may read (R-O5)",
    "GET credit.entity_file": "an entity's credit file, which bureaus rely on (R-O5)",
}
# About a firm of the shared register: a row of one's own, or refused once the form is right (R-T4).
SHARED_REGISTER = {
    "POST credit.measure_propose": "a measure that the bureau itself proposes, once the form is right (R-O4)",
    "POST credit.listing_enter": "a listing of the bureau's own, once the form is right (R-O4)",
    "POST registry.entity_contact": "the bureau's own contact of a firm",
    "POST registry.entity_status": "refused to whom is no keeper of the kind",
    "POST registry.entity_target": "the bureau's own library",
    "POST registry.entity_licence_new": "a licence that the bureau itself issued",
    "POST registry.entity_merge_with": "a proposal of the bureau's own, to who keeps both",
    "POST registry.entity_correct": "a proposal of the bureau's own, to who keeps the firm",
    "POST registry.entity_tags": "the bureau's own tags",
    "GET registry.entity_licence": "refused to whom neither keeps the kind nor issued it",
    "POST registry.entity_licence": "refused to whom neither keeps the kind nor issued it",
    "GET registry.entity_premises": "refused to whom is no keeper of the kind",
    "POST registry.entity_premises": "refused to whom is no keeper of the kind",
    "GET registry.entity_premises_new": "refused to whom is no keeper of the kind",
    "POST registry.entity_premises_new": "refused to whom is no keeper of the kind",
    "POST registry.item_template_adopt": "an item of one's own, made from what another bureau shares",
    "POST registry.item_template_follow": "one's own copy of what another bureau shares, brought up to date",
    "POST api_items.adopt_template": "an item of one's own, made from what another bureau shares",
    "POST api_items.follow_template": "one's own copy of what another bureau shares, brought up to date",
    "POST api_items.extend_template": "one's own copy of what another bureau shares, with points of one's own",
    "POST registry.entity_reveal": "the phone numbers this bureau itself entered",
    **{
        f"{each}": "bureaus are known to all; the walk's tokens are given the operator's permission too"
        for each in (
            "PUT api_platform.bureau_change",
            "POST api_platform.bureau_close",
            "POST api_platform.bureau_first",
        )
    },
}
# Any signed-in person of the bureau; there is no role that lacks it.
OWN_BUREAU = {
    **{
        f"GET api_changes.{each}": "a token that may read the bureau's lists reads what is new in them"
        for each in (
            "certificates",
            "entities",
            "experts",
            "followups",
            "inspectors",
            "items",
            "ledger",
            "licences",
            "premises",
            "tags",
            "targets",
            "visits",
        )  # fmt: skip
    },
    **{
        f"GET api_belongings.{each}": "what all share of an entity, and the bureau's own tags, to a token that may read"
        for each in ("premises", "licences", "tags")
    },
    **{
        f"GET api_belongings.{each}": "what the bureau proposed and was proposed to it, to a token that may read"
        for each in (
            "corrections",
            "one_correction",
            "correction_file",
            "suggestions",
            "one_suggestion",
            "uncovered",
        )
    },
    "GET api_registers.experts": "a token that may read the bureau's lists searches its experts",
    "GET api_registers.certificates": "the certificates that count for the bureau, to a token that may read",
    **{
        f"GET api_selection.{each}": "the bureau's rules and what a run by them would do, to a token that may read"
        for each in ("rules", "one_rule", "joining", "leaving")
    },
    **{
        f"GET api_campaigns.{each}": "the campaigns the bureau takes part in, to a token that may read"
        for each in ("campaigns", "one_campaign", "units")
    },
    **{
        f"GET {each}": "the bureau's own ledger, follow-ups and lines, to a token that may read"
        for each in (
            "api_ledger.ledger",
            "api_ledger.outside_check",
            "api_ledger.line_progress",
            "api_followups.followups",
            "api_followups.one_followup",
            "api_followups.transfers",
            "api_followups.one_transfer",
        )
    },
    **{
        f"GET api_credit.{each}": "the bureau's own batches and repairs, and what all bureaus read of lists, to a token that may read"
        for each in ("exports", "repairs", "measure_list", "listings", "listing_bases", "entity_file")
    },
    **{
        f"GET api_owed.{each}": "what is owed, to a token of the bureau, or of the lead, that may read"
        for each in ("owed", "one_owed", "handovers")
    },
    **{
        f"GET api_visits.{each}": "the visits the bureau is on, to a token that may read; nobody who complained"
        for each in ("visits", "one_visit", "records", "batch", "revisions", "papers")
    },
    **{
        f"GET api_visits.{each}": "what goes together with the bureau's own visits, to a token that may read"
        for each in ("apart", "combinations", "recognisable")
    },
    "GET api_visits.disclosure_days": "the days to which the bureau bound itself, to a token that may read",
    **{
        f"GET api_documents.{each}": "the documents the bureau itself issued, to a token that may read, as their pages"
        for each in ("documents", "one_document", "document_file")
    },
    **{
        f"GET api_plans.{each}": "the bureau's own plans and caps, to a token that may read"
        for each in ("plans", "one_plan", "one_line", "caps")
    },
    **{
        f"GET api_filings.{each}": "what the bureau filed and was filed with it, to a token that may read"
        for each in ("filings", "one_filing")
    },
    **{
        f"GET api_returns.{each}": "the bureau's own returns, to a token that may read"
        for each in ("returns", "one_return", "records")
    },
    **{
        f"GET {each}": "what supervisors say to the bureau, and its own timetable, to a token that may read"
        for each in (
            "api_orders.orders",
            "api_orders.one_order",
            "api_orders.circulars",
            "api_orders.one_circular",
            "api_supervision.alerts",
            "api_supervision.one_alert",
            "api_supervision.inspections",
            "api_supervision.one_inspection",
            "api_supervision.tasks",
            "api_assessments.scores",
        )
    },
    "GET api_campaigns.readiness": "the bureau's own campaign, to a token that may read; over once its draw has begun",
    "GET api_campaigns.preview": "the bureau's own list, to a token that may read; over once the draw has begun",
    "POST api_campaigns.what_if": "the same; it keeps nothing",
    **{
        f"GET api_draws.{each}": "the draws the bureau takes part in, as their hall shows them, to a token that may read"
        for each in ("ceremonies", "ceremony")
    },
    "GET api_histories.history": "what became of an entity, to a token that may read the register",
    "GET api_entrusted.bodies": "the bodies the bureau itself entrusted, to a token that may read",
    "GET api_entrusted.one_body": "404: there is none",
    "GET api_libraries.libraries": "how old the bureau's own libraries are, to a token that may read",
    **{
        f"GET api_quality.{each}": "the quality of the bureau's own records, to a token that may read"
        for each in ("quality", "findings", "duplicates")
    },
    **{
        f"GET api_vocabularies.{each}": "the words of the bureau's own lists, to a token that may read"
        for each in ("tags", "one_tag", "qualifications", "proposals", "risk", "one_factor", "units")
    },
    **{
        f"GET api_rulebooks.{each}": "a token that may read the bureau's lists reads its rulebook"
        for each in ("rulebooks", "one_rulebook", "rulebook_file")
    },
    **{
        f"GET api_officers.{each}": "the bureau's own officers' leave and recusals, as their pages show them"
        for each in ("leaves", "recusals", "one_inspector")
    },
    **{
        f"GET api_items.{each}": "what bureaus share, the bureau's own list and its coverage, to a token that may read"
        for each in ("templates", "one_template", "lists", "one_list", "differences", "list_file", "coverage")
    },
    "GET api_duties.duties": "who answers for this work in one's own bureau, contacts masked",
    "GET api_duties.one_duty": "who answers for this work in one's own bureau, contacts masked",
    **{
        f"GET api_trainings.{each}": "the bureau's own trainings, to a token that may read"
        for each in ("trainings", "one_training")
    },
    "GET api_registers.entities": "one register for all bureaus, to a token that may read",
    "GET api_registers.items": "a token that may read the bureau's lists searches its items",
    "GET api_registers.inspectors": "a token that may read the bureau's lists searches its officers, as the columns of F2",
    "GET api_registers.targets": "a token that may read the bureau's lists searches its library",
    "GET api_registers.matters": "a token that may read the bureau's lists searches what its library has of products",
    "GET api_notifications.calendar": "the bureau's own visits, deadlines and campaigns, to a token that may read",
    "GET api_notifications.notified_events": "how the bureau has its people told, to a token that may read",
    "GET api_notifications.one_notified_event": "the same, of one thing",
    "GET api_events.events": "what happened in the bureau, without people and firms, to a token that may read",
    **{
        f"GET api_events.{each}": "where the bureau's own events are sent, and how far, to a token that may read"
        for each in ("subscriptions", "one_subscription", "deliveries")
    },
    "POST api_events.replay": "the bureau's own events once more, to where its administrator has them sent",
    "GET desk.home": "everybody's desk shows what waits for them",
    "GET jobs.jobs": "the bureau's jobs are read by everybody in it",
    "GET jobs.job": "the bureau's jobs are read by everybody in it",
    "GET jobs.progress": "the bureau's jobs are read by everybody in it",
    "POST jobs.retry": "the job is there for its bureau; asking again is for who asked, or does such work",
    "GET account.home": "one's own account",
    "POST account.phone_end": "404: somebody else's phone",
    "GET api_visits.mine": "the officer's own visits; to a bureau's system none",
    "POST account.end_session": "404: somebody else's session",
    "GET settings.interfaces": "the tokens one gave oneself; an administrator's page has the bureau's",
    "POST settings.interface_renewal": "404: a token that somebody else gave",
    "POST settings.interface_revoke": "404: a token that somebody else gave",
    "POST lists.save": "404: no list is named",
    "POST lists.columns": "404: no list is named",
    "POST lists.delete": "404: somebody else's view, also of one's own bureau",
    "GET standing_in.home": "for whom one stands in, and who for oneself",
    "POST standing_in.act": "404: somebody else's standing in",
    "POST standing_in.end": "404: somebody else's standing in",
}
# One's own account, which every signed-in person has: `-` in the column of the wrong role, who is not asked.
OWN_ACCOUNT = {
    "POST account.end_others",
    "POST account.one_time_password",
    "POST account.password",
    "POST account.phone_new",
    "POST account.recovery_codes",
    "POST settings.interface_new",
    "POST standing_in.arrange",
    "POST standing_in.stop",
}
# A published line is read by every bureau: that there is one and that it is another's is no secret.
TOLD_APART = {"GET campaigns.new_from_line", "GET campaigns.new_drawn_teams", "GET plans.plan_line_edit"}
# Steps of signing in: who is signed in already is not led to the beginning.
SIGNING_IN = {"session.enrol", "single_sign_on.code"}
# R-V2: scanning shows, without an account, who comes, from which bureaus, on what basis, for which matters; R-V7: and what
# documents addressed to the firm there are.
ANYBODY_WITH_THE_CODE = {"visit", "visit_party", "visit_matter", "visit_member", "campaign", "document"}
