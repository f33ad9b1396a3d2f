"""Rates by ordered rules: the first that holds counts, small strata are joined, private classes draw closed (R-P5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from onedoor.campaigns import queries, service
from onedoor.campaigns.service.pools import pool_of
from onedoor.campaigns.service.strata import strata_of
from onedoor.draws import queries as draws
from onedoor.draws import rules
from onedoor.draws import service as drawing
from onedoor.entities.models import CreditClass
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.targets.rules.rate_rules import rates_of_rules, read_rate_rules
from tests.campaigns.builders import World, firm_code

RULES: list[dict[str, Any]] = read_rate_rules(
    [
        {"when": {"classes": ["D"]}, "rate": {"all": True}},
        {"when": {"kinds": ["92"], "classes": ["C"]}, "rate": {"bp": 5000}},
        {"when": {"kinds": ["92"]}, "rate": {"bp": 2000}},
        {"when": {}, "rate": {"bp": 500}},
    ]
)
LINE: dict[str, Any] = {"stratify": "rules", "rate_rules": RULES, "rates": rates_of_rules(RULES)}


@pytest.fixture
def classes(world: World, owner: psycopg.Connection) -> Iterator[None]:
    """Two firms of class D, of the individual businesses three of C; for one test."""
    tenant = world.city.bureaus["SCJG"]
    with world.city.acting("scjg.planner"):
        for number, grade in ((0, "D"), (3, "D"), (7, "C"), (11, "C"), (15, "C"), (1, "A")):
            db.session.add(
                CreditClass(tenant_id=tenant, entity_id=world.firms[number], grade=grade, since=today())
            )
    yield
    owner.execute("DELETE FROM credit_class WHERE tenant_id = %s", [tenant])


@pytest.mark.usefixtures("classes")
def test_the_first_rule_that_holds_divides_the_pool_and_small_strata_are_joined(
    world: World, run_jobs: Any
) -> None:
    """80 firms, every fourth an individual business: 2 of class D, all drawn; 3 of class C at half are too few and go with the 16 others
    of their kind at a fifth; 59 at a twentieth."""
    campaign_id = world.invited((), **LINE)
    world.accept(campaign_id, "SCJG", stratify="rules", rates={"*": {"bp": 9}})
    with world.city.acting("scjg.operator"):
        campaign, own = queries.campaign(campaign_id), queries.my_list(campaign_id)
        assert own is not None and own.rates == LINE["rates"] and own.rate_rules == RULES
        apart = {row.id: row.stratum for row in pool_of(campaign, own).rows}
        assert apart[firm_code(0)] == apart[firm_code(3)] == "FULL"
        assert (
            apart[firm_code(7)] == "P5000"
            and apart[firm_code(19)] == "P2000"
            and apart[firm_code(1)] == "P500"
        )
        divided = strata_of(campaign, own)
        eligible = {stratum: each["E"] for stratum, each in divided.statuses.items()}
        assert eligible == {"FULL": 2, "P2000-P5000": 19, "P500": 59}
        assert divided.rates["P2000-P5000"] == {"number": 2 + 4}
        ready = service.readiness(campaign_id)
        assert ready.private == ["市市场监管局"] and ready.stops == []
        (row,) = ready.counts.values()
        assert {each["stratum"]: each["quota"] for each in row.strata} == {
            "FULL": 2, "P2000-P5000": 6, "P500": 3,
        }  # fmt: skip
        with pytest.raises(ClerkError, match="只能封闭抽取"):
            service.begin_draw(campaign_id)
        assert queries.deviations(campaign_id) == []
        mode = drawing.Mode(closed=True, holder_id=world.city.bureaus["WSJK"])
        draw_id = service.begin_draw(campaign_id, mode).draw_id
    assert draw_id is not None
    run_jobs()
    with world.city.acting("scjg.operator"):
        pool = rules.parse_pool(draws.pool_file(draw_id), "990100-SCJG")
        assert pool.z is not None
        assert {row.id for row in pool.rows if row.stratum == "FULL"} == {firm_code(0), firm_code(3)}
    page = world.city.client("scjg.operator").get(f"/campaigns/{campaign_id}").get_data(as_text=True)
    assert "按计划的比例规则分层" in page and "比例 20%至比例 50%（合并）" in page


@pytest.mark.usefixtures("classes")
def test_another_division_than_the_plans_rules_is_a_deviation(world: World) -> None:
    """R-P3: whoever answers without the rules changes how many are drawn of whom."""
    campaign_id = world.invited((), **LINE)
    form = world.city.client("scjg.planner").get(f"/campaigns/{campaign_id}/answer").get_data(as_text=True)
    assert "计划的比例规则" in form and "信用等级：D" in form
    world.accept(campaign_id, "SCJG", stratify="kind")
    with world.city.acting("scjg.operator"):
        assert any("抽查比例与计划" in str(problem) for _, problem in service.readiness(campaign_id).stops)


def test_a_campaign_without_rules_cannot_be_answered_by_rules(world: World) -> None:
    campaign_id = world.invited(())
    with world.city.acting("scjg.planner"), pytest.raises(ClerkError, match="计划里没有比例规则"):
        service.accept(campaign_id, world.contribution("SCJG", stratify="rules"))
