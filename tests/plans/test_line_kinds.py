"""Lines get their kind: random ones are drawn, daily and special ones name the bureau's own items and are not (R-V9, R-P3)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from onedoor.campaigns import service as campaigns
from onedoor.items import queries as item_queries
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.plans import queries, service
from onedoor.plans.queries import f6
from tests.campaigns.builders import World


@pytest.fixture(scope="module")
def world(city: Any) -> World:
    return World(city).fill()


def given(world: World, **more: Any) -> dict[str, Any]:
    year = today().year
    return {
        "name": "餐饮日常检查", "items": world.items["SCJG"][:1], "rates": {"*": {"all": True}}, "kind": "daily",
        "starts_on": date(year, 1, 1), "ends_on": date(year, 12, 31), "person_responsible": "赵一", **more,
    }  # fmt: skip


def test_a_daily_line_has_any_item_of_the_bureau_and_is_not_drawn(world: World) -> None:
    with world.city.acting("scjg.planner"):
        item = item_queries.item(world.items["SCJG"][0])
        item.mode, item.remark = "unfit", "对象唯一"
        plan = service.draft(today().year)
        with pytest.raises(ClerkError, match="不在公布的随机抽查"):
            service.add_line(plan.id, **given(world, kind="random"))
        line_id: UUID = service.add_line(plan.id, **given(world)).id
        service.submit(plan.id)
        assert any("日常检查" in cell for cell in f6.rows(plan)[0])
        plan.state, plan.published_at = "published", now()
        db.session.flush()
        assert line_id not in {line.id for line in queries.my_open_lines()}
        with pytest.raises(Conflict, match="不经抽取"):
            campaigns.start(line_id)
        changed = service.change(plan.id, "增加频次")
        assert [line.kind for line in queries.lines(changed.id)] == ["daily"]
        item.mode, item.remark = "random", ""


def test_the_lines_form_takes_the_kind(world: World) -> None:
    with world.city.acting("scjg.planner"):
        plan_id = service.draft(today().year + 1).id
    client = world.city.client("scjg.planner")
    address = f"/plans/{plan_id}/lines/new"
    assert "不经抽取" in client.get(address).get_data(as_text=True)
    year = today().year + 1
    data = {
        "kind": "daily", "name": "日常", "items": [str(world.items["SCJG"][1])], "stratify": "none", "method": "实地检查",
        "starts_on": f"{year}-01-01", "ends_on": f"{year}-12-31", "person_responsible": "赵一", "times_a_year": "1",
        "team_size": "2", "reserve": "0", "rate_stratum": ["*"], "rate_unit": ["all"], "rate_value": [""],
    }  # fmt: skip
    assert client.post(address, data=data).status_code == 303
    with world.city.acting("scjg.planner"):
        (line,) = queries.lines(plan_id)
        assert line.kind == "daily"
    page = client.get(f"/plans/lines/{line.id}").get_data(as_text=True)
    assert "日常检查" in page
