"""Another bureau gets 404: every route with an id in it is walked with ids of market regulation's things.

The one who walks has every permission there is in a bureau, in a bureau that has nothing to do with it: the county's.
A route with an argument nobody here has an id for fails, and so does a route that answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from onedoor.config import Config
from onedoor.edge import guard
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.scope import in_scope
from tenants import people, scope
from tenants.models import UserAccount
from tenants.rules import Permission, Role
from tests.fixtures.city import City
from tests.fixtures.databases import Databases
from tests.fixtures.main_job import MainJobResult, with_main_job
from tests.web.market_regulation import complete

STRANGER = "xscjg.admin"
# One row of market regulation for each name of an argument; {me} is its id.
IDS = {
    "layout_id": "SELECT id FROM record_layout WHERE family = 'inspection-result'",
    "basis_id": "SELECT id FROM listing_basis ORDER BY name LIMIT 1",
    "measure_id": "SELECT m.id FROM credit_measure m JOIN bureau b ON b.id = m.receiver_id"
    " WHERE m.tenant_id = {me} AND b.code = '990100-WSJK' LIMIT 1",
    "bureau_id": "SELECT {me}::uuid",
    "approval_id": "SELECT id FROM approval WHERE tenant_id = {me} LIMIT 1",
    "campaign_id": "SELECT id FROM campaign WHERE tenant_id = {me} LIMIT 1",
    "disclosure_id": "SELECT id FROM disclosure WHERE tenant_id = {me} LIMIT 1",
    "draw_id": "SELECT id FROM draw WHERE tenant_id = {me} LIMIT 1",
    "entry_id": "SELECT id FROM audit_entry WHERE tenant_id = {me} LIMIT 1",
    "entity_id": "SELECT id FROM entity WHERE kept_by = {me} LIMIT 1",
    "other_id": "SELECT id FROM entity WHERE kept_by = {me} ORDER BY id DESC LIMIT 1",
    "listing_id": "SELECT id FROM credit_listing WHERE tenant_id = {me} LIMIT 1",
    "repair_id": "SELECT id FROM repair_application WHERE tenant_id = {me} LIMIT 1",
    "export_id": "SELECT id FROM export WHERE tenant_id = {me} LIMIT 1",
    "duty_id": "SELECT id FROM duty WHERE tenant_id = {me} LIMIT 1",
    "filing_id": "SELECT id FROM filing WHERE tenant_id = {me} LIMIT 1",
    "order_id": "SELECT id FROM oversight_order WHERE receiver_id = {me} ORDER BY serial LIMIT 1",
    "alert_id": "SELECT id FROM oversight_alert WHERE bureau_id = {me} LIMIT 1",
    "inspection_id": "SELECT id FROM oversight_inspection WHERE {me} = ANY (bureau_ids) LIMIT 1",
    "finding_id": "SELECT id FROM oversight_finding WHERE bureau_id = {me} LIMIT 1",
    "task_id": "SELECT id FROM work_task WHERE tenant_id = {me} LIMIT 1",
    "paper_id": "SELECT id FROM oversight_order_paper WHERE tenant_id = {me} LIMIT 1",
    "change_id": "SELECT id FROM inspector_proposal WHERE tenant_id = {me} LIMIT 1",
    "circular_id": "SELECT id FROM circular WHERE {me} = ANY (receiver_ids) LIMIT 1",
    "assessment_id": "SELECT assessment_id FROM assessment_score WHERE bureau_id = {me} LIMIT 1",
    "score_id": "SELECT id FROM assessment_score WHERE bureau_id = {me} LIMIT 1",
    "followup_id": "SELECT id FROM followup WHERE tenant_id = {me} LIMIT 1",
    "document_id": "SELECT id FROM document WHERE tenant_id = {me} AND cardinality(shared_with) = 0 LIMIT 1",
    "owed_id": "SELECT id FROM owed_matter WHERE tenant_id = {me} LIMIT 1",
    "handover_id": "SELECT id FROM owed_handover WHERE receiver_id = {me} LIMIT 1",
    "combination_id": "SELECT id FROM visit_combination WHERE tenant_id = {me} LIMIT 1",
    "transfer_id": "SELECT id FROM transfer WHERE receiver_id = {me} LIMIT 1",
    "proof_id": "SELECT id FROM correction_proof WHERE tenant_id = {me} LIMIT 1",
    "file_id": "SELECT id FROM correction_file WHERE receiver_id = {me} LIMIT 1",
    # One that has something wrong to show.
    "import_id": "SELECT id FROM import WHERE tenant_id = {me}"
    " ORDER BY CAST(outcome ->> 'rejected' AS integer) DESC NULLS LAST, created_at LIMIT 1",
    "inspector_id": "SELECT id FROM inspector WHERE tenant_id = {me} LIMIT 1",
    "item_id": "SELECT id FROM item WHERE tenant_id = {me} LIMIT 1",
    "premises_id": "SELECT id FROM premises WHERE tenant_id = {me} LIMIT 1",
    "licence_id": "SELECT id FROM licence WHERE tenant_id = {me} LIMIT 1",
    "tag_id": "SELECT id FROM tag WHERE tenant_id = {me} LIMIT 1",
    "correction_id": "SELECT id FROM correction WHERE receiver_id = {me} LIMIT 1",
    "suggestion_id": "SELECT id FROM listing_suggestion WHERE receiver_id = {me} LIMIT 1",
    "factor_id": "SELECT id FROM risk_factor WHERE tenant_id = {me} LIMIT 1",
    "job_id": "SELECT id FROM job WHERE tenant_id = {me} LIMIT 1",
    "leave_id": "SELECT id FROM inspector_leave WHERE tenant_id = {me} LIMIT 1",
    "line_id": "SELECT id FROM plan_line WHERE tenant_id = {me} LIMIT 1",
    "list_id": "SELECT id FROM item_list WHERE tenant_id = {me} LIMIT 1",
    "load_id": "SELECT id FROM import WHERE tenant_id = {me} LIMIT 1",
    "matter_id": "SELECT id FROM visit_matter WHERE tenant_id = {me} LIMIT 1",
    "member_id": "SELECT id FROM visit_member WHERE tenant_id = {me} LIMIT 1",
    "record_paper_id": "SELECT id FROM record_paper WHERE tenant_id = {me} LIMIT 1",
    "photo_id": "SELECT id FROM record_photo WHERE tenant_id = {me} LIMIT 1",
    "plan_id": "SELECT id FROM plan WHERE tenant_id = {me} LIMIT 1",
    "record_id": "SELECT id FROM record WHERE tenant_id = {me} LIMIT 1",
    "merge_id": "SELECT id FROM entity_merge WHERE tenant_id = {me} LIMIT 1",
    "pair_id": "SELECT id FROM duplicate_pair WHERE tenant_id = {me} LIMIT 1",
    "plea_id": "SELECT id FROM draw_plea WHERE tenant_id = {me} LIMIT 1",
    "recusal_id": "SELECT id FROM recusal WHERE tenant_id = {me} LIMIT 1",
    "request_id": "SELECT id FROM inspector_request WHERE tenant_id = {me} LIMIT 1",
    "return_id": "SELECT id FROM statistical_return WHERE tenant_id = {me} LIMIT 1",
    "rulebook_id": "SELECT id FROM rulebook WHERE tenant_id = {me} AND state = 'published' LIMIT 1",
    "rule_id": "SELECT id FROM target_rule WHERE tenant_id = {me} LIMIT 1",
    "stand_in_id": "SELECT id FROM stand_in WHERE tenant_id = {me} LIMIT 1",
    "subject_id": "SELECT subject_id FROM disclosure WHERE tenant_id = {me} LIMIT 1",
    "target_id": "SELECT id FROM target WHERE tenant_id = {me} LIMIT 1",
    "proposal_id": "SELECT id FROM qualification_proposal WHERE tenant_id = {me} LIMIT 1",
    "qualification_id": "SELECT id FROM qualification ORDER BY name LIMIT 1",
    "certificate_id": "SELECT id FROM certificate WHERE tenant_id = {me} LIMIT 1",
    "expert_id": "SELECT id FROM expert WHERE tenant_id = {me} LIMIT 1",
    "check_id": "SELECT id FROM outside_check WHERE tenant_id = {me} LIMIT 1",
    "assistant_id": "SELECT id FROM visit_assistant WHERE tenant_id = {me} LIMIT 1",
    "unit_id": "SELECT id FROM unit WHERE tenant_id = {me} LIMIT 1",
    "run_id": "SELECT id FROM bulk_run WHERE tenant_id = {me} LIMIT 1",
    "setting_id": "SELECT gen_random_uuid()",
    "subscription_id": "SELECT id FROM event_subscription WHERE tenant_id = {me} LIMIT 1",
    "channel_id": "SELECT id FROM notification_channel WHERE tenant_id = {me} LIMIT 1",
    "body_id": "SELECT gen_random_uuid()",
    "grant_id": "SELECT gen_random_uuid()",
    "setting_proposal_id": "SELECT gen_random_uuid()",
    "session_id": "SELECT id FROM user_session WHERE tenant_id = {me} LIMIT 1",
    "template_id": "SELECT id FROM item_template WHERE tenant_id = {me} LIMIT 1",
    "tenant_id": "SELECT tenant_id FROM participation WHERE lead_id = {me} AND part = 'partner' LIMIT 1",
    "token_id": "SELECT id FROM api_token WHERE tenant_id = {me} LIMIT 1",
    "training_id": "SELECT id FROM training WHERE tenant_id = {me} LIMIT 1",
    "user_id": "SELECT id FROM user_account WHERE tenant_id = {me} LIMIT 1",
    "view_id": "SELECT id FROM list_view WHERE tenant_id = {me} LIMIT 1",
    "visit_id": "SELECT id FROM visit WHERE tenant_id = {me} LIMIT 1",
}
# Where a room's argument has the name of another room's.
OTHERWISE = {
    ("registry", "matter_id"): "SELECT id FROM target_matter WHERE tenant_id = {me} LIMIT 1",
    ("statistics", "file_id"): "SELECT id FROM statistical_return_file WHERE tenant_id = {me} LIMIT 1",
    ("filing", "file_id"): "SELECT id FROM filing_file WHERE tenant_id = {me} LIMIT 1",
    ("credit", "version_id"): "SELECT id FROM class_rule WHERE tenant_id = {me} LIMIT 1",
    ("documents", "template_id"): "SELECT id FROM letter_template WHERE tenant_id = {me} LIMIT 1",
    ("api_documents", "template_id"): "SELECT id FROM letter_template WHERE tenant_id = {me} LIMIT 1",
    ("api_credit", "code"): "SELECT code FROM entity WHERE kept_by = {me} LIMIT 1",
    ("operator", "code"): "SELECT 'credit'",
    ("credit", "record_id"): "SELECT id FROM export_record WHERE tenant_id = {me} LIMIT 1",
}
# What access.md lets every bureau read, by endpoint.
EVERY_BUREAU_READS: dict[str, str] = {
    "registry.entity": "one register for all bureaus: name, code, kind, status, place, industry, scope",
    "registry.entity_history": "one register for all bureaus, with what became of it, and not who elsewhere did it",
    "api_histories.history": "one register for all bureaus, with what became of it, and not who elsewhere did it",
    "registry.entity_correct": "the form for a proposal of the bureau's own",
    "registry.entity_merge": "a search in the one register, for a proposal of the bureau's own",
    "registry.entity_merge_with": "two of the one register beside each other, for a proposal of the bureau's own",
    "registry.entity_licence_new": "the form for a licence that the bureau itself issued",
    "registry.item": "published items are read by every bureau and the public",
    "registry.item_list": "a published version of an item list",
    "registry.item_list_f1": "a published version of an item list, as its form F1",
    "registry.item_list_paper": "the same, to read and print",
    "registry.item_declaration": "what a published version of a list declares unfit (R-L2)",
    "registry.item_declaration_document": "what a published version of a list declares unfit, as a Word file",
    "registry.item_template": "what a bureau shares is for every bureau to adopt (access.md, item templates)",
    "registry.inspector": "the columns of F2 of any bureau's inspectors",
    "registry.rulebook": "a rulebook in force is read by every bureau and the public",
    "registry.rulebook_document": "a rulebook in force, as a Word file",
    "registry.rulebook_text": "a rulebook in force, as plain text",
    "api_rulebooks.one_rulebook": "a rulebook in force is read by every bureau and the public",
    "api_items.one_template": "what a bureau shares is for every bureau to adopt (access.md, item templates)",
    "api_items.one_list": "a published version of an item list",
    "api_items.differences": "a published version of an item list",
    "api_items.list_file": "a published version of an item list, as its form F1",
    "api_rulebooks.rulebook_file": "a rulebook in force, as a file",
    "plans.plan": "a published plan",
    "api_plans.one_plan": "a published plan",
    "credit.entity_file": "an entity's credit file, which bureaus rely on (R-O5)",
    "credit.entity_workbook": "an entity's credit file, which bureaus rely on (R-O5)",
    "api_credit.entity_file": "an entity's credit file, which bureaus rely on (R-O5)",
    "credit.class_rule_version": "the rule by which classes are given (access.md, rule of credit classes)",
    "plans.plan_print": "a published plan",
    "plans.plan_workbook": "a published plan, as its form F6",
    "plans.plan_line": "a line of a published plan",
    "api_plans.one_line": "a line of a published plan",
    "api_platform.one_bureau": "bureaus are known to all; the walk's token is given the operator's permission",
}
# Posts about a firm of the shared register that write a row of one's own, or propose.
ON_THE_SHARED_REGISTER = {
    "POST /exports/files/<uuid:entity_id>": "a listing of the bureau's own, once the form is right",
    "POST /exports/files/<uuid:entity_id>/measures": "a measure that the bureau itself proposes, once the form is right",
    "POST /registry/entities/<uuid:entity_id>/contact": "the bureau's own contact of a firm",
    "POST /registry/entities/<uuid:entity_id>/reveal": "the bureau's own contact of a firm, for a reason",
    "POST /registry/entities/<uuid:entity_id>/status": "refused to whom is no keeper of the kind, once the form is right",
    "POST /registry/entities/<uuid:entity_id>/target": "the bureau's own library",
    "POST /registry/templates/<uuid:template_id>/adopt": "an item of one's own, once the form is right",
    "POST /registry/templates/<uuid:template_id>/follow": "one's own copy of what is shared",
    "POST /api/v1/items/templates/<uuid:template_id>/adopt": "an item of one's own, once the body is right",
    **{
        f"{one}": "bureaus are known to all; the walk's token is given the operator's permission"
        for one in (
            "PUT /api/v1/platform/bureaus/<uuid:bureau_id>",
            "POST /api/v1/platform/bureaus/<uuid:bureau_id>/closure",
            "POST /api/v1/platform/bureaus/<uuid:bureau_id>/administrator",
        )
    },
    "POST /api/v1/items/templates/<uuid:template_id>/follow": "one's own copy of what is shared",
    "POST /api/v1/items/templates/<uuid:template_id>/extend": "one's own copy of what is shared, once the body is right",
    "POST /registry/entities/<uuid:entity_id>/licences/new": "a licence that the bureau itself issued",
    "POST /registry/entities/<uuid:entity_id>/merge/<uuid:other_id>": "a proposal of the bureau's own, to who keeps both",
    "POST /registry/entities/<uuid:entity_id>/correct": "a proposal of the bureau's own, to who keeps the firm",
    "POST /registry/entities/<uuid:entity_id>/tags": "the bureau's own tags",
    "GET /registry/licences/<uuid:licence_id>": "refused to whom neither keeps the kind nor issued it",
    "POST /registry/licences/<uuid:licence_id>": "refused to whom neither keeps the kind nor issued it",
    "GET /registry/premises/<uuid:premises_id>": "refused to whom is no keeper of the kind",
    "POST /registry/premises/<uuid:premises_id>": "refused to whom is no keeper of the kind",
    "GET /registry/entities/<uuid:entity_id>/premises/new": "refused to whom is no keeper of the kind",
    "POST /registry/entities/<uuid:entity_id>/premises/new": "refused to whom is no keeper of the kind",
}
# Routes with arguments that are no ids: a kind of file, for one's own bureau.
NO_IDS = {
    "documents.template",
    "documents.template_ours",
    "documents.template_ours_file",
    "documents.template_restore",
    "registry.bulk_ask",
    "registry.bulk_begin",
    "registry.library_confirm",
    "registry.import_new",
    "registry.template",
    "registry.rulebook_section",
    "api_registry.begin",
    "api_supervision.supervised_records",
    "api_libraries.confirm",
    "api_notifications.one_notified_event",
    "api_notifications.set_ways",
    "api_settings.enter",
    "api_settings.enter_year",
    "operator.setting",
    "operator.setting_set",
    "operator.place",
    "operator.outside_platform",
    "api_platform.one_place",
    "api_platform.place_change",
    "api_settings.one_setting",
    "api_settings.one_year",
    "supervision.setting_propose",
}


@dataclass
class Walk:
    """A route, a method, and the address with market regulation's ids in it."""

    rule: Rule
    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"


