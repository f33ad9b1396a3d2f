"""What an attacker puts into a request besides the address: ids in the body, names of columns, filters, sort keys, cursors.

Each attacker works at their own things, which they may, and puts the other bureau's ids where a form has its own. Nothing
of the other's is shown, counted or changed, whatever is answered.
"""

from __future__ import annotations

import io
from typing import Any

import pytest

from onedoor.edge.lists import keyset
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from tests.adversary.actors import STRANGERS
from tests.adversary.conftest import Field
from tests.adversary.markers import found_in
from tests.adversary.routes import is_public
from tests.adversary.test_walk import digests

# Fields that name things of a bureau, in any form of the house, with a row of the owner's.
IDS_IN_BODIES = {
    "ids": "target", "item_ids": "item", "items": "item", "inspector_ids": "inspector", "unit_id": "unit",
    "line_id": "plan_line", "plan_id": "plan", "campaign_id": "campaign", "draw_id": "draw", "visit_id": "visit",
    "record_id": "record", "job_id": "job", "user_id": "user_account", "rule_id": "target_rule",
    "filing_id": "filing", "disclosure_id": "disclosure", "export_id": "export", "file_id": "stored_file",
    "approval_id": "approval", "entity_id": "entity", "other_id": "entity", "agent_id": "user_account", "principal_id": "user_account",
}  # fmt: skip
# Columns no form has: what a service must never take from a request.
COLUMNS = {
    "state": "published", "role": "onedoor_owner", "roles": "platform", "permissions": "platform.manage", "kept_by": "",
    "approved_at": "2026-01-01", "decided_by": "", "active": "1", "series_id": "", "version": "1", "everyone": "1",
}  # fmt: skip
WORDS = {
    "reason": "理由", "name": "名称", "title": "标题", "text": "内容", "note": "说明", "decision": "approve",
    "outcome": "结果", "year": "2026", "kind": "annual", "username": "adv.made", "display_name": "某人", "key": "adv-key",
    "status": "active", "starts_on": "2026-12-01", "ends_on": "2026-12-31", "answer_due": "2026-12-01",
    "rate_mode": "bp", "rate": "5", "number": "ADV-1", "certificate_number": "ADV-1", "reference": "示文1号",
}  # fmt: skip
# Pages of the oversight that show the supervising bureau's own rows: its log of looks, the anchors it holds.
OWN_PAGES = {
    "supervision.looks",
    "supervision.logs",
    "supervision.anchors",
    "supervision.anchors_file",
    "supervision.settings",
    "supervision.setting_propose",
}
INJECTED = (
    "'; SELECT 1 --",
    "tenant_id",
    "-tenant_id",
    "id) OR (1=1",
    "{{7*7}}",
    "../../etc/passwd",
    "%00",
    "\\",
)


def ids_of(field: Field) -> dict[str, str]:
    """One row of the owner's for each field."""
    found = {}
    for name, table in IDS_IN_BODIES.items():
        mine = "kept_by" if table == "entity" else "tenant_id"
        row = field.behind.execute(
            f'SELECT id FROM "{table}" WHERE {mine} = %s ORDER BY id LIMIT 1'.encode(), (field.owner_id,)
        ).fetchone()
        assert row is not None, table
        found[name] = str(row[0])
    return found


@pytest.mark.parametrize("name", STRANGERS)
def test_ids_of_another_in_the_body_do_nothing(field: Field, name: str) -> None:
    """Every form, sent with the other's ids, its bureau's id, and columns no form has: mass assignment finds nothing."""
    actor = field.actors[name]
    before = digests(field.behind, actor.bureau)
    owner = str(field.owner_id)
    body: dict[str, Any] = {**WORDS, **COLUMNS, **ids_of(field), "kept_by": owner, "tenant_id": owner}
    body |= {
        "bureau_id": owner,
        "lead_id": owner,
        "sender_id": owner,
        "id": body["visit_id"],
        "partner_ids": owner,
    }
    result, failed = {}, {}
    for ask in field.asks:
        if (
            ask.method != "POST"
            or is_public(ask)
            or ask.guessed != ask.real
            or ask.endpoint.startswith("account.")
        ):
            continue
        answer = actor.ask("POST", ask.real, data=body)
        # Twice the same field: the first must not be checked and the second used.
        doubled = actor.ask("POST", ask.real, data={**body, "ids": [body["record_id"], body["ids"]]})
        for one in (answer, doubled):
            if one.status >= 500:
                failed[ask.name] = one.status
            if leaks := found_in(one.headers, one.body):
                result[ask.name] = leaks
    assert failed == {}
    assert result == {}
    assert digests(field.behind, actor.bureau) == before


