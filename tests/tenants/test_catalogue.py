"""The database as it is: who may write what is shared, what points across bureaus, who may call what (R-T1).

Tests about the code base: a new table, column, function or view that is not thought about here fails.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from onedoor.app import import_models
from onedoor.kernel import access
from onedoor.kernel.access import Function
from onedoor.kernel.db import Base
from onedoor.kernel.scope import DbRole

ROOT = Path(__file__).parents[2]
SOURCES = [
    path for folder in ("platform/onedoor", "tenants", "tasks") for path in (ROOT / folder).rglob("*.py")
]
# Tables that belong to no bureau, and who may write them (access.md; the reason stands in the declaration).
SHARED_WRITERS = {
    "jurisdiction": {DbRole.OPERATOR},
    "jurisdiction_setting": {DbRole.OPERATOR},
    "calendar_year": {DbRole.OPERATOR},
    "bureau": {DbRole.OPERATOR},
    "supervision_grant": {DbRole.OPERATOR},
    "backup_entry": {DbRole.OPERATOR},
    "law": {DbRole.OPERATOR},
    "law_change": {DbRole.OPERATOR},
    "qualification": {DbRole.OPERATOR},
    "record_layout": {DbRole.OPERATOR},
    "outside_platform": {DbRole.OPERATOR},
    "listing_basis": {DbRole.OPERATOR},
    "person": {DbRole.IDENTITY},
    "sign_in_wait": {DbRole.IDENTITY},
    "entity": {DbRole.BUREAU},
    "draw_register": set(),
}
# PostgreSQL puts it into the query that asks, which it does with no definer's function and none with settings of its own.
INLINED = "onedoor_now"
# Keys to a bureau that is not the row's own: what the row says about that bureau.
NAMES_A_BUREAU = {
    "assessment_score.bureau_id": "whose score it is; the policy asks that it be supervised",
    "audit_anchor.bureau_id": "the supervised bureau whose chain the anchor holds; made by a function",
    "audit_look.bureau_id": "the supervised bureau whose log is opened; the policy asks for the grant",
    "campaign_deviation.lead_id": "the lead, which reads where a party departs",
    "campaign_answer.handed_to": "to whom a party that withdraws hands its matters",
    "campaign_answer.lead_id": "the lead, which reads the answer",
    "draw_committer.bureau_id": "who commits; that bureau alone writes its commitment",
    "draw_party.bureau_id": "who has a list in the draw; that bureau alone deposits it",
    "entity.kept_by": "who keeps a firm of the shared register (R-T4)",
    "correction.receiver_id": "a keeper of entities; the policy asks for it",
    "listing_suggestion.receiver_id": "who should list an entity; it alone answers (R-L6)",
    "correction_file.receiver_id": "the receiver of its correction; the policy asks for it",
    "filing.receiver_id": "a supervisor of the sender; the policy asks for it",
    "credit_measure.receiver_id": "who is asked to apply a measure; its own to answer (R-O4)",
    "listing_basis.keeper_id": "the one bureau that keeps the list",
    "followup.to_bureau_id": "to whom a finding is passed on (R-V7)",
    "owed_handover.lead_id": "who leads the visit, and reads what became of its matters; written by who owes them",
    "owed_handover.receiver_id": "who is asked to take a matter; its own to answer (R-J5)",
    "owed_matter.from_id": "from whom a matter was taken over; written by who took it",
    "owed_matter.lead_id": "who leads the visit, and reads what is owed of it",
    "oversight_alert.bureau_id": "whose record a rule watches; the policy asks that it be supervised",
    "oversight_finding.bureau_id": "in whom it was found; the policy asks that the inspection be there",
    "oversight_order.receiver_id": "a supervised bureau; the policy asks for it",
    "participation.lead_id": "the lead, which alone writes participation",
    "party_readiness.lead_id": "the lead, which reads the counts",
    "plan_line_item.bureau_id": "whose published item it is",
    "bureau.successor_id": "into which bureau it was merged; the operator writes it",
    "supervision_grant.bureau_id": "who supervises; the operator writes it",
    "transfer.receiver_id": "to whom something is passed on; its own to answer (R-V7)",
    "transfer_answer.named_id": "whom the government designated; written by who coordinates",
    "visit_apart_notice.bureau_id": "of whom one's own people were told; nobody else reads it (R-J4)",
    "visit_combination.receiver_id": "who is asked to come along; its own to answer (R-J4)",
    "member_replacement.bureau_id": "whose officer is to be replaced; only the lead's row and that bureau's own count (R-D6)",
    "visit_party.bureau_id": "a bureau on the visit; a trigger asks for its part in the campaign",
}
# Keys to a row that one bureau enters and all read: of the register (R-T4), or a published result that another recognises (R-J7).
# What is published is ended, never deleted: a key to it holds nobody up.
READ_BY_ALL = {"record_paper": "disclosure", "target_matter": "premises", "visit": "premises"}
# Keys to another bureau's row: only through that bureau's part in it, which the row's own bureau cannot make up.
THROUGH_PARTICIPATION = {
    "assessment_objection": "assessment_score",
    "draw_beacon_reading": "draw_party",
    "draw_consent": "draw_plea",
    "draw_commitment": "draw_committer",
    "draw_deposit": "draw_party",
    "list_turn": "draw_party",
    "draw_receipt": "draw_party",
    "draw_register": "draw",
    "filing_answer": "filing",
    "measure_answer": "credit_measure",
    "merge_step": "entity_merge",
    "oversight_finding": "oversight_inspection",
    "oversight_order_answer": "oversight_order",
    "owed_answer": "owed_handover",
    "participation": "campaign",
    "record": "visit_party",
    "record_item": "visit_matter",
    "record_photo": "visit_matter",
    "record_paper": "visit_matter",
    "matter_method": "visit_party",
    "report": "visit_party",
    "visit_matter": "unit",
    "visit_member": "inspector",
    "substitution": "visit_party",
    "code_entry": "visit_party",
    "member_replacement": "visit_party",
    "transfer_answer": "transfer",
    "visit_assistant": "visit_party",
    "visit_combination_answer": "visit_combination",
    "visit_part": "visit_party",
    "visit_part_approval": "visit_party",
}
# Ids without a key, with the reason.
KEYLESS = {
    "access of the scope": {"audit_chain.tenant_id", "audit_entry.tenant_id", "job.tenant_id", "job.sender_id",
                            "stored_file.tenant_id", "trace_step.tenant_id"},
    "who acted: a person, a token or a job, kept though the account goes": {
        "api_answer.caller_id",
        "visit_cap.submitted_by", "class_rule.drafted_by",
        "audit_entry.actor_id", "audit_look.actor_id", "crossing_entry.actor_id", "entity_change.actor_id", "import.actor_id", "job.actor_id", "job.acting_for", "belonging_change.actor_id",
        "approval.submitted_by", "approval.decided_by", "approval.submitted_for", "approval.decided_for",
        "plan.submitted_by", "record.submitted_by", "rulebook.editor_id", "rulebook.editors",
        "filing.senders", "statistical_return.creator_id", "filing_answer.answered_by", "filing_answer.answered_for",
        "draw_commitment.account_id", "draw_commitment.account_for", "draw_reveal.account_id", "draw_reveal.account_for",
        "draw_beacon_reading.account_id", "draw_beacon_reading.account_for",
        "draw_receipt.account_id", "draw_receipt.account_for",
        "draw_plea.account_id", "draw_consent.account_id"},
    "whose it is: an account of the row's own bureau, kept though it goes": {"visit_member.account_id", "work_task.person_id"},
    "lists of the lead's own draws, which the database compares by itself; no role writes the row": {
        "draw_comparison.deposit_id", "draw_comparison.other_id"},
    "another draw of the bureau's own, which earlier_draws() names": {"list_turn.waits_for"},
    "the draw of the plea that it answers, which its policy asks for": {"draw_consent.draw_id"},
    "a thing of any kind, found by whoever may see it under its own policy": {
        "approval.subject_id", "audit_entry.subject_id", "disclosure.subject_id", "export_record.subject_id", "withholding.subject_id", "repair_application.subject_id",
        "oversight_alert.record_id",
        "filing.subject_id", "document.subject_id", "job.subject_id", "trace_step.about", "draw.about"},
    "bureaus that may read the row; the owner's own to give": {
        "circular.receiver_ids", "filing.shared_with", "document.shared_with", "plan_line.partner_ids", "trace_step.shared_with",
        "visit.party_ids", "oversight_inspection.partner_ids"},
    "bureaus that are inspected, each of which the policy asks to be supervised by who leads": {"oversight_inspection.bureau_ids"},
    "a thing of a room above, which keys do not point to; written by its own bureau": {
        "cap_entry.visit_id", "cap_entry.door_id", "draw.campaign_id"},
    "a visit of a draw that this bureau was on, or a copy of its id where a matter was taken over": {
        "owed_matter.visit_id", "owed_matter.matter_id", "owed_handover.visit_id", "owed_handover.matter_id",
        "visit_source.owed_visit_id"},
    "filed returns that a place's return adds up, read under their own policy": {"statistical_return.sources"},
    "names the versions of one thing": {"filing.series_id", "statistical_return.series_id", "plan.series_id", "user_session.id"},
    "a copy of another bureau's published item, with its words": {
        "plan_line_item.item_id", "visit_matter.item_id", "record_item.item_id", "item.source_id"},
    "a row of the same bureau, read under its policy": {
        "followup.visit_id", "oversight_finding.order_id", "recheck.visit_id", "visit.notice_file_id", "plan.attachment_id", "import_row.subject_id", "import_remainder.subject_id", "bulk_row.subject_id", "inspector_proposal.import_id", "member_replacement.member_id", "code_entry.check_id", "belonging_change.import_id", "entity_change.import_id", "outside_check.import_id", "entity_change.correction_id"},
    "an entity whose history outlives it": {"entity_change.entity_id", "belonging_change.entity_id", "belonging_change.part_id"},
    "a row of the bureau's own that a merge moved, and what stands for it; the history of it outlives them": {
        "merge_step.part_id", "merge_step.made_id"},
}  # fmt: skip
# SQL that is not one literal: put together from constants of the module, never from what somebody sent.
PUT_TOGETHER = {
    "kernel/audit_chain/__init__.py": "the columns of the sealed text, a constant",
    "kernel/deployment_figures.py": "names of the sealed columns that are declared",
    "kernel/db.py": "a literal of whoever calls, or what SQLAlchemy wrote of a statement; values are bound",
    "commands/bench/other_tools.py": "one literal, named before the clock runs",
    "edge/lists/cached_statements.py": "what SQLAlchemy wrote of a list's statement, whose values are bound",
    "entities/service/entity_chunks.py": "names out of a constant, those the file has columns for",
    "entities/service/undo_entities.py": "statements written out in the module, with what stays",
    "imports/service/journal.py": "conditions that a kind's own module writes out",
    "targets/service/undo_details.py": "statements written out in the module, one after the other",
    "imports/service/two_pass.py": "what a kind of file says in its own module",
    "targets/service/undo_targets.py": "statements written out in the module, one after the other",
    "commands/database.py": "the operator's own console: bootstrap and migrations",
    "commands/catalogue.py": "the operator's own console: questions about the catalogue",
}


@pytest.fixture(scope="module", autouse=True)
def models() -> None:
    import_models()


def tables() -> list[sa.Table]:
    return Base.metadata.sorted_tables


def declared() -> list[Function]:
    return [
        function
        for functions in access.FUNCTIONS.values()
        for function in functions
        if not function.is_computed
    ]


def test_a_table_is_a_bureaus_or_shared() -> None:
    """Not both, not neither; a shared one says why and who may write it."""
    assert {table.name for table in tables() if "tenant_id" not in table.c} == set(SHARED_WRITERS)
    assert set(access.SHARED) == set(SHARED_WRITERS)
    assert all(len(reason.split()) > 3 for reason in access.SHARED.values())
    writers = {
        table: {rule.role for rule in access.RULES[table] if rule.command != "SELECT"}
        for table in access.SHARED
    }
    assert writers == SHARED_WRITERS


def test_the_bureau_of_a_row_is_never_unknown() -> None:
    assert [table.name for table in tables() if "tenant_id" in table.c and table.c.tenant_id.nullable] == []


def test_row_security_binds_everybody(owner: psycopg.Connection) -> None:
    """Enabled and forced, on every table there is, and owned by who may not bypass it."""
    loose = owner.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'alembic_version'"
        " AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND NOT r.rolbypassrls AND NOT r.rolsuper)"
    ).fetchall()
    assert loose == []


def test_keys_that_name_another_bureau_are_known() -> None:
    found = {
        f"{table.name}.{key.parent.name}"
        for table in tables()
        for constraint in table.foreign_key_constraints
        for key in constraint.elements
        if constraint.referred_table.name == "bureau" and key.parent.name != "tenant_id"
    }
    assert found == set(NAMES_A_BUREAU)


def test_a_row_points_into_another_bureau_only_through_its_part_in_it() -> None:
    """Every key to a bureau's row carries the bureau; where it is not the row's own, by a row that says so."""
    plain, across = [], {}
    for table in tables():
        # SQLAlchemy keeps them in a set
        for constraint in sorted(table.foreign_key_constraints, key=lambda one: one.referred_table.name):
            target = constraint.referred_table
            if "tenant_id" not in target.c:
                continue
            pairs = {key.column.name: key.parent.name for key in constraint.elements}
            if not {"tenant_id", "bureau_id", "receiver_id"} & set(pairs) and table.name != "draw_register":
                plain.append((table.name, target.name))
                continue
            if pairs.get("tenant_id") != "tenant_id":
                across[table.name] = target.name
    assert sorted(plain) == [*READ_BY_ALL.items()]
    assert across == THROUGH_PARTICIPATION


def test_every_id_has_a_key_or_a_reason() -> None:
    keyless = set()
    for table in tables():
        keyed = {name for constraint in table.foreign_key_constraints for name in constraint.column_keys}
        for column in table.columns:
            kind = column.type.item_type if isinstance(column.type, sa.ARRAY) else column.type
            own = column.primary_key and column.name == "id"
            if isinstance(kind, sa.Uuid) and column.name not in keyed and not own:
                keyless.add(f"{table.name}.{column.name}")
    assert keyless == set().union(*KEYLESS.values())


def test_there_are_no_views_or_other_ways_to_rows(owner: psycopg.Connection) -> None:
    """A view runs with its owner's rights unless `security_invoker`; a bureau's page needs none."""
    found = owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('r', 'i', 'c')"
    ).fetchall()
    assert found == []


def test_functions_are_those_declared_and_called_by_those_named(owner: psycopg.Connection) -> None:
    """A definer function is owned by the definer, has a fixed search path, and is granted to its callers alone."""
    rows = owner.execute(
        "SELECT p.proname, p.prosecdef, r.rolname, coalesce(array_to_string(p.proconfig, ' '), ''),"
        " ARRAY(SELECT CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END"
        "         FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g WHERE g.grantee <> p.proowner)"
        " FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner"
        " WHERE p.pronamespace = 'public'::regnamespace"
        " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
    ).fetchall()
    callers = {function.name: {role.value for role in function.to} for function in declared()}
    triggers = {trigger.name for group in access.TRIGGERS.values() for trigger in group}
    # Of the rows of one statement none is held against all.
    both = {trigger.name for group in access.TRIGGERS.values() for trigger in group if trigger.sees_both}
    # What an index is made of gives no rights, so it is no definer; whoever writes or searches the table calls it.
    computed = {
        each.name: {role.value for role in each.to} | {"onedoor_definer"}
        for group in access.FUNCTIONS.values()
        for each in group
        if each.is_computed
    }
    assert {row[0] for row in rows} == set(callers) | triggers | set(computed)
    for name, definer, owned_by, settings, granted in rows:
        assert set(granted) == (callers | computed).get(name, set()), name
        if name == INLINED:
            assert (definer, owned_by, settings) == (False, "onedoor_definer", "")
            continue
        assert "search_path=pg_catalog, pg_temp" in settings, name
        assert ("enable_nestloop=off" in settings) == (name in both), name
        assert definer == (name in callers), name
        assert not definer or owned_by == "onedoor_definer", name


def test_the_public_calls_the_narrow_functions_and_nothing_else() -> None:
    assert {function.name for function in declared() if DbRole.PUBLIC in function.to} == {
        "check_document", "check_visit_code", "codes_of_firm", "disclosure_changes", "draw_board", "draw_moment", "ended_publication", "onedoor_now", "provisional_numbers_of", "public_register", "visit_document", "visit_documents", "visit_lots", "witness_say", "witness_view",
    }  # fmt: skip
    writing = {rule.table for rules in access.RULES.values() for rule in rules if rule.role is DbRole.PUBLIC}
    commands = {
        rule.command for rules in access.RULES.values() for rule in rules if rule.role is DbRole.PUBLIC
    }
    assert commands == {"SELECT"}
    assert writing == {
        "jurisdiction",
        "jurisdiction_setting",
        "calendar_year",
        "qualification",
        "bureau",
        "disclosure",
        "disclosed_file",
    }


def test_a_supervisor_writes_its_own_log_jobs_and_looks() -> None:
    """R-T3: never another's record. `api_answer` is what its own calls were answered."""
    written = {
        rule.table
        for rules in access.RULES.values()
        for rule in rules
        if rule.role is DbRole.SUPERVISOR and rule.command != "SELECT"
    }
    assert written == {"api_answer", "audit_entry", "audit_look", "crossing_entry", "job"}


