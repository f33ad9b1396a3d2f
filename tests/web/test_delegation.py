"""代办和委托 through the pages: asking, acting, the names on what was decided, ending; and what others see of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from onedoor.kernel.clock import today
from onedoor.kernel.db import new_id
from tenants import approvals
from tenants.rules import Permission
from tests.fixtures.city import City


def form(city: City, agent: str, **change: object) -> dict[str, object]:
    return {
        "agent_id": str(city.person(agent).user_id),
        "kind": "leave",
        "permissions": ["plan.review", "visit.review"],
        "since": today().isoformat(),
        "until": (today() + timedelta(days=1)).isoformat(),
        "basis": "年休假",
        **change,
    }


def link(client: FlaskClient, path: str, verb: str) -> str:
    """The address of the first button of that kind on a page."""
    found = re.search(rf'action="(/[\w/-]+/{verb})"', client.get(path).get_data(as_text=True))
    assert found is not None
    return found[1]


def test_a_reviewer_on_leave_and_a_colleague_who_reviews(city: City) -> None:
    away, colleague = city.client("scjg.reviewer"), city.client("scjg.discloser")
    assert away.post("/account/stand-ins/", data=form(city, "scjg.discloser")).status_code == 303
    with city.acting("scjg.planner"):
        approval = approvals.ask("record", new_id(), "一份记录", "review", Permission.VISIT_REVIEW)
        waiting = approval.id
    reviewer, discloser = (city.person(f"scjg.{one}").display_name for one in ("reviewer", "discloser"))
    both = f"{discloser} 代 {reviewer}"
    page = colleague.get("/desk/").get_data(as_text=True)
    assert f"{reviewer} 请您代办" in page and "一份记录" not in page
    assert colleague.get("/desk/inbox").status_code == 403, "asked is not begun"
    assert colleague.post(link(colleague, "/desk/", "act")).status_code == 303
    page = colleague.get("/desk/").get_data(as_text=True)
    assert f"您正在代 {reviewer} 办理" in page and "一份记录" in page and both in page
    assert colleague.get("/credit/").status_code in (403, 404), "one's own work waits meanwhile"
    assert colleague.get(f"/desk/inbox/{new_id()}").status_code == 404
    assert colleague.post("/account/stand-ins/stop").status_code == 303
    assert colleague.get("/desk/inbox").status_code == 403
    with city.acting("scjg.reviewer"):
        assert approvals.get(waiting).state == "waiting"
    log = city.client("scjg.admin").get("/settings/log").get_data(as_text=True)
    assert "设定代办或委托" in log and "开始代办" in log and "结束代办" in log and both in log


def test_either_ends_it_and_a_third_does_not(city: City) -> None:
    away, colleague, third = (city.client(f"yjgl.{one}") for one in ("reviewer", "planner", "operator"))
    for ending in (away, colleague):
        away.post("/account/stand-ins/", data=form(city, "yjgl.planner"))
        end = link(away, "/account/stand-ins/", "end")
        assert third.post(end).status_code == 404
        assert ending.post(end).status_code == 303
        assert "请您代办" not in colleague.get("/desk/").get_data(as_text=True)
    assert third.get("/settings/stand-ins").status_code == 403


def test_the_administrator_arranges_for_one_who_is_away_and_ends_it(city: City) -> None:
    admin = city.client("scjg.admin")
    principal = {"principal_id": str(city.person("scjg.head").user_id), "permissions": ["plan.approve"]}
    leave = admin.post("/settings/stand-ins", data=form(city, "scjg.reviewer", **principal))
    assert leave.status_code == 422 and "只能书面委托并写明文号" in leave.get_data(as_text=True)
    written = form(city, "scjg.reviewer", kind="written", basis="示市监委〔2026〕3号", **principal)
    assert admin.post("/settings/stand-ins", data=written).status_code == 303
    page = admin.get("/settings/stand-ins").get_data(as_text=True)
    assert "示市监委〔2026〕3号" in page and "书面委托" in page
    own = admin.post(
        "/settings/stand-ins", data={**written, "agent_id": str(city.person("scjg.admin").user_id)}
    )
    assert own.status_code == 422 and "管理员不能指定自己" in own.get_data(as_text=True)
    assert admin.post(link(admin, "/settings/stand-ins", "end")).status_code == 303
    assert "已终止" in admin.get("/settings/stand-ins").get_data(as_text=True)


@pytest.mark.parametrize(
    "change",
    [{"agent_id": "nobody"}, {"kind": "telepathy"}, {"permissions": ["all"]}, {"until": ""}, {"basis": ""}],
)
def test_a_form_that_says_too_little_is_shown_again(city: City, change: dict[str, object]) -> None:
    client = city.client("wsjk.reviewer")
    answer = client.post("/account/stand-ins/", data=form(city, "wsjk.planner", **change))
    assert answer.status_code == 422


def test_colleagues_are_of_ones_own_bureau(city: City) -> None:
    page = city.client("wsjk.reviewer").get("/account/stand-ins/").get_data(as_text=True)
    assert "wsjk.planner" in page and "scjg." not in page and "wsjk.reviewer" not in page
