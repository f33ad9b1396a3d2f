"""本地规定 on the operator's and the supervisor's pages and over the interface (R-S3, access.md "jurisdictions' settings")."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import psycopg
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.exc import ProgrammingError

from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db
from onedoor.kernel.scope import in_scope
from tenants import people, settings
from tenants.rules import Permission
from tenants.scope import identity
from tenants.settings import SETTINGS, Kind, Setting
from tests.fixtures.city import City

CITY, DISTRICT, COUNTY = "990100", "990102", "990121"
SOURCE = {"provenance": "示范市行政检查办法", "document_number": "示政办发〔2026〕8号"}


def text(answer, status: int = 200) -> str:  # type: ignore[no-untyped-def]
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return unescape(answer.get_data(as_text=True))


@pytest.fixture
def operator(city: City) -> FlaskClient:
    return city.client("sjj.ops")


@pytest.fixture
def justice(city: City) -> FlaskClient:
    return city.client("sfj.supervisor")


@pytest.fixture(autouse=True)
def nothing_decided(owner: psycopg.Connection) -> None:
    """Each test begins with the rules' defaults."""
    owner.execute("DELETE FROM setting_proposal")
    owner.execute("DELETE FROM jurisdiction_setting")


def other(setting: Setting) -> dict[str, object]:
    """A value that is not the default, as the form sends it."""
    if setting.kind is Kind.FLAG:
        return {"value": "no" if setting.default else "yes"}
    if setting.kind is Kind.CODES:
        return {"codes": [setting.codes[-1][0]]}
    if setting.kind is Kind.DAY:
        return {"value": "02-20"}
    return {"value": str(setting.low + 1 if setting.default != setting.low + 1 else setting.low + 2)}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: one.key)
def test_every_setting_is_shown_previewed_entered_and_then_in_force(
    city: City, operator: FlaskClient, setting: Setting
) -> None:
    shown = text(operator.get("/platform/settings"))
    assert setting.words in shown and setting.rule in shown
    given = {"place": CITY, "since": today().isoformat(), **SOURCE, **other(setting)}
    where = f"/platform/settings/{setting.key}"
    assert setting.words in text(operator.get(where))
    seen = text(operator.post(where, data=given))
    assert "这项规定将带来的变化" in seen and "改变" in seen and setting.effect in seen
    with city.acting("scjg.planner"):
        assert settings.value(setting.key) in (
            setting.default,
            [*(setting.default or ())] if setting.kind is Kind.CODES else setting.default,
        )
    assert operator.post(where, data={**given, "then": "enter"}).status_code == 303
    kept = setting.checked(given.get("codes", given.get("value")))
    with city.acting("scjg.planner"):
        assert settings.value(setting.key) == kept
    page = text(operator.get(where))
    assert SOURCE["document_number"] in page and setting.said(kept) in page


def test_bad_input_is_said_beside_the_field_and_nothing_is_lost(operator: FlaskClient) -> None:
    given = {"place": "990199", "since": "2026-13-01", "value": "5", **SOURCE}
    assert "示政办发〔2026〕8号" in text(operator.post("/platform/settings/report_days", data=given), 422)
    given |= {"since": today().isoformat(), "value": "99", "then": "enter"}
    refused = text(operator.post("/platform/settings/report_days", data=given), 422)
    assert "1 到 60" in refused and "请选择辖区" in refused
    text(
        operator.post(
            "/platform/settings/report_days",
            data={**given, "place": CITY, "value": "5", "document_number": " "},
        ),
        422,
    )
    text(operator.get("/platform/settings/nonsense"), 404)
    text(operator.post("/platform/settings/nonsense", data=given), 404)


def test_what_is_shown_before_tells_places_with_a_value_of_their_own(operator: FlaskClient) -> None:
    where = "/platform/settings/report_days"
    given = {"place": COUNTY, "value": "3", "since": today().isoformat(), **SOURCE, "then": "enter"}
    assert operator.post(where, data=given).status_code == 303
    shown = text(operator.post(where, data={**given, "place": CITY, "value": "8", "then": ""}))
    rows = {
        row[0]: row
        for row in (re.findall(r'class="cell">([^<]*)<', one) for one in shown.split("<tr>"))
        if row
    }
    assert rows["示范市"][2:] == ["5 个工作日", "8 个工作日", "改变"]
    county = next(row for name, row in rows.items() if "县" in name)
    assert county[2:] == ["3 个工作日", "3 个工作日", "不变"]


def test_only_what_is_not_in_force_yet_is_withdrawn(operator: FlaskClient, owner: psycopg.Connection) -> None:
    where = "/platform/settings/report_days"
    for day in (today(), today() + timedelta(days=30)):
        given = {"place": CITY, "value": "7", "since": day.isoformat(), **SOURCE, "then": "enter"}
        assert operator.post(where, data=given).status_code == 303
    rows = owner.execute(
        "SELECT id FROM jurisdiction_setting WHERE key = 'report_days' ORDER BY since"
    ).fetchall()
    text(operator.post(f"/platform/settings/{rows[0][0]}/withdraw"), 409)
    assert operator.post(f"/platform/settings/{rows[1][0]}/withdraw").status_code == 303
    text(operator.post(f"/platform/settings/{rows[1][0]}/withdraw"), 404)
    acts = owner.execute(
        "SELECT event FROM audit_entry WHERE event LIKE 'tenants.setting.%' ORDER BY at DESC LIMIT 3"
    ).fetchall()
    assert [row[0].rsplit(".", 1)[1] for row in acts] == ["withdraw", "set", "set"]


