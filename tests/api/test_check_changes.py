"""What changed in visits, follow-ups and the ledger since a cursor (R-L11, R-V7, R-V9): the whole first, then what became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from onedoor.followups import service
from onedoor.kernel.clock import today
from onedoor.ledger.service import enter_outside
from onedoor.visits import service as visits
from tenants.rules import Permission as P
from tests.api.test_changes import all_of, ask
from tests.api.test_registry_loads import read, token
from tests.followups.conftest import Finding, finding, going, jobs
from tests.ledger.builders import outside
from tests.visits.builders import DrawnCampaign
from tests.visits.check_builders import Desk

__all__ = ["finding", "going", "jobs"]
pytestmark = pytest.mark.committed("what other transactions wrote is told by their numbers")


@pytest.fixture(scope="module")
def desk(going: DrawnCampaign) -> Desk:
    """One for all tests: each takes a firm that none took before."""
    return Desk(going.world)


@pytest.fixture(scope="module")
def reader(going: DrawnCampaign) -> dict[str, str]:
    return token(going.world.city, "SCJG", P.BUREAU_READ)


@pytest.fixture(scope="module")
def stranger(going: DrawnCampaign) -> dict[str, str]:
    return token(going.world.city, "WSJK", P.BUREAU_READ)


@pytest.fixture(scope="module")
def planner(going: DrawnCampaign) -> dict[str, str]:
    return token(going.world.city, "SCJG", P.PLAN_DRAFT)


def test_a_copy_of_the_visits_follows_what_becomes_of_them(
    going: DrawnCampaign, desk: Desk, reader: dict[str, str], stranger: dict[str, str]
) -> None:
    city = going.world.city
    rows, cursor = all_of(city, reader, "visits", limit=2)
    with city.acting("scjg.planner"):
        mine = {str(one.id): one.number for one in going.visits()}
    assert mine.items() <= {one["id"]: one["number"] for one in rows}.items()
    assert all_of(city, reader, "visits", cursor)[0] == []
    new = str(desk.approved())
    (told,), cursor = all_of(city, reader, "visits", cursor)
    assert (told["id"], told["state"]) == (new, "approved")
    with city.acting("scjg.planner"):
        visits.issue_notice(told["id"])
    (told,), cursor = all_of(city, reader, "visits", cursor)
    assert (told["id"], told["state"]) == (new, "noticed")
    # A part is a row beside the visit: its state follows from it.
    desk.record(told["id"])
    (told,), cursor = all_of(city, reader, "visits", cursor)
    assert (told["id"], told["state"]) == (new, "recorded")
    assert all_of(city, stranger, "visits")[0] == []


def test_a_copy_of_the_followups_and_of_the_ledger(
    going: DrawnCampaign, desk: Desk, finding: Finding, reader: dict[str, str], stranger: dict[str, str]
) -> None:
    city = going.world.city
    cursors = {what: all_of(city, reader, what)[1] for what in ("followups", "ledger")}
    key = finding()
    (opened,), cursors["followups"] = all_of(city, reader, "followups", cursors["followups"])
    assert (opened["id"], opened["state"], opened["holder"]) == (str(key), "open", "own")
    (checked,), cursors["ledger"] = all_of(city, reader, "ledger", cursors["ledger"])
    assert checked["id"] == opened["visit_id"] and not checked["outside"]
    due = today() + timedelta(days=9)
    with city.acting("scjg.officer"):
        service.order_correction(key, "补齐标识", due)
    # The order is a row beside the follow-up: its day follows from it.
    (ordered,), cursors["followups"] = all_of(city, reader, "followups", cursors["followups"])
    assert (ordered["id"], ordered["due"]) == (str(key), due.isoformat())
    with city.acting("scjg.planner"):
        check = enter_outside(outside(desk.firm()))
        number = str(check.id)
    rows, _ = all_of(city, reader, "ledger", cursors["ledger"])
    assert {one["id"]: one["outside"] for one in rows} == {number: True, opened["visit_id"]: False}, (
        "the check whose measure went on as well"
    )
    assert all_of(city, stranger, "ledger")[0] == [] and all_of(city, stranger, "followups")[0] == []


@pytest.mark.parametrize("what", ["visits", "followups", "ledger"])
def test_a_foreign_cursor_is_refused(
    going: DrawnCampaign, reader: dict[str, str], planner: dict[str, str], what: str
) -> None:
    refused = ask(going.world.city, reader, what, "昨天")
    assert refused.status_code == 422 and refused.json["errors"][0]["field"] == "after"
    assert ask(going.world.city, planner, what).status_code == 403


def test_lists_are_filtered_as_their_pages(
    going: DrawnCampaign, finding: Finding, reader: dict[str, str]
) -> None:
    city, finding_id = going.world.city, finding()
    every = read(city, "/api/v1/visits/?size=200", reader)["items"]
    one = every[0]
    for asked, holds in (
        (f"state={one['state']}", lambda row: row["state"] == one["state"]),
        (f"campaign_id={going.campaign_id}", lambda row: row["campaign_id"] == str(going.campaign_id)),
        (f"entity_code={one['entity_code']}", lambda row: row["entity_code"] == one["entity_code"]),
        (f"since={one['day']}", lambda row: row["day"] >= one["day"]),
        (f"until={one['day']}", lambda row: row["day"] <= one["day"]),
    ):
        found = read(city, f"/api/v1/visits/?size=200&{asked}", reader)["items"]
        assert [row["id"] for row in found] == [row["id"] for row in every if holds(row)], asked
    lines = read(city, "/api/v1/ledger/?size=200", reader)["items"]
    mine = next(row for row in lines if row["measures"])
    for name, key in (("inspector", "inspectors"), ("matter", "matters"), ("measure", "measures")):
        word = mine[key][0]
        found = read(city, f"/api/v1/ledger/?size=200&{name}={word}", reader)["items"]
        assert [row["id"] for row in found] == [row["id"] for row in lines if word in row[key]], name
    assert finding_id
    led = read(city, "/api/v1/campaigns/?part=lead", reader)["items"]
    assert str(going.campaign_id) in {row["id"] for row in led}
    assert read(city, "/api/v1/campaigns/?part=partner", reader)["items"] == []
    assert read(city, "/api/v1/campaigns/?state=cancelled", reader)["items"] == []
    refused = city.client().get("/api/v1/campaigns/?state=nothing", headers=reader)
    assert refused.status_code == 422 and refused.get_json()["errors"][0]["field"] == "state"