@pytest.fixture(scope="module")
def retelling(databases: Databases) -> Iterator[tuple[Config, MainJobResult]]:
    """A database in which everything that happens in the main job has happened."""
    with with_main_job(databases) as made:
        yield made


@pytest.fixture(scope="module")
def config(retelling: tuple[Config, MainJobResult]) -> Config:
    return retelling[0]


@pytest.fixture(scope="module")
def main_job_result(retelling: tuple[Config, MainJobResult]) -> MainJobResult:
    """What the story left."""
    return retelling[1]


@pytest.fixture
def walks(app: Flask, city: City, main_job_result: MainJobResult, owner: psycopg.Connection) -> list[Walk]:
    """Every guarded route with arguments, each method once."""
    me = f"'{city.bureaus['SCJG']}'"
    complete(city, owner, me)
    made = []
    for rule in _guarded(app):
        if not rule.arguments or rule.endpoint in NO_IDS:
            continue
        values = {name: _value(app, rule, name, owner, me) for name in rule.arguments}
        with app.test_request_context():
            path = app.url_map.bind("localhost").build(rule.endpoint, values)
        made += [Walk(rule, method, path) for method in sorted(_methods(rule))]
    return made


class Stranger:
    """A person signed in at the pages, whose bureau has a token for the API."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.token = client, token

    def ask(self, walk: Walk) -> int:
        """The status of the answer; a stream is not read."""
        headers = {"Authorization": f"Bearer {self.token}"} if walk.path.startswith("/api/") else {}
        answer = self.client.open(walk.path, method=walk.method, headers=headers, buffered=False)
        answer.close()
        return answer.status_code


@pytest.fixture(scope="module")
def stranger(city: City, main_job_result: MainJobResult) -> Stranger:
    """At the county, with all roles a bureau has, and the supervisor's without a grant."""
    with in_scope(scope.identity(), city.app):
        account = db.session.scalars(sa.select(UserAccount).where(UserAccount.username == STRANGER)).one()
        account.roles = [role.value for role in Role if role is not Role.PLATFORM]
        token = people.add_api_token(
            account.tenant_id, "county", frozenset(Permission), now() + timedelta(days=1), "test"
        )
        db.session.commit()
    return Stranger(city.client(STRANGER), token)


