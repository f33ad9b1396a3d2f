"""Pages and interface of what is owed: lists, checking later, handing over, writing off; lead and supervisor (R-J5)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from onedoor.owed_matters import queries
from tests.owed_matters.conftest import Owed
from tests.owed_matters.test_owed_matters import check_of
from tests.visits.builders import DrawnCampaign


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_a_partner_says_on_the_visits_page_that_it_cannot_come(
    going: DrawnCampaign, jobs: Callable[[], int]
) -> None:
    city, visit_id = going.world.city, going.joint()
    letters = going.partner(visit_id)
    planner, path = city.client(f"{letters.lower()}.planner"), f"/owed/visits/{visit_id}/absence"
    assert "登记不能到场" in text(planner.get(f"/visits/{visit_id}"))
    assert "登记不能到场" not in text(city.client("scjg.planner").get(f"/visits/{visit_id}"))
    refused = planner.post(path, data={"reason": ""})
    assert refused.status_code == 422 and "请写明理由" in text(refused)
    assert planner.post(path, data={"reason": "车辆故障"}).status_code == 303
    jobs()
    assert "不能到场，事项另行检查" in text(planner.get(f"/visits/{visit_id}"))
    assert "车辆故障" in text(planner.get("/owed?state=standing"))
    assert "车辆故障" in text(city.client("scjg.planner").get("/owed/led"))
    assert city.client("mzj.planner").post(path, data={"reason": "x"}).status_code == 404


def test_a_matter_is_checked_later_from_its_page(going: DrawnCampaign, owed: Owed) -> None:
    letters, owed_id = owed()
    city = going.world.city
    planner, page = city.client(f"{letters.lower()}.planner"), f"/owed/{owed_id}"
    shown = text(planner.get(page))
    assert "登记补查" in shown and "抢险" in shown
    given = check_of(going, letters)
    form = {
        "key": "k" * 20,
        "starts_on": given["starts_on"].isoformat(),
        "announced": "true",
        "item_ids": [str(one) for one in going.world.items[letters][:1]],
    }
    assert "随机抽取产生" in text(planner.get(f"{page}/check"))
    refused = planner.post(f"{page}/check", data=form)
    assert refused.status_code == 422 and "至少选择 2 名" in text(refused) and "k" * 20 in text(refused)
    form["inspector_ids"] = [str(one) for one in given["inspector_ids"]]
    done = planner.post(f"{page}/check", data=form, follow_redirects=True)
    assert "已登记补查并提交审批" in text(done) and "抽中后补查" in text(done)
    assert "补查中" in text(planner.get(page))
    assert planner.post(f"{page}/handover", data={"reason": "x"}).status_code == 422
    lead = city.client("scjg.planner")
    assert "补查中" in text(lead.get(page)) and "登记补查" not in text(lead.get(page)).split("全程留痕")[0]
    assert lead.get(f"{page}/check").status_code == 404
    for path in (page, f"{page}/check"):
        assert city.client("mzj.planner").get(path).status_code == 404


def test_handed_over_answered_and_written_off_on_pages(
    going: DrawnCampaign, owed: Owed, jobs: Callable[[], int]
) -> None:
    letters, owed_id = owed()
    city, page = going.world.city, f"/owed/{owed_id}"
    planner = city.client(f"{letters.lower()}.planner")
    refused = planner.post(f"{page}/handover", data={"receiver_id": "", "reason": "职责已划转"})
    assert (
        refused.status_code == 422 and "请选择接手的部门" in text(refused) and "职责已划转" in text(refused)
    )
    given = {"receiver_id": str(city.bureaus["MZJ"]), "reason": "职责已划转"}
    assert planner.post(f"{page}/handover", data=given).status_code == 303
    jobs()
    receiver = city.client("mzj.planner")
    link = re.search(r"/owed/handovers/[0-9a-f-]{36}", receiver.get("/owed/received").get_data(as_text=True))
    assert link is not None
    assert city.client("xscjg.planner").get(link[0]).status_code == 404
    assert planner.post(f"{link[0]}/answer", data={"decision": "accept"}).status_code == 403
    refused = receiver.post(f"{link[0]}/answer", data={"decision": "decline", "reason": ""})
    assert refused.status_code == 422 and "请写明理由" in text(refused)
    assert (
        receiver.post(f"{link[0]}/answer", data={"decision": "decline", "reason": "无此职责"}).status_code
        == 303
    )
    jobs()
    assert "无此职责" in text(planner.get(page))
    assert planner.post(f"{page}/write-off", data={"reason": "x"}).status_code == 403
    head = city.client(f"{letters.lower()}.head")
    refused = head.post(f"{page}/write-off", data={"reason": " "})
    assert refused.status_code == 422 and "请写明理由" in text(refused)
    assert head.post(f"{page}/write-off", data={"reason": "对象已注销"}).status_code == 303
    assert "已核销" in text(planner.get(page)) and "对象已注销" in text(city.client("scjg.planner").get(page))
    exported = planner.get("/owed", query_string={"export": "csv"})
    assert "对象已注销" in exported.get_data().decode("utf-8-sig")


def test_the_supervisor_sees_what_each_bureau_owes(going: DrawnCampaign, owed: Owed) -> None:
    """R-S4; and a district's own supervisor not the city's."""
    letters, owed_id = owed()
    city = going.world.city
    with city.acting(f"{letters.lower()}.planner"):
        name = queries.owed(owed_id).entity_name
    shown = text(city.client("sfj.supervisor").get("/oversight/owed?state=standing"))
    assert name in shown and "不能到场" in shown
    assert name not in text(city.client("xsfj.supervisor").get("/oversight/owed"))