def test_a_supervisor_proposes_and_the_operator_enters_or_declines(
    city: City, operator: FlaskClient, justice: FlaskClient
) -> None:
    where = "/oversight/settings/disclosure_days"
    given = {"place": CITY, "value": "15", "since": today().isoformat(), **SOURCE}
    assert "改变" in text(justice.post(where, data=given))
    for _ in range(2):
        assert justice.post(where, data={**given, "then": "propose"}).status_code == 303
    assert "等待登记" in text(justice.get("/oversight/settings"))
    ways = re.findall(r"/platform/settings/proposals/[0-9a-f-]{36}", text(operator.get("/platform/settings")))
    assert "示范市行政检查办法" in text(operator.get(ways[0]))
    text(operator.post(ways[0], data={"decision": "decline"}), 422)
    assert operator.post(ways[0], data={"decision": "decline", "answer": "暂缓"}).status_code == 303
    assert operator.post(ways[1], data={"decision": "enter"}).status_code == 303
    text(operator.post(ways[1], data={"decision": "enter"}), 422)
    page = text(justice.get("/oversight/settings"))
    assert "已登记" in page and "不采纳" in page and "暂缓" in page
    with city.acting("scjg.planner"):
        assert settings.value("disclosure_days") == 15


def test_nobody_else_enters_proposes_or_reads_anothers_proposal(city: City, justice: FlaskClient) -> None:
    planner = city.client("scjg.planner")
    for way in (
        "/platform/settings",
        "/platform/settings/report_days",
        "/platform/calendars",
        "/oversight/settings",
    ):
        text(planner.get(way), 403)
    county = city.client("xsfj.supervisor")
    given = {"place": CITY, "value": "15", "since": today().isoformat(), **SOURCE, "then": "propose"}
    assert "本单位监督的辖区" in text(county.post("/oversight/settings/disclosure_days", data=given), 422)
    assert justice.post("/oversight/settings/disclosure_days", data=given).status_code == 303
    assert "等待登记" not in text(county.get("/oversight/settings"))
    for forged in (
        "INSERT INTO setting_proposal (tenant_id, jurisdiction_code, key, value, provenance, document_number, since,"
        " proposed_by, proposed_at) SELECT id, '990100', 'report_days', '{}', 'x', 'x', now(), 'x', now() FROM bureau"
        " WHERE code = '990100-SCJG'",
        "UPDATE setting_proposal SET state = 'entered'",
        "DELETE FROM jurisdiction_setting",
    ):
        with city.acting("wsjk.planner"), pytest.raises(ProgrammingError, match="denied|row-level"):
            with db.session.begin_nested():
                db.session.execute(sa.text(forged))


def token(city: City, *permissions: Permission) -> dict[str, str]:
    with in_scope(identity(), city.app):
        made = people.add_api_token(
            city.bureaus["SJJ"], "运维系统", frozenset(permissions), now() + timedelta(days=1), "测试"
        )
        db.session.commit()
    return {"Authorization": f"Bearer {made}"}


def test_the_interface_reads_previews_and_enters(city: City) -> None:
    client, head = city.client(), token(city, Permission.PLATFORM_MANAGE)
    answer = client.get(f"/api/v1/settings?place={CITY}")
    assert {one["key"]: one["value"] for one in answer.get_json()["items"]}["report_days"] == 5
    assert {one["key"] for one in answer.get_json()["items"]} == {one.key for one in SETTINGS}
    given = {"place": CITY, "value": 9, "since": today().isoformat(), **SOURCE}
    seen = client.put("/api/v1/settings/report_days?dry_run=true", json=given, headers=head)
    assert CITY in {one["place"] for one in seen.get_json()["items"]} and seen.status_code == 200
    assert client.put("/api/v1/settings/report_days", json=given).status_code == 401
    entered = client.put("/api/v1/settings/report_days", json=given, headers=head)
    assert [(one["value"], one["document_number"]) for one in entered.get_json()["items"]] == [
        (9, SOURCE["document_number"])
    ]
    assert (
        client.put("/api/v1/settings/report_days", json={**given, "value": "五"}, headers=head).status_code
        == 422
    )
    assert client.put("/api/v1/settings/nonsense", json=given, headers=head).status_code == 422
    assert (
        client.put(
            "/api/v1/settings/report_days", json=given, headers=token(city, Permission.BUREAU_READ)
        ).status_code
        == 403
    )
    assert client.get("/api/v1/settings?place=nowhere").status_code == 404
