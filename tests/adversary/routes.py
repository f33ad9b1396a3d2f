"""Every route with market regulation's ids in it: the real ones, guessed ones, and the neighbours of real ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from flask import Flask
from werkzeug.routing import Rule

from onedoor.edge import guard
from onedoor.edge.guard import Expectation
from tenants.rules import PERMISSIONS, Role
from tests.adversary.actors import ACTORS
from tests.web.test_other_bureau import IDS, OTHERWISE

TABLE = Path(__file__).with_name("expected.txt")
_PUBLISHED = (
    "SELECT subject_id FROM disclosure WHERE tenant_id = {me} AND kind = '%s' AND until IS NULL LIMIT 1"
)
_OF_A_DRAW = _PUBLISHED.replace("subject_id", "id", 1) % "draw"
_CODE_DRAWN = "SELECT split_part(codes[1], ':', 1) FROM drawn_part WHERE tenant_id = {me} ORDER BY id LIMIT 1"
# Values of arguments that are no ids of a guarded route, by endpoint and argument.
VALUES = {
    ("api_draws.draw_file", "name"): "SELECT 'proof.json'",
    ("api_draws.draw_file", "draw_id"): _OF_A_DRAW,
    ("api_draws.one_draw", "draw_id"): _OF_A_DRAW,
    ("api_draws.lots_of_code", "draw_id"): _OF_A_DRAW,
    ("api_draws.lots_of_code", "code"): _CODE_DRAWN,
    ("draws.public_hall", "draw_id"): _PUBLISHED % "draw",
    ("draws.public_events", "draw_id"): _PUBLISHED % "draw",
    ("supervision.draw_file", "draw_id"): _PUBLISHED % "draw",
    ("draws.file", "name"): "SELECT 'proof.json'",
    ("draws.custody_file", "name"): "SELECT 'proof.json'",
    ("supervision.draw_file", "name"): "SELECT 'proof.json'",
    (
        "portal.file",
        "name",
    ): "SELECT name FROM disclosed_file WHERE tenant_id = {me} ORDER BY disclosure_id, name LIMIT 1",
    ("portal.file", "disclosure_id"): "SELECT disclosure_id FROM disclosed_file WHERE tenant_id = {me}"
    " ORDER BY disclosure_id, name LIMIT 1",
    ("portal.draw", "subject_id"): _PUBLISHED % "draw",
    ("portal.burden", "subject_id"): "SELECT subject_id FROM disclosure WHERE kind = 'burden' LIMIT 1",
    ("portal.circular", "subject_id"): "SELECT subject_id FROM disclosure WHERE kind = 'circular' LIMIT 1",
    ("portal.draw_archive", "subject_id"): _PUBLISHED % "draw",
    ("portal.draw_lot", "subject_id"): _PUBLISHED % "draw",
    ("portal.draw_lot_file", "subject_id"): _PUBLISHED % "draw",
    ("portal.draw_verify", "subject_id"): _PUBLISHED % "draw",
    (
        "portal.draw_lot_file",
        "list_name",
    ): "SELECT list_name FROM drawn_part WHERE tenant_id = {me} ORDER BY id LIMIT 1",
    (
        "portal.draw_lot_file",
        "object_id",
    ): "SELECT codes[1] FROM drawn_part WHERE tenant_id = {me} ORDER BY id LIMIT 1",
    ("portal.draw_lots_file", "subject_id"): _PUBLISHED % "draw",
    ("portal.draw_lots_file", "code"): _CODE_DRAWN,
    ("portal.item_inspectors", "subject_id"): _PUBLISHED % "inspectors",
    ("portal.item_targets", "subject_id"): _PUBLISHED % "targets",
    ("portal.item_list", "subject_id"): _PUBLISHED % "items",
    ("portal.item_list_changes", "subject_id"): _PUBLISHED % "items",
    ("portal.item_rulebook", "subject_id"): _PUBLISHED % "rulebook",
    ("portal.item_rulebook_changes", "subject_id"): _PUBLISHED % "rulebook",
    ("portal.plan", "subject_id"): _PUBLISHED % "plan",
    ("portal.result", "subject_id"): _PUBLISHED % "result",
    (
        "portal.penalty",
        "subject_id",
    ): "SELECT subject_id FROM disclosure WHERE tenant_id = {me} AND kind = 'penalty' LIMIT 1",
    (
        "portal.firm",
        "code",
    ): "SELECT entity_code FROM disclosure WHERE tenant_id = {me} AND kind = 'result' LIMIT 1",
    ("documents.check_document", "code"): "SELECT code FROM document WHERE tenant_id = {me} LIMIT 1",
    ("documents.template", "kind"): "SELECT 'notice'",
    ("documents.template_ours", "kind"): "SELECT 'notice'",
    ("documents.template_ours_file", "kind"): "SELECT 'notice'",
    ("documents.template_restore", "kind"): "SELECT 'notice'",
    ("codes.check", "code"): "SELECT code FROM visit WHERE tenant_id = {me} LIMIT 1",
    ("codes.document", "code"): "SELECT code FROM visit WHERE tenant_id = {me} LIMIT 1",
    ("codes.lot", "code"): "SELECT code FROM visit WHERE tenant_id = {me} LIMIT 1",
    (
        "codes.lot",
        "list_name",
    ): "SELECT list_name FROM draw_party WHERE tenant_id = {me} AND list_name IS NOT NULL LIMIT 1",
    ("api_platform.one_place", "code"): "SELECT '990100'",
    ("api_platform.place_change", "code"): "SELECT '990100'",
    ("operator.place", "code"): "SELECT '990100'",
    ("portal.entrusted", "subject_id"): "SELECT gen_random_uuid()",
    ("api_settings.enter", "key"): "SELECT 'report_days'",
    ("api_settings.one_setting", "key"): "SELECT 'report_days'",
    ("api_settings.one_year", "year"): "SELECT '2026'",
    ("api_settings.enter_year", "year"): "SELECT '2031'",
    ("api_notifications.one_notified_event", "event"): "SELECT 'submitted'",
    ("api_notifications.set_ways", "event"): "SELECT 'submitted'",
    ("operator.setting", "key"): "SELECT 'report_days'",
    ("operator.setting_set", "key"): "SELECT 'report_days'",
    ("supervision.setting_propose", "key"): "SELECT 'report_days'",
    ("registry.import_new", "kind"): "SELECT 'items'",
    ("registry.template", "kind"): "SELECT 'items'",
    ("registry.bulk_ask", "kind"): "SELECT 'items'",
    ("registry.library_confirm", "library"): "SELECT 'targets'",
    ("api_libraries.confirm", "library"): "SELECT 'targets'",
    ("registry.bulk_ask", "action"): "SELECT 'end'",
    ("registry.bulk_begin", "kind"): "SELECT 'items'",
    ("registry.bulk_begin", "action"): "SELECT 'end'",
    ("registry.rulebook_section", "section"): "SELECT 'aims'",
    ("api_registry.begin", "kind"): "SELECT 'items'",
    ("api_supervision.supervised_records", "kind"): "SELECT 'results'",
    (
        "orders.alert_rule_end",
        "rule_id",
    ): "SELECT id FROM oversight_alert_rule WHERE tenant_id = {me} LIMIT 1",
    (
        "api_supervision.end_alert_rule",
        "rule_id",
    ): "SELECT id FROM oversight_alert_rule WHERE tenant_id = {me} LIMIT 1",
}
# What nobody can name who was not given it, whatever the route.
SECRETS = {"token": "SELECT 'a-token-nobody-was-given'"}
# Not a page of ours to walk: files of the front end.
LEFT_OUT = {"static"}
# Asked last: it ends the session of whoever asks.
LAST = {"session.sign_out"}


@dataclass(frozen=True)
class Ask:
    """A route, a method, and addresses: `real` with the owner's ids, `guessed` and `near` with ids of nothing."""

    endpoint: str
    method: str
    rule: str
    expectation: Expectation
    real: str
    guessed: str
    near: str

    @property
    def name(self) -> str:
        return f"{self.method} {self.endpoint}"

    @property
    def addresses(self) -> dict[str, str]:
        """The different addresses, by kind."""
        return {
            "real": self.real,
            **({} if self.guessed == self.real else {"guessed": self.guessed, "near": self.near}),
        }


