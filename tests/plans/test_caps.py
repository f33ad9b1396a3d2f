"""The cap ledger: counts of a bureau, doors of an entity (R-P6)."""

from __future__ import annotations

import json

import psycopg

from onedoor.kernel.db import db, new_id
from onedoor.plans import queries, service
from onedoor.plans.models import CapEntry
from tests.fixtures.city import City

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
