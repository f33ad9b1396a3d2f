"""docs/access.md cell by cell: its letters against what test_access_matrix.py lets each column see, table by table.

When the document changes, this test says which cells no longer hold.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tenants.matrix import MATRIX, NONE, Cell

DOCUMENT = Path(__file__).parents[2] / "docs" / "access.md"
COLUMNS = ("partner", "bureau", "supervisor", "public")
# By the first words of a row: the tables that hold it.
ROWS: dict[str, tuple[str, ...]] = {
    "jurisdictions, calendars, code lists": ("jurisdiction", "calendar_year", "qualification", "item_template", "law", "law_change"),
    "outside platforms": ("outside_platform", "record_layout"),
    "bases of lists": ("listing_basis",),
    "rule of credit classes": ("class_rule",),
    "entity, premises": ("entity", "entity_merge", "entity_change", "premises", "licence"),
    "provisional number of an entity": ("provisional_number",),
    "entity: contacts": ("entity_contact",),
    "credit class of an entity": ("credit_class",),
    "target: membership": ("target", "target_rule", "target_risk", "target_matter", "risk_scale", "risk_factor", "library_update"),
    "item list, rulebook: published": ("item", "item_list", "rulebook"),
    "inspectors: F2 columns": ("inspector",),
    "inspectors: identity number": ("inspector_private", "recusal", "inspector_leave"),
    "work lead": ("duty", "training", "training_place"),
    "plan: draft / published": ("plan", "plan_line", "plan_line_item"),
    "filing and its answer": ("filing", "filing_answer", "filing_file"),
    "campaign: name": ("campaign", "participation", "campaign_answer", "party_item"),
    "a party's list and roster": ("party_list", "party_unit", "campaign_deviation"),
    "frozen list": ("draw_deposit",),
    "that a list waits": ("list_turn",),
    "draw: plan": ("draw", "draw_party", "draw_committer", "draw_commitment", "draw_reveal", "draw_document", "draw_beacon_reading", "draw_release",
                   "drawn_part", "team_slot", "draw_change", "witness_text", "draw_countdown", "draw_receipt",
                   "draw_plea", "draw_consent", "draw_call_off"),
    "visit: who": ("visit", "visit_party", "visit_matter", "visit_member", "visit_unit", "visit_assistant", "visit_part", "visit_part_approval", "matter_method"),
    "record, report": ("record", "record_item", "report"),
    "ledger: checks made outside": ("outside_check", "outside_correction"),
    "owed matter": ("owed_matter", "owed_handover", "owed_answer"),
    "disclosed result": ("disclosure", "disclosed_file"),
    "what law keeps": ("withholding",),
    "days of disclosure": ("disclosure_days",),
    "export batch": ("export", "export_record", "export_attempt", "receipt"),
    "lists of dishonesty": ("credit_listing",),
    "credit repair": ("repair_application",),
    "jobs": ("job", "job_progress"),
    "audit log": ("audit_entry", "audit_chain"),
    "users, roles": ("user_account", "user_session", "api_token", "api_answer", "access_link", "federated_login"),
    "draw register": ("draw_register",),
    "cap ledger": ("cap_entry", "visit_cap"),
    "outgoing events": ("event_subscription", "event_delivery"),
    "approvals, delegations": ("approval", "stand_in"),
    "oversight: alert": ("oversight_order", "oversight_order_answer", "oversight_order_paper", "circular", "assessment",
                         "assessment_score", "assessment_objection", "oversight_alert"),
    "joint inspection and its findings": ("oversight_inspection", "oversight_finding"),
    "a bureau's timetable": ("work_task",),
    "return: draft / filed": ("statistical_return", "statistical_return_facts", "statistical_return_file", "statistical_return_set"),
    "jurisdictions' settings": ("jurisdiction_setting", "setting_proposal", "supervision_grant"),
    "entrusted bodies": ("entrusted_body",),
    "scans": ("code_check", "code_entry"),
    "a drawn officer's replacement": ("member_replacement",),
    "how people are told: a bureau's ways and channels": ("notification_default", "notification_channel", "notification_delivery"),
    "how somebody is told: own choices": ("notification_choice", "notification_address"),
}  # fmt: skip
# Rows of the document that have no table: where they are kept, or that they are not built yet.
ELSEWHERE = {
    "item list, rulebook: drafts": "rows of item, item_list and rulebook that the matrix leaves out by their state",
    "entity covered by no library": "functions: uncovered_entities, is_uncovered, supervised_uncovered_entities",
    "backups and their trials": "the operator's alone: backup_entry",
    "rating": "not built",
    "objection, reply": "not built",
    "measures": "credit_measure and measure_answer: read by proposer and receiver, who write one each",
    "who should list it": "listing_suggestion: read by asker and receiver, who answers it",
    "going together": "visit_combination and its answer: read by asker and receiver, who write one each",
    "documents addressed to a firm": "document: read by its bureau and those it went to, and by function with a visit's code",
    "transfer": "transfer and transfer_answer: read by sender and receiver, who write one each",
    "requests for withdrawal": "not built",
    "penalties, cases": "not built",
    "messages, attachments": "as the thing they hang on",
}
# Cells whose letter is not what the table shows, with the reason. (row, column).
OTHERWISE = {
    (
        "inspectors: identity number",
        "supervisor",
    ): "counts only, which no page asks for yet: the rows are closed",
    ("target: membership", "partner"): "the drawn ones, out of the draw's own rows",
    ("visit: who", "bureau"): "that there is one in that month: not built, so nothing is shown",
    ("return: draft / filed", "bureau"): "a recipient reads and answers in its own scope, as with filings",
    ("return: draft / filed", "partner"): "a partner is a bureau, and reads what was filed with it",
    ("oversight: alert", "partner"): "a partner is a bureau, and reads the orders to itself",
    ("jobs", "partner"): "a sender reads what it sent",
    ("jobs", "bureau"): "a sender reads what it sent",
    ("audit log", "supervisor"): "by reason: opened_logs(), in tests/tenants/test_memory.py",
}


def written() -> dict[str, dict[str, str]]:
    """The document's table: by the row's first cell, the letters by column."""
    found = {}
    for line in DOCUMENT.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 6 and cells[0] not in ("what", "---"):
            found[cells[0]] = dict(zip(("owner", *COLUMNS), cells[1:], strict=True))
    return found


def row_of(name: str) -> dict[str, str]:
    """The document's row that begins with these words."""
    rows = [row for title, row in written().items() if title.startswith(name)]
    assert len(rows) >= 1, f"access.md has no row {name}"
    return rows[0]