def test_nothing_of_another_bureau_is_there(walks: list[Walk], stranger: Stranger) -> None:
    """R-T1: 404, or 403 where even the role is not given; nothing is shown, done or led to."""
    answers = {str(walk): stranger.ask(walk) for walk in walks if not _is_shared(walk)}
    assert len(answers) > 100
    answered = {walk: status for walk, status in answers.items() if status not in (403, 404)}
    assert set(answered) == set(ON_THE_SHARED_REGISTER)
    assert set(answered.values()) <= {409, 422}


def test_what_every_bureau_reads_is_read(walks: list[Walk], stranger: Stranger) -> None:
    """access.md's R in the column of bureaus: neither hidden by mistake, nor writable."""
    shared = [walk for walk in walks if _is_shared(walk)]
    assert {walk.rule.endpoint for walk in shared} == set(EVERY_BUREAU_READS)
    assert {str(walk): stranger.ask(walk) for walk in shared} == {str(walk): 200 for walk in shared}


def test_what_was_asked_left_no_mark(
    walks: list[Walk], stranger: Stranger, owner: psycopg.Connection
) -> None:
    """However often a stranger asks, nothing of market regulation's changes."""
    before = _marks(owner)
    for walk in walks:
        stranger.ask(walk)
    assert _marks(owner) == before


