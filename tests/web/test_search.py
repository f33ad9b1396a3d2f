"""The search in the head of every page: by name, number, code and pinyin, within what one may see (issue 19)."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from onedoor.campaigns.models import Campaign
from onedoor.draws.models import Draw
from onedoor.entities.models import Entity
from onedoor.items import queries as items
from onedoor.items.models import Item
from onedoor.kernel.db import db
from onedoor.kernel.text.pinyin import pinyin_initials
from onedoor.officers import queries as officers
from onedoor.search import queries
from onedoor.visits.models import Visit
from tests.campaigns.builders import World
from tests.fixtures.city import City
from tests.visits.builders import DrawnCampaign, draw, settle


@pytest.fixture(scope="module")
def going(city: City) -> DrawnCampaign:
    return draw(settle(World(city).fill()), bp=4000)


def found(going: DrawnCampaign, who: str, words: str) -> dict[str, list[str]]:
    with going.world.city.acting(who):
        kinds: dict[str, list[str]] = {}
        for one in queries.find(words):
            kinds.setdefault(one.kind, []).append(str(one.id))
        return kinds


def test_a_firm_is_found_by_name_code_and_initials_with_its_visits(going: DrawnCampaign) -> None:
    with going.world.city.acting("scjg.planner"):
        visit = db.session.get_one(Visit, going.joint())
        name, code, entity_id, visit_id = (
            visit.entity_name,
            visit.entity_code,
            str(visit.entity_id),
            str(visit.id),
        )
        number, door = visit.number, visit.code
        initials = db.session.get_one(Entity, visit.entity_id).initials
    several = found(going, "scjg.planner", initials)["entity"]
    assert 0 < len(several) <= queries.OF_A_KIND, "of many the first few"
    for words in (name, code):
        kinds = found(going, "scjg.planner", words)
        assert entity_id in kinds.get("entity", []), words
    assert visit_id in found(going, "scjg.planner", code)["visit"]
    assert found(going, "scjg.planner", number)["visit"] == [visit_id]
    assert found(going, "scjg.planner", door)["visit"] == [visit_id], "by the code on the firm's notice"
    assert "visit" not in found(going, "mzj.planner", code), "another bureau's visit is not there (R-T1)"


def test_a_campaign_a_draw_an_item_and_an_officer(going: DrawnCampaign) -> None:
    city = going.world.city
    with city.acting("scjg.planner"):
        campaign = db.session.scalars(sa.select(Campaign).where(Campaign.id == going.campaign_id)).one()
        named, drawn = campaign.name, db.session.get_one(Draw, going.draw_id).number
        item = db.session.scalars(items.items().limit(1)).one()
        officer = db.session.scalars(officers.inspectors().limit(1)).first()
        short = officers.initials(Item.sort_key)
        item_id, item_name, item_number = str(item.id), item.name, item.number
        initials = db.session.scalar(sa.select(short).where(Item.id == item.id)) or item_number
    assert str(going.campaign_id) in found(going, "scjg.planner", named)["campaign"]
    assert str(going.campaign_id) in found(going, "scjg.planner", pinyin_initials(named))["campaign"]
    assert str(going.campaign_id) in found(going, "xfjy.planner", named)["campaign"], "a partner takes part"
    assert "campaign" not in found(going, "mzj.planner", named)
    assert str(going.draw_id) in found(going, "scjg.planner", drawn)["draw"]
    for words in (item_name, item_number, initials):
        assert item_id in found(going, "scjg.planner", words).get("item", []), words
    assert officer is not None and str(officer.id) in found(going, "scjg.planner", officer.name)["officer"]


def test_signs_of_patterns_are_letters_and_one_character_finds_nothing(going: DrawnCampaign) -> None:
    assert found(going, "scjg.planner", "%%") == {} == found(going, "scjg.planner", "__")
    assert found(going, "scjg.planner", "市") == {}
    assert found(going, "scjg.planner", "x" * 500) == {}


def test_the_page_works_without_scripts_and_says_what_to_do(going: DrawnCampaign) -> None:
    client = going.world.city.client("scjg.planner")
    head = client.get("/desk/").get_data(as_text=True)
    assert re.search(r'<form class="office-search" role="search" action="/search" method="get"', head)
    with going.world.city.acting("scjg.planner"):
        visit = db.session.get_one(Visit, going.joint())
        name, visit_id = visit.entity_code, visit.id
    page = client.get("/search", query_string={"q": name}).get_data(as_text=True)
    assert f'href="/visits/{visit_id}"' in page and "经营主体" in page
    assert "没有找到" in client.get("/search?q=不存在的名称").get_data(as_text=True)
    assert "请至少输入两个字" in client.get("/search?q=市").get_data(as_text=True)
    assert client.get("/search?q=a%00b").status_code == 200
    assert client.get("/search").status_code == 200
