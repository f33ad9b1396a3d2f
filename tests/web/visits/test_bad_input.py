"""Bad input of a check that no draw made: on the page and over the interface a sentence beside its field, and nothing is lost (R-V9)."""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from onedoor.entities import queries as entity_queries
from onedoor.items.models import Item
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.officers.models import Inspector
from onedoor.visits.rules.kinds import Kind
from tenants.rules import Permission as P
from tests.api.test_registry_loads import token
from tests.campaigns.builders import World
from tests.visits.builders import settle
from tests.visits.check_builders import CLERK, Desk


@pytest.fixture(scope="module")
def desk(city: Any) -> Desk:
    return Desk(settle(World(city).fill()))


def form_of(desk: Desk, **more: Any) -> dict[str, Any]:
    asked = desk.proposal()
    return {
        "kind": "single", "source": "complaint", "entity_code": asked.entity_code, "key": uuid4().hex,
        "item_ids": [str(one) for one in asked.item_ids], "inspector_ids": [str(one) for one in asked.inspector_ids],
        "starts_on": asked.starts_on.isoformat(), "reason": "群众反映后厨不洁", "reference": "12345-0001",
        "announced": "true", **more,
    }  # fmt: skip


@functools.cache
def _token(app: Any) -> dict[str, str]:
    return {}


def desk_token(desk: Desk) -> dict[str, str]:
    """Made once for the module's city."""
    kept = _token(desk.world.city.app)
    if not kept:
        kept.update(token(desk.world.city, "SCJG", P.BUREAU_READ, P.VISIT_MANAGE, P.VISIT_RECORD))
    return kept


def expect(desk: Desk, given: dict[str, Any], field: str, sentence: str) -> None:
    """Both ways refuse it with the sentence, name the field, and the page keeps what was typed."""
    city = desk.world.city
    shown = city.client(CLERK).post("/visits/new", data=given)
    text = shown.get_data(as_text=True)
    assert shown.status_code == 422 and sentence in text and given["reason"] in text, text[:500]
    assert f"f-{field.replace('_', '-')}" in text or f'name="{field}"' in text
    body = {name: value for name, value in {**given, "announced": True}.items() if value not in ("", None)}
    told = city.client().post("/api/v1/visits/", headers=desk_token(desk), json=body)
    assert told.status_code == 422, told.get_data(as_text=True)
    assert field in {one["field"] for one in told.get_json()["errors"]}
    assert sentence in str(told.get_json())


def test_an_entity_that_is_gone(desk: Desk) -> None:
    code = desk.firm()
    with desk.world.city.acting(CLERK):
        entity_queries.entity_by_code(code).status = "deregistered"
    expect(desk, form_of(desk, entity_code=code), "entity_code", "不能安排检查")


def test_a_place_that_is_not_its_own(desk: Desk) -> None:
    expect(desk, form_of(desk, place_number="9"), "place_number", "没有编号为")


def test_an_officer_whose_certificate_ended(desk: Desk) -> None:
    officer = desk.world.officers["SCJG"][7]
    with desk.world.city.acting(CLERK):
        db.session.get_one(Inspector, officer).certificate_expires_on = today() - timedelta(days=1)
    given = form_of(desk, inspector_ids=[str(desk.world.officers["SCJG"][0]), str(officer)])
    expect(desk, given, "inspector_ids", "已经失效")


def test_a_matter_that_is_not_on_the_bureaus_list(desk: Desk) -> None:
    given = form_of(desk, item_ids=[str(desk.world.items["YJGL"][0])])
    expect(desk, given, "item_ids", "清单以外的事项不能检查")


def test_random_of_an_item_declared_unfit(desk: Desk) -> None:
    item = desk.world.items["SCJG"][1]
    with desk.world.city.acting(CLERK):
        found = db.session.get_one(Item, item)
        found.mode, found.remark = "unfit", "须由专门机构检验"
    expect(desk, form_of(desk, kind=Kind.RANDOM.value, item_ids=[str(item)]), "kind", "不适合随机抽查")


def test_outside_approval(desk: Desk) -> None:
    """What nothing opens is registered as a deviation, or not at all (R-P3)."""
    expect(desk, form_of(desk, source="monitoring"), "source", "不能以")
    expect(desk, form_of(desk, kind="daily", source="plan_line"), "line_id", "日常检查须有")


def test_twice_within_the_days_is_asked_with_the_former_one_shown(desk: Desk) -> None:
    code = desk.firm()
    desk.proposed(entity_code=code)
    given = form_of(desk, entity_code=code)
    expect(desk, given, "repeat_reason", "再次检查的理由")
    shown = desk.world.city.client(CLERK).post("/visits/new", data=given).get_data(as_text=True)
    assert "前不久检查过" in shown
    done = desk.world.city.client(CLERK).post("/visits/new", data={**given, "repeat_reason": "复核投诉"})
    assert done.status_code == 303