def test_without_signing_in_one_is_asked_to(app: Flask, walks: list[Walk]) -> None:
    client = app.test_client()
    addresses = [(walk.method, walk.path) for walk in walks]
    addresses += [
        (method, rule.rule) for rule in _guarded(app) if not rule.arguments for method in _methods(rule)
    ]
    wrong = {}
    for method, path in addresses:
        answer = client.open(path, method=method)
        led = answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in")
        if not (answer.status_code == 401 if path.startswith("/api/") else led):
            wrong[f"{method} {path}"] = answer.status_code
    assert wrong == {}


def _guarded(app: Flask) -> list[Rule]:
    found = []
    for rule in app.url_map.iter_rules():
        expectation = guard.expectation_of(app.view_functions[rule.endpoint])
        if expectation is not None and expectation.permissions is not None:
            found.append(rule)
    return sorted(found, key=lambda rule: rule.rule)


def _methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def _is_shared(walk: Walk) -> bool:
    return walk.method == "GET" and walk.rule.endpoint in EVERY_BUREAU_READS


def _value(app: Flask, rule: Rule, name: str, owner: psycopg.Connection, me: str) -> Any:
    if name == "name":
        return "proof.json"
    room = rule.endpoint.split(".")[0]
    query = OTHERWISE.get((room, name)) or IDS.get(name)
    assert query is not None, f"{rule.rule}: what is a {name}? Give this test a row of market regulation's."
    found = owner.execute(query.replace("{me}", me).encode()).fetchone()
    assert found is not None, f"{rule.rule}: the story left no {name}"
    return found[0]


def _marks(owner: psycopg.Connection) -> dict[str, Any]:
    """How many rows every table has, but for what signing in and looking leave."""
    names = owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        " AND relname NOT IN ('user_session', 'user_account', 'api_token', 'crossing_entry', 'alembic_version')"
    ).fetchall()
    digest = (
        "SELECT count(*), md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM public.\"{}\" t"
    )
    # A look that shows nothing is an act all the same, of the one who looked.
    only = {"audit_entry": " WHERE event <> 'supervision.records.look'"}
    return {
        name: owner.execute((digest.format(name) + only.get(name, "")).encode()).fetchone()
        for (name,) in names
    }