# One stranger with every run: what keeps the others out is the same.
@pytest.mark.parametrize(
    "name", [STRANGERS[0], *(pytest.param(name, marks=pytest.mark.long) for name in STRANGERS[1:])]
)
def test_lists_and_exports_keep_to_ones_own(field: Field, name: str) -> None:
    """Filters with the other's ids, sort keys and searches that are none, both kinds of file: nothing of the other's."""
    actor = field.actors[name]
    owner = str(field.owner_id)
    code = field.behind.execute("SELECT code FROM bureau WHERE id = %s", (owner,)).fetchone()
    assert code is not None
    filters = {
        **ids_of(field),
        "bureau": code[0],
        "bureau_id": owner,
        "tenant_id": owner,
        "year": str(today().year),
    }
    result, failed, asked = {}, {}, 0
    for ask in field.asks:
        if ask.method != "GET" or "<" in ask.rule or ask.endpoint.startswith(("session.", "single_sign_on.")):
            continue
        for query in (
            {"export": "csv", "size": "100"},
            {"export": "xlsx", **filters},
            {**filters, "q": "zq7", "sort": INJECTED[asked % len(INJECTED)], "size": "100"},
        ):
            answer, asked = actor.ask("GET", ask.real, query_string=query), asked + 1
            if answer.status >= 500:
                failed[ask.name] = answer.status
            if leaks := found_in(answer.headers, answer.body):
                result[ask.name] = leaks
    assert failed == {}
    assert result == {}
    assert asked > 150


def test_a_cursor_of_anothers_list_opens_nothing(field: Field) -> None:
    """Cursors are signed and not secret: one out of the owner's list is a place to begin at, not a way in."""
    row = field.behind.execute(
        "SELECT id, created_at FROM job WHERE tenant_id = %s ORDER BY created_at DESC LIMIT 1",
        (field.owner_id,),
    ).fetchone()
    assert row is not None
    with field.app.app_context():
        cursor = keyset.pack("-created_at", row[1], row[0])
    for name in STRANGERS:
        for query in (
            {"after": cursor},
            {"before": cursor},
            {"after": cursor[:-2] + "xx"},
            {"after": "e30.x"},
        ):
            answer = field.actors[name].ask("GET", "/jobs/", query_string=query)
            assert answer.status == 200
            assert found_in(answer.body) == set()


def test_fragments_and_caches_are_guarded_like_pages(field: Field) -> None:
    """htmx headers, a known ETag, a range, another method in a header or field: the same refusal."""
    stranger, wrong = field.actors["bureau"], []
    draw, visit = ids_of(field)["draw_id"], ids_of(field)["visit_id"]
    for path in (
        f"/draws/{draw}",
        f"/visits/{visit}",
        f"/visits/{visit}/sheet.docx",
        f"/draws/{draw}/files/proof.json",
    ):
        for headers in (
            {"HX-Request": "true", "HX-Target": "draw-state"},
            {"If-None-Match": "*"},
            {"If-Modified-Since": "Sat, 01 Jan 2050 00:00:00 GMT"},
            {"Range": "bytes=0-9"},
            {
                "X-HTTP-Method-Override": "GET",
                "X-Original-URL": "/open/draws",
                "X-Forwarded-Host": "evil.example",
            },
        ):
            if (status := stranger.ask("GET", path, headers=headers).status) != 404:
                wrong.append((path, headers, status))
    assert wrong == []


def test_what_is_private_is_not_kept_by_caches(field: Field) -> None:
    """A shared cache before the site must not hand one bureau's page to another."""
    owner = field.city.client("scjg.planner")
    kept = [
        ask.name
        for ask in field.asks
        if ask.method == "GET" and not is_public(ask) and ask.guessed == ask.real
        and (answer := owner.get(ask.real)).status_code == 200
        and "no-store" not in answer.headers.get("Cache-Control", "")
    ]  # fmt: skip
    assert kept == []