def asks(app: Flask, behind: psycopg.Connection, me: UUID) -> list[Ask]:
    """Every route and method, with the owner's things."""
    made = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule)):
        expectation = guard.expectation_of(app.view_functions[rule.endpoint])
        if rule.endpoint in LEFT_OUT or expectation is None:
            continue
        real = {name: _value(rule, name, behind, me) for name in rule.arguments}
        ways = (real, {k: _guess(v) for k, v in real.items()}, {k: _neighbour(v) for k, v in real.items()})
        with app.test_request_context():
            paths = [app.url_map.bind("localhost").build(rule.endpoint, values) for values in ways]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            made.append(Ask(rule.endpoint, method, rule.rule, expectation, *paths))
    return sorted(made, key=lambda ask: ask.endpoint in LAST)


def lacking(expectation: Expectation) -> str:
    """The role among reader and platform that has none of what is asked; empty if anybody may enter."""
    asked = set(expectation.permissions or ())
    if not asked:
        return ""
    for role in (Role.READER, Role.PLATFORM):
        if not asked & PERMISSIONS[role]:
            return role.value
    raise AssertionError(f"no role lacks {asked}")


def expected() -> dict[str, dict[str, str]]:
    """The table: by `METHOD endpoint` the answer to each actor."""
    found: dict[str, dict[str, str]] = {}
    for line in TABLE.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        method, endpoint, *answers = line.split()
        assert len(answers) == len(ACTORS), line
        assert f"{method} {endpoint}" not in found, f"twice: {line}"
        found[f"{method} {endpoint}"] = dict(zip(ACTORS, answers, strict=True))
    return found


def is_public(ask: Ask) -> bool:
    return ask.expectation.permissions is None


def _value(rule: Rule, name: str, behind: psycopg.Connection, me: UUID) -> Any:
    room = rule.endpoint.split(".")[0]
    query = (
        VALUES.get((rule.endpoint, name)) or OTHERWISE.get((room, name)) or IDS.get(name) or SECRETS.get(name)
    )
    assert query is not None, (
        f"{rule.rule}: what is a {name}? Say it in IDS of tests/web/test_other_bureau.py."
    )
    found = behind.execute(query.replace("{me}", f"'{me}'").encode()).fetchone()
    assert found is not None, f"{rule.rule}: the story left no {name}"
    return found[0]


def _guess(value: Any) -> Any:
    """An id out of the air; words are left as they are."""
    return uuid4() if isinstance(value, UUID) else value


def _neighbour(value: Any) -> Any:
    """The id after a real one: version 7 counts in time, so an attacker would count."""
    return UUID(int=value.int + 1) if isinstance(value, UUID) else value
