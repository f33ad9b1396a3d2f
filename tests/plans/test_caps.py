"""The cap ledger: counts of a bureau, doors of an entity (R-P6)."""

from __future__ import annotations

import json

import psycopg
import pytest

from onedoor.kernel.clock import today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import Conflict, Forbidden
from onedoor.plans import queries, service
from onedoor.plans.models import CapEntry
from onedoor.plans.rules import caps as rules
from tenants import approvals
from tests.fixtures.city import City
from tests.fixtures.plans import HEAD

SHOP, STALL = "91990100MA00000001", "92990100MA00000002"


def test_a_joint_visit_is_one_door_and_a_count_of_each(city: City) -> None:
    visit = new_id()
    for who in ("scjg.planner", "xfjy.planner"):
        with city.acting(who):
            service.post_to_ledger(SHOP, 2031, visit, "random")
            service.post_to_ledger(SHOP, 2031, visit, "random")
    with city.acting("mzj.planner"):
        assert queries.totals([SHOP, STALL], 2031) == {SHOP: (1, 2)}
        assert db.session.query(CapEntry).count() == 0


def test_without_a_cap_nobody_is_capped(city: City) -> None:
    with city.acting("scjg.planner"):
        service.post_to_ledger(SHOP, 2032, new_id(), "random")
        assert queries.capped([SHOP], 2032) == set()


def test_a_bureaus_own_cap_stops_what_would_break_it(city: City) -> None:
    with city.acting("scjg.planner"):
        service.set_cap(2033, "91", 5, "示市监〔2033〕1号")
        service.set_cap(2033, "91", 1, "示市监〔2033〕2号")
        assert queries.capped([SHOP, STALL], 2033) == set()
        service.post_to_ledger(SHOP, 2033, new_id(), "random")
        service.post_to_ledger(STALL, 2033, new_id(), "random")
        assert queries.capped([SHOP, STALL], 2033) == {SHOP}
    with city.acting("xfjy.planner"):
        assert queries.capped([SHOP], 2033) == set()
        assert [cap.visits for cap in queries.caps(city.bureaus["SCJG"], 2033)] == [1]


def test_the_places_cap_holds_where_a_bureau_has_none_and_exempt_kinds_do_not_count(
    city: City, owner: psycopg.Connection
) -> None:
    for key, value in (("caps.visits_per_year", 1), ("caps.exempt_kinds", ["special"])):
        owner.execute(
            "INSERT INTO jurisdiction_setting (jurisdiction_code, key, value, provenance, since)"
            " VALUES ('990100', %s, %s, '示政办发〔2026〕1号', '2026-01-01')",
            (key, json.dumps({"value": value})),
        )
    with city.acting("wsjk.planner"):
        service.post_to_ledger(SHOP, 2034, new_id(), "special")
        assert queries.capped([SHOP], 2034) == set()
        service.post_to_ledger(SHOP, 2034, new_id(), "random")
        assert queries.capped([SHOP], 2034) == {SHOP}
        row = db.session.execute(queries.most_visited(2034)).one()
        assert (row.entity_code, row.visits, row.counted) == (SHOP, 2, 1)


def test_a_cap_is_handed_to_the_head_and_holds_from_its_day_for_its_industry(city: City) -> None:
    """R-P6, R-T5: submitted on the page, approved by another, by industry before kind, from a day on."""
    year = today().year
    planner, head = city.client("scjg.planner"), city.client("scjg.head")
    given = {
        "year": str(year),
        "entity_kind": "91",
        "visits": "1",
        "basis": "示市监〔2026〕7号",
        "industry": "餐饮业",
    }
    assert planner.post("/plans/caps", data={**given, "since": f"{year - 1}-12-31"}).status_code == 422
    assert planner.post("/plans/caps", data={**given, "visits": "-1"}).status_code == 422
    assert planner.post("/plans/caps", data=given).status_code == 303
    assert head.post("/plans/caps", data=given).status_code == 403
    assert "尚未批准的上限" in planner.get(f"/plans/caps?year={year}").get_data(as_text=True)
    with city.acting("scjg.planner"):
        (cap,) = queries.proposed_caps(year)
        assert "91/餐饮业" not in queries.caps_in_force(year)
        asked = approvals.waiting_for("visit_cap", cap.id)
        assert asked is not None
        with pytest.raises(Forbidden):
            service.decide_cap(asked, True, "", HEAD)
    assert "餐饮业" in head.get(f"/desk/inbox/{asked.id}").get_data(as_text=True)
    with city.acting("scjg.head"):
        again = approvals.waiting_for("visit_cap", cap.id)
        assert again is not None
        service.decide_cap(again, True, "", HEAD)
    with city.acting("scjg.planner"):
        assert queries.caps_in_force(year)["91/餐饮业"] == 1
        service.post_to_ledger(SHOP, year, new_id(), "random")
        assert queries.capped([SHOP], year) == set(), "no restaurant"
        assert queries.is_at_cap(SHOP, year) is False
        with pytest.raises(Conflict):
            service.propose_cap(year, "91", 3, "另定", industry="餐饮业")


def test_the_narrowest_cap_holds() -> None:
    """R-P6: of kind and industry, of the industry, of the kind, of all others."""
    caps = {"91/餐饮业": 1, "*/餐饮业": 2, "91": 3, "*": 4}
    of = [("餐饮业", SHOP), ("餐饮业", STALL), ("零售业", SHOP), ("", STALL)]
    assert [rules.cap_of(code, caps, industry) for industry, code in of] == [1, 2, 3, 4]