def test_every_row_of_the_document_is_somewhere() -> None:
    names = [*ROWS, *ELSEWHERE]
    nowhere = [title for title in written() if not any(title.startswith(name) for name in names)]
    assert nowhere == []
    assert len(written()) > 30


def test_every_table_is_in_a_row_or_hangs_on_one() -> None:
    """What stands in no row of its own is no more open than access.md's rows for a bureau's own things."""
    named = {table for tables in ROWS.values() for table in tables}
    assert named <= set(MATRIX)
    rest = {table: cell for table, cell in MATRIX.items() if table not in named}
    open_to_all = {table for table, cell in rest.items() if cell.public != NONE}
    assert open_to_all == {"bureau"}
    read_by_bureaus = {table for table, cell in rest.items() if cell.bureau != NONE}
    # A correction and its evidence by its receiver; of tags and their history what a bureau shares as the owner of an entity's kind (R-T4); its own tags are nobody else's.
    # Certificates are justice's, and every bureau selects its officers from them (R-T4).
    # What a merge moved of what all share: places, licences, shared tags, credit classes.
    # What one bureau passes on to another, and its answer; a document that went along with it (R-V7).
    # What a keeper's file had is the shared register's, and whoever has it in a library says by it that it is not stale.
    assert read_by_bureaus == {
        "bureau",
        "register_confirmation",
        "trace_step",
        "tag",
        "entity_tag",
        "belonging_change",
        "certificate",
        "correction",
        "correction_file",
        "listing_suggestion",
        "merge_step",
        "transfer",
        "credit_measure",
        "measure_answer",
        "transfer_answer",
        "visit_combination",
        "visit_combination_answer",
        "document",
    }


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("column", COLUMNS)
def test_a_cell_shows_what_its_letter_says(name: str, column: str) -> None:
    """`–` is no row at all; R, W or O is some. The public reads disclosure, whatever the row."""
    letters = row_of(name)[column]
    seen = {table for table in ROWS[name] if _shown(MATRIX[table], column) != NONE}
    if (name, column) in OTHERWISE:
        return
    if column == "public" and name not in (
        "jurisdictions, calendars, code lists",
        "disclosed result",
        "jurisdictions' settings",
    ):
        assert seen == set(), "the public login reads disclosure and places, nothing else"
    elif letters.startswith("–") and "/" not in letters:
        assert seen == set(), f"access.md says nothing is shown: {letters}"
    else:
        assert seen, f"access.md shows it: {letters}"


def test_no_exception_is_one_for_nothing() -> None:
    assert {name for name, _column in OTHERWISE} <= set(ROWS)


def _shown(cell: Cell, column: str) -> str:
    shown = getattr(cell, column)
    return cell.bureau if shown is None else str(shown)
