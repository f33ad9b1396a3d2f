"""The desk: what waits for the person in one list, the nearest deadline first; the bureau's facts apart below (issue 19)."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from onedoor.filing import service as filing
from onedoor.kernel.clock import today
from onedoor.kernel.db import new_id
from tests.campaigns.builders import World
from tests.fixtures.city import City
from tests.visits.builders import draw, settle

# What a person's desk may ask the database for, settings of the connection apart.
A_DOZEN = 14


@pytest.fixture(scope="module")
def world(city: City) -> World:
    return settle(World(city).fill())


def desk(city: City, who: str) -> str:
    answer = city.client(who).get("/desk/")
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def days(page: str) -> list[str]:
    listed = page.split('id="todos"')[1].split("</tbody>")[0]
    return re.findall(r'data-label="期限">(?:<span[^>]*><time datetime="([0-9-]+)"|—)', listed)


def statements(city: City, who: str) -> list[str]:
    """What the desk of a person asks for."""
    client, heard = city.client(who), []
    client.get("/desk/")

    def hear(_link: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("SELECT set_config", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            heard.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", hear)
    try:
        assert client.get("/desk/").status_code == 200
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", hear)
    return heard


def test_what_waits_stands_in_one_list_by_deadline(world: World) -> None:
    campaign_id = world.invited()
    page = desk(world.city, "xfjy.planner")
    assert f'href="/campaigns/{campaign_id}/answer"' in page and "待答复的抽查邀请" in page
    found = days(page)
    dated = [day for day in found if day]
    assert dated == sorted(dated) and dated, "the nearest first"
    assert found[: len(dated)] == dated, "what has no deadline comes after"
    assert f"/campaigns/{campaign_id}/answer" not in desk(world.city, "mzj.planner")


def test_visits_wait_for_who_arranges_approves_and_goes(world: World) -> None:
    city = world.city
    going = draw(world, bp=4000)
    assert "待提交审批的检查安排" in desk(city, "scjg.planner")
    going.approve()
    assert "待提交审批的检查安排" not in desk(city, "scjg.planner")
    assert any("我的检查" in desk(city, who) for who in ("scjg.officer", "xfjy.officer", "yjgl.officer"))


def test_an_empty_desk_says_what_the_bureau_would_do_next(city: City) -> None:
    page = desk(city, "mzj.planner")
    year = today().year + (today().month >= 11)
    assert "现在没有需要您办理的事项" in page and f"{year} 年度检查计划还没有起草" in page
    assert 'href="/plans/new"' in page


@pytest.mark.parametrize(
    "who", ["scjg.planner", "scjg.head", "scjg.operator", "scjg.discloser", "xfjy.officer"]
)
def test_the_desk_asks_for_about_a_dozen_things(world: World, who: str) -> None:
    """Of a bureau that has filed a plan: a new one is shown its first steps besides."""
    world.invited()
    with world.city.acting(f"{who.split('.')[0]}.planner"):
        filing.send(
            "plan", new_id(), "年度检查计划", version=1, review=False, due_on=None, summary={}, link="/plans/"
        )
    heard = statements(world.city, who)
    assert len(heard) <= A_DOZEN, "\n\n".join(one[:200] for one in heard)