def test_uploads_do_not_reach_into_another_bureau(field: Field) -> None:
    """A file of one's own that names the other's inspector, unit or bureau changes nothing of the other's."""
    stranger = field.actors["bureau"]
    before = digests(field.behind, stranger.bureau)
    row = field.behind.execute(
        "SELECT name, code FROM inspector WHERE tenant_id = %s LIMIT 1", (field.owner_id,)
    ).fetchone()
    assert row is not None
    content = f"姓名,性别,执法证号,编号,单位\n{row[0]},男,{row[1]},{row[1]},示范市市场监督管理局\n".encode()
    for kind in ("inspectors", "items", "entities"):
        file = (io.BytesIO(content), "../../名单.csv")
        page = stranger.ask(
            "POST", f"/registry/imports/new/{kind}", data={"file": file, "tenant_id": str(field.owner_id)}
        )
        token = stranger.ask(
            "POST", f"/api/v1/registry/loads/{kind}", data={"file": (io.BytesIO(content), "a.csv")}
        )
        assert page.status < 500 and token.status < 500
    assert digests(field.behind, stranger.bureau) == before


def test_a_token_is_for_the_api_and_a_cookie_for_the_pages(field: Field) -> None:
    """Neither opens the other's door, and no address carries either."""
    stranger, reader = field.actors["bureau"], field.actors["role"]
    bearer = {"Authorization": f"Bearer {stranger.token}"}
    anonymous = field.actors["anonymous"]
    assert anonymous.ask("GET", "/jobs/", headers=bearer).status == 302
    assert anonymous.ask("GET", f"/jobs/?token={stranger.token}&access_token={stranger.token}").status == 302
    load = f"/api/v1/registry/loads/{field.owner_id}"
    assert reader.client.get(load).status_code == 401
    for wrong in (
        "",
        "Bearer",
        "Bearer ",
        "Bearer od_",
        f"Basic {stranger.token}",
        f"Bearer {stranger.token}x",
    ):
        assert anonymous.client.get(load, headers={"Authorization": wrong}).status_code == 401, wrong


def test_a_code_of_a_visit_cannot_be_guessed(field: Field) -> None:
    """R-V2: near misses of a real code show nothing, and cost the asker their chances."""
    row = field.behind.execute(
        "SELECT code FROM visit WHERE tenant_id = %s LIMIT 1", (field.owner_id,)
    ).fetchone()
    assert row is not None
    code = row[0]
    misses = {
        code[:-1],
        code + "0",
        code[::-1],
        code[:-1] + ("A" if code[-1] != "A" else "B"),
        "%",
        "_" * len(code),
        "' OR 1=1",
    }
    for miss in misses - {code}:
        answer = field.actors["anonymous"].ask("GET", f"/v/{miss.replace('%', '%25').replace(' ', '%20')}")
        assert found_in(answer.body) == set(), miss


def test_a_pooled_connection_forgets_whose_it_was(field: Field) -> None:
    """Role and bureau end with the transaction, also after an error: the next request of any bureau finds none."""
    for name in STRANGERS:
        field.actors[name].ask("GET", "/jobs/")
        field.actors[name].ask("GET", f"/visits/{field.owner_id}")
        with field.app.app_context(), db.engines[None].connect() as link:
            said = link.exec_driver_sql(
                "SELECT current_user, current_setting('onedoor.tenant', true), current_setting('onedoor.actor', true)"
            ).one()
        assert tuple(said) in (("onedoor_app", "", ""), ("onedoor_app", None, None))


def test_every_look_of_a_supervisor_is_kept(field: Field) -> None:
    """R-T3: each page of the oversight that shows a bureau's rows says in the log for what, and how many."""
    supervisor, silent = field.city.client("sfj.supervisor"), set()
    own = "SELECT count(*) FROM crossing_entry WHERE tenant_id = %s AND purpose <> ''"
    for ask in field.asks:
        if ask.method != "GET" or not ask.endpoint.startswith("supervision."):
            continue
        before = field.behind.execute(own, (field.city.bureaus["SFJ"],)).fetchone()
        status = supervisor.get(ask.real).status_code
        if status == 200 and field.behind.execute(own, (field.city.bureaus["SFJ"],)).fetchone() == before:
            silent.add(ask.endpoint)
    assert silent <= OWN_PAGES