def test_no_role_of_the_application_is_more_than_it_says(owner: psycopg.Connection) -> None:
    """No superuser, no bypass, nobody's member but by SET ROLE, and no place to put objects of one's own."""
    roles = [role.value for role in DbRole] + ["onedoor_app"]
    powers = owner.execute(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)"
        " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication OR rolinherit)",
        (roles,),
    ).fetchall()
    assert powers == []
    members = owner.execute(
        "SELECT m.rolname, r.rolname FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member"
        " JOIN pg_roles r ON r.oid = a.roleid WHERE m.rolname = ANY (%s) AND (a.admin_option OR a.inherit_option)",
        (roles,),
    ).fetchall()
    assert members == []
    owned = (
        "SELECT pg_has_role(%s, 'onedoor_definer', 'MEMBER') OR pg_has_role(%s, 'onedoor_owner', 'MEMBER')"
    )
    room = (
        "SELECT has_schema_privilege(%s, 'public', 'CREATE')"
        " OR has_database_privilege(%s, current_database(), 'CREATE, TEMPORARY')"
    )
    for role in roles:
        for question in (owned, room):
            answer = owner.execute(question.encode(), (role, role)).fetchone()
            assert answer == (False,), (role, question)


def test_sql_is_never_put_together_from_what_somebody_sent() -> None:
    """Whoever could write SQL in a bureau's transaction could name another bureau: so nobody can."""
    found = {}
    for path in SOURCES:
        for call in _sql_calls(path):
            literal = call.args[0]
            constant = isinstance(literal, ast.Name) and literal.id.isupper()
            if not isinstance(literal, ast.Constant) and not constant:
                found[
                    str(path.relative_to(ROOT / "platform/onedoor" if "onedoor" in path.parts else ROOT))
                ] = call.lineno
    assert set(found) == set(PUT_TOGETHER), found


def _sql_calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Attribute):
            of_sa = isinstance(node.func.value, ast.Name) and node.func.value.id in ("sa", "sqlalchemy")
            of_driver = isinstance(node.func.value, ast.Name) and node.func.value.id == "cursor"
            if (
                node.func.attr in ("exec_driver_sql", "literal_column")
                or (of_sa and node.func.attr == "text")
                or (of_driver and node.func.attr == "execute")
            ):
                yield node
