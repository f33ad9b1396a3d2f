"""新建检查 and what follows, as clerk, reviewer, head, officer, discloser, supervisor and citizen see it (R-V9, R-V1)."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from onedoor.kernel.clock import today
from onedoor.visits import queries
from onedoor.visits.rules.kinds import Exceptional, Source
from tenants import approvals
from tests.campaigns.builders import World
from tests.visits.check_builders import Desk


@pytest.fixture(scope="module")
def desk(world: World) -> Desk:
    """Market regulation's desk."""
    return Desk(world)


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def form(desk: Desk, **more: Any) -> dict[str, Any]:
    """What the form sends for a single check."""
    with desk.world.city.acting("scjg.planner"):
        day = desk.workday()
    return {
        "kind": "single", "source": "complaint", "entity_code": desk.firm(), "starts_on": day.isoformat(),
        "item_ids": [str(desk.world.items["SCJG"][0])], "reason": "群众反映后厨不洁", "reference": "12345-0001",
        "inspector_ids": [str(one) for one in desk.world.officers["SCJG"][:2]], "announced": "1",
        "complainant_name": "王举报", "key": "", "then": "submit", **more,
    }  # fmt: skip


def test_a_refused_form_keeps_what_was_typed(desk: Desk) -> None:
    client = desk.world.city.client("scjg.planner")
    assert "登记并提交审批" in text(client.get("/visits/new"))
    answer = client.post("/visits/new", data=form(desk, kind="daily", source="plan_line"))
    page = text(answer)
    assert answer.status_code == 422 and "须有已公布计划" in page
    assert "群众反映后厨不洁" in page and "王举报" in page and "12345-0001" in page
    assert client.post("/visits/new", data={}).status_code == 422
    like = client.get("/visits/new?like=nothing")
    assert like.status_code == 404


def test_the_same_again_is_asked_with_the_former_shown(desk: Desk) -> None:
    client, given = desk.world.city.client("scjg.planner"), form(desk)
    first = client.post("/visits/new", data=given)
    assert first.status_code == 303
    answer = client.post("/visits/new", data=given)
    assert (
        answer.status_code == 422
        and "前不久检查过" in text(answer)
        and first.location in answer.get_data(as_text=True)
    )
    assert client.post("/visits/new", data={**given, "repeat_reason": "又有新投诉"}).status_code == 303


def test_clerk_reviewer_and_head_take_a_check_to_its_notice(desk: Desk) -> None:
    city = desk.world.city
    clerk = city.client("scjg.planner")
    answer = clerk.post("/visits/new", data=form(desk), follow_redirects=True)
    page = text(answer)
    assert "个案检查，非抽取" in page and "投诉举报" in page and "王举报" not in page
    address = answer.request.path
    visit_id = UUID(address.rsplit("/", 1)[1])
    for who in ("scjg.reviewer", "scjg.head"):
        with city.acting(who):
            waiting = approvals.waiting_for("check", visit_id)
            assert waiting is not None
            approval_id = waiting.id
        client = city.client(who)
        assert "群众反映后厨不洁" in text(client.get(f"/desk/inbox/{approval_id}"))
        assert client.post(f"/desk/inbox/{approval_id}", data={"decision": "approve"}).status_code == 303
    assert "发出检查通知书" in text(clerk.get(address))
    assert "检查通知书已制作" in text(clerk.post(f"{address}/notice", follow_redirects=True))
    printed = text(clerk.get(f"{address}/notice"))
    assert "不是随机抽取产生" in printed and "由检查部门指定" in printed and "王举报" not in printed
    assert "非抽取产生" in text(clerk.get(f"{address}/sheet"))
    assert clerk.get(f"{address}/notice.docx").status_code == 200
    listed = text(clerk.get("/visits?kind=single&source=complaint"))
    assert "个案检查，非抽取" in listed
    assert "没有符合" in text(clerk.get("/visits?kind=random")) or "随机检查" in text(
        clerk.get("/visits?kind=random")
    )
    again = text(clerk.get(f"/visits/new?like={visit_id}"))
    assert "群众反映后厨不洁" in again and "王举报" not in again


def test_who_complained_is_shown_for_a_reason(desk: Desk) -> None:
    city = desk.world.city
    visit_id = desk.proposed(complainant_name="王举报", complainant_phone="13900001111")
    clerk = city.client("scjg.planner")
    address = f"/visits/{visit_id}/complainant"
    assert "王举报" not in text(clerk.get(address))
    assert clerk.post(address, data={"why": ""}).status_code == 422
    assert "王举报" in text(clerk.post(address, data={"why": "回访核实"}))
    assert city.client("scjg.officer").get(address).status_code == 403
    assert city.client("yjgl.planner").get(address).status_code == 404
    none = desk.proposed()
    assert clerk.get(f"/visits/{none}/complainant").status_code == 404


def test_an_emergency_is_on_the_officers_phone_and_shown_to_the_supervisor(desk: Desk) -> None:
    city = desk.world.city
    given = {"exceptional": Exceptional.EMERGENCY, "exceptional_reason": "燃气泄漏", "starts_on": today()}
    visit_id = desk.proposed(source=Source.ACCIDENT, **given)
    officer = city.client("scjg.officer")
    assert "待补办审批" in text(officer.get(f"/field/visits/{visit_id}"))
    begun = officer.post(f"/field/visits/{visit_id}/begin", data={"reason": "现场紧急"})
    assert begun.status_code in (302, 303)
    page = text(city.client("scjg.planner").get(f"/visits/{visit_id}"))
    assert "补办审批" in page and "燃气泄漏" in page
    supervisor = city.client("sfj.supervisor")
    with city.acting("scjg.planner"):
        name = queries.visit(visit_id).entity_name
    assert name in text(supervisor.get("/oversight/visits?state=pending&year="))
    seen = text(supervisor.get(f"/oversight/visits/{visit_id}"))
    assert "燃气泄漏" in seen and "发生事故" in seen


def test_another_team_is_named_on_the_page(desk: Desk) -> None:
    visit_id = desk.approved()
    clerk, team = desk.world.city.client("scjg.planner"), desk.world.officers["SCJG"]
    answer = clerk.post(f"/visits/{visit_id}/team", data={"inspector_ids": [str(team[3])], "reason": "生病"})
    assert answer.status_code == 422 and "请至少选择 2 名" in text(answer)
    data = {"inspector_ids": [str(team[3]), str(team[4])], "reason": "生病"}
    assert "需要重新报批" in text(clerk.post(f"/visits/{visit_id}/team", data=data, follow_redirects=True))
    assert clerk.post(f"/visits/{visit_id}/submit").status_code == 303
    assert clerk.post(f"/visits/{visit_id}/submit").status_code == 409
    assert desk.world.city.client("yjgl.planner").post(f"/visits/{visit_id}/submit").status_code == 404
