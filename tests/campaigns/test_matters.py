"""Products, projects and activities are drawn and checked, and the kinds of object of the items limit a pool (R-L5, docs/adr/0011)."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from onedoor.campaigns import queries, service
from onedoor.campaigns.service.pools import pool_of
from onedoor.draws import queries as draws
from onedoor.draws import rules
from onedoor.entities import queries as entity_queries
from onedoor.items.models import Item
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.plans import service as plans
from onedoor.targets import queries as targets
from onedoor.targets import service as target_service
from onedoor.visits import queries as visits
from tests.campaigns.builders import World, firm_code
from tests.campaigns.test_campaign_draw import hold

# Firm by number: how many products it has.
ENTITIES = ["91", "92"]
PRODUCTS = {0: 3, 1: 1, 3: 1, 5: 1}


@pytest.fixture(scope="module")
def about_products(world: World) -> UUID:
    """An item of market regulation that is about products, and some products."""
    item_id = world.items["SCJG"][0]
    with world.city.acting("scjg.planner"):
        db.session.execute(
            sa.update(Item).where(Item.id == item_id).values(object_kinds=[*ENTITIES, "product"])
        )
        for number, count in PRODUCTS.items():
            firm = entity_queries.entity(world.firms[number])
            for n in range(1, count + 1):
                given = {
                    "kind": "product",
                    "name": f"示范牌奶粉{n}段",
                    "number": f"XK{number}{n}",
                    "note": "",
                }
                target_service.add_matter(firm, given)
    return item_id


def accepted(world: World, item_id: UUID, **more: Any) -> UUID:
    """A campaign of products that market regulation is ready to draw."""
    campaign_id = world.invited((), unit="matter", rates={"*": {"number": 3}}, stratify="none")
    given = {"item_ids": [item_id], "stratify": "none", "rates": {"*": {"number": 3}}, "reserve": 0, **more}
    world.accept(campaign_id, "SCJG", **given)
    return campaign_id


def test_products_are_drawn_each_with_a_number_of_its_own_and_visited(
    world: World, run_jobs: Any, about_products: UUID
) -> None:
    campaign_id = accepted(world, about_products)
    with world.city.acting("scjg.operator"):
        assert service.readiness(campaign_id).stops == []
        (row,) = service.readiness(campaign_id).counts.values()
        assert (row.rows, row.eligible, row.quota) == (6, 6, 3)
    draw_id = hold(world, campaign_id, run_jobs)
    with world.city.acting("scjg.operator"):
        pool = rules.parse_pool(draws.pool_file(draw_id), "990100-SCJG")
        numbers = {
            str(one.sequence): one for number in PRODUCTS for one in targets.matters_of(world.firms[number])
        }
        assert {row.id.partition(":")[2] for row in pool.rows} == numbers.keys() and pool.numbered
        assert sum(row.id.startswith(firm_code(0)) for row in pool.rows) == 3
        made = visits.of_campaign(campaign_id)
        assert len(made) == 3 and len({visit.object_code for visit in made}) == 3
        for visit in made:
            product = numbers[str(visit.place_number)]
            assert visit.premises_id is None
            assert visit.entity_address.endswith(f"（产品：{product.name} {product.number}）")
    shown = world.city.client("scjg.planner").get(f"/visits/{made[0].id}").get_data(as_text=True)
    assert "示范牌奶粉" in shown
    # What is drawn is counted in pieces on every page; firms alone are counted in firms.
    for who, place in (
        ("scjg.planner", f"/campaigns/{campaign_id}"),
        ("scjg.operator", f"/draws/{draw_id}"),
        ("scjg.operator", f"/draws/{draw_id}/hall"),
        ("scjg.planner", f"/visits/batches/{campaign_id}"),
    ):
        answer = world.city.client(who).get(place)
        if answer.status_code == 200:
            found = re.search(
                r"(?:抽|抽中|可抽|共|改由替补)\s*\d+\s*户|（户）", answer.get_data(as_text=True)
            )
            assert found is None, (place, found)
    assert "抽中3件产品、项目或行为" in world.city.client("scjg.planner").get(
        f"/campaigns/{campaign_id}"
    ).get_data(as_text=True)


def test_no_draw_of_products_breaks_a_cap(world: World, about_products: UUID) -> None:
    """R-P6: of the three products of a firm that may be visited once, one stays in."""
    with world.city.acting("scjg.planner"):
        plans.set_cap(today().year, "*", 1, "示市监〔2026〕9号")
    campaign_id = accepted(world, about_products)
    with world.city.acting("scjg.planner"):
        campaign, own = queries.campaign(campaign_id), queries.my_list(campaign_id)
        assert own is not None
        mine = [row.status for row in pool_of(campaign, own).rows if row.id.startswith(firm_code(0))]
        # What this year's draw of another test took stands out of it by that (XYEAR) and uses up the visit.
        assert len(mine) == 3 and mine.count("XCAP") >= 2
        assert set(mine) <= {"E", "XYEAR", "XCAP"}


def test_numbers_are_a_bureaus_own_and_items_must_be_about_them(world: World, about_products: UUID) -> None:
    line_id = world.line(("XFJY",))
    with (
        world.city.acting("scjg.planner"),
        pytest.raises(ClerkError, match="不能与其他部门一起抽取") as refused,
    ):
        service.start(line_id, unit="matter")
    assert refused.value.fields["unit"]
    page = world.city.client("scjg.planner").get(f"/campaigns/new/{line_id}")
    assert page.status_code in (200, 404)
    campaign_id = world.invited((), unit="matter")
    with world.city.acting("scjg.planner"), pytest.raises(ClerkError, match="没有产品、项目或行为"):
        service.accept(campaign_id, world.contribution("SCJG", item_ids=world.items["SCJG"][1:]))


def test_the_kinds_of_object_of_the_items_limit_the_pool(world: World) -> None:
    """确保不越位: an item about enterprises draws no individual business, and says why each is not in."""
    item_id = world.items["SCJG"][0]
    with world.city.acting("scjg.planner"):
        db.session.execute(sa.update(Item).where(Item.id == item_id).values(object_kinds=["91"]))
    try:
        campaign_id = world.invited(())
        world.accept(campaign_id, "SCJG")
        with world.city.acting("scjg.planner"):
            campaign, own = queries.campaign(campaign_id), queries.my_list(campaign_id)
            assert own is not None
            rows = pool_of(campaign, own).rows
        assert {row.status for row in rows if row.id.startswith("92")} == {"XSCOPE"}
        assert "XSCOPE" not in {row.status for row in rows if row.id.startswith("91")}
    finally:
        with world.city.acting("scjg.planner"):
            db.session.execute(sa.update(Item).where(Item.id == item_id).values(object_kinds=ENTITIES))
