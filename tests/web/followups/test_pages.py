"""Pages of what follows a finding: the list, the next step, the inbox, the supervisor's look; and what is refused."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from onedoor.followups import queries
from onedoor.kernel.clock import today
from onedoor.visits import queries as visits
from tenants import approvals
from tests.followups.conftest import Finding
from tests.visits.builders import DrawnCampaign


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def day(days: int = 0) -> str:
    return (today() + timedelta(days=days)).isoformat()


def test_an_order_to_correct_goes_from_the_list_to_its_end(going: DrawnCampaign, finding: Finding) -> None:
    followup, city = finding(), going.world.city
    with city.acting("scjg.officer"):
        record_id = visits.followup(followup).record_id
        visits.followup(followup).due_on = today() - timedelta(days=10)
    officer, page = city.client("scjg.officer"), f"/followups/{followup}"
    listed = text(officer.get("/followups", query_string={"state": "overdue"}))
    assert "补齐标识" in listed and "超期" in listed and "逾期的后续处置" in text(officer.get("/desk/"))
    assert page in officer.get(f"/visits/records/{record_id}").get_data(as_text=True)
    shown = text(officer.get(page))
    assert "改正要求" in shown and "随机抽取" in shown and "抽查任务" in shown
    refused = officer.post(f"{page}/order", data={"demands": "补齐标识", "due_on": day(-1)})
    assert refused.status_code == 422 and "今天或以后" in text(refused) and "补齐标识" in text(refused)
    done = officer.post(
        f"{page}/order", data={"demands": "补齐标识", "due_on": day(9)}, follow_redirects=True
    )
    assert "已责令改正" in text(done) and "怎样处理" in text(done)
    assert officer.post(f"{page}/order", data={"demands": "再来", "due_on": day(9)}).status_code == 422
    assert "签收人" in text(officer.get(page, query_string={"do": "receipt"}))
    assert (
        officer.post(f"{page}/receipt", data={"receipt_on": day(), "receipt_by": "王店长"}).status_code == 303
    )
    proof = {
        "received_on": day(),
        "brought_by": "王店长",
        "text": "已补齐",
        "file": (io.BytesIO(b"x"), "改.txt"),
    }
    assert officer.post(f"{page}/proof", data=proof).status_code == 303
    shown = text(officer.get(page))
    assert "代为录入" in shown and "材料文件" in shown
    link = re.search(r'href="([^"]+/proofs/[^"]+)"', officer.get(page).get_data(as_text=True))
    assert link is not None and officer.get(link[1]).data == b"x"
    recheck = {"result": "corrected", "seen": "标识已补齐", "next": "ended"}
    done = officer.post(f"{page}/recheck", data=recheck, follow_redirects=True)
    assert "已办结" in text(done) and "标识已补齐" in text(done) and "已改正" in text(done)
    assert officer.post(f"{page}/recheck", data=recheck).status_code == 422


def test_who_only_reads_has_no_form(going: DrawnCampaign, finding: Finding) -> None:
    followup, city = finding(), going.world.city
    reader = city.client("scjg.discloser")
    shown = text(reader.get(f"/followups/{followup}"))
    assert "处置情况" in shown and 'name="demands"' not in shown
    assert (
        reader.post(f"/followups/{followup}/order", data={"demands": "x", "due_on": day(3)}).status_code
        == 403
    )


@pytest.mark.parametrize("who", ["mzj.officer", "xscjg.head", "xfjy.officer"])
def test_another_bureau_has_nothing_here(going: DrawnCampaign, finding: Finding, who: str) -> None:
    followup, client = finding(), going.world.city.client(who)
    assert client.get(f"/followups/{followup}").status_code == 404
    assert client.post(
        f"/followups/{followup}/order", data={"demands": "x", "due_on": day(3)}
    ).status_code in (403, 404)
    assert str(followup) not in client.get("/followups").get_data(as_text=True)


def test_a_penalty_without_its_fields_is_shown_again(going: DrawnCampaign, finding: Finding) -> None:
    followup, officer = finding("case"), going.world.city.client("scjg.officer")
    page = f"/followups/{followup}"
    case = {"number": f"案{followup}", "opened_on": day(), "cause": "无照经营"}
    assert officer.post(f"{page}/case", data=case).status_code == 303
    form = text(officer.get(page))
    assert "处罚决定日期" in form and "市场监督管理局" in form
    refused = officer.post(
        f"{page}/penalty", data={"decided_on": day(), "facts": "无照经营熟食", "sanctions": ["fine"]}
    )
    shown = text(refused)
    assert (
        refused.status_code == 422
        and "请填写处罚依据" in shown
        and "罚款金额" in shown
        and "无照经营熟食" in shown
    )
    with going.world.city.acting("scjg.officer"):
        assert queries.penalty(followup) is None


def test_one_passes_on_and_the_other_answers(
    going: DrawnCampaign, finding: Finding, jobs: Callable[[], int]
) -> None:
    followup, city = finding("transfer"), going.world.city
    officer, other = city.client("scjg.officer"), city.client("mzj.officer")
    page = f"/followups/{followup}"
    sent = {"mode": "transfer", "facts": "消防通道堵塞", "reason": "职责"}
    refused = officer.post(f"{page}/pass", data={**sent, "receiver_id": str(city.bureaus["SCJG"])})
    assert refused.status_code == 422 and "不能移送给本单位" in text(refused)
    given = {**sent, "receiver_id": str(city.bureaus["MZJ"])}
    assert officer.post(f"{page}/pass", data=given).status_code == 303
    jobs()
    assert "正在等待对方办理" in text(officer.get(page))
    row = re.search(
        rf"{re.escape('/followups/transfers/')}[0-9a-f-]{{36}}",
        other.get("/followups/transfers").get_data(as_text=True),
    )
    assert row is not None
    link = row[0]
    assert "消防通道堵塞" in text(other.get(link)) and "待接收和答复的移送" in text(other.get("/desk/"))
    assert other.get(page).status_code == 404
    assert city.client("xfjy.officer").get(link).status_code == 404
    assert officer.post(f"{link}/answer", data={"kind": "accept"}).status_code == 403
    refused = other.post(f"{link}/answer", data={"kind": "decline", "text": " "})
    assert refused.status_code == 422 and "请写明" in text(refused)
    assert other.post(f"{link}/answer", data={"kind": "decline", "text": "不属职责"}).status_code == 303
    jobs()
    assert "不属职责" in text(officer.get(page)) and "不属职责" in text(
        city.client("scjg.planner").get("/desk/messages")
    )
    assert "已退回" in text(officer.get("/followups/transfers/sent"))


def test_the_head_decides_at_the_desk_what_goes_to_the_police(going: DrawnCampaign, finding: Finding) -> None:
    followup, city = finding("police"), going.world.city
    officer, head = city.client("scjg.officer"), city.client("scjg.head")
    page = f"/followups/{followup}"
    given = {"ground": "finding", "finding": " ", "crime": "销售假药罪", "police": "示范市公安局"}
    refused = officer.post(f"{page}/police", data=given)
    assert refused.status_code == 422 and "不能移送公安机关" in text(refused)
    assert officer.post(f"{page}/police", data={**given, "finding": "销售假药"}).status_code == 303
    inbox = head.get("/desk/inbox").get_data(as_text=True)
    assert "移送公安机关" in inbox
    with city.acting("scjg.head"):
        police = queries.police(followup)
        assert police is not None
        approval = approvals.waiting_for("police", police.id)
        assert approval is not None
        approval_id = approval.id
    shown = head.get(f"/desk/inbox/{approval_id}")
    assert "涉嫌犯罪的事实" in text(shown)
    done = head.post(f"/desk/inbox/{approval_id}", data={"decision": "approve", "reason": ""})
    assert done.status_code in (302, 303)
    assert "两法衔接编号" in text(officer.get(page))


def test_the_supervisor_sees_who_has_it(going: DrawnCampaign, finding: Finding) -> None:
    followup, city = finding(), going.world.city
    with city.acting("scjg.officer"):
        visits.followup(followup).due_on = today() - timedelta(days=9)
    justice = city.client("sfj.supervisor")
    shown = text(justice.get("/oversight/followups?state=overdue"))
    assert "责令改正" in shown and "补齐标识" in shown
    assert "后续处置未办结" in text(justice.get("/oversight/alerts?kind=followup"))
    assert "补齐标识" not in text(city.client("xsfj.supervisor").get("/oversight/followups"))


def test_one_more_handling_of_a_record(going: DrawnCampaign, finding: Finding) -> None:
    followup, city = finding(), going.world.city
    with city.acting("scjg.officer"):
        record_id = visits.followup(followup).record_id
    officer = city.client("scjg.officer")
    assert "增加后续处置" in text(officer.get(f"/visits/records/{record_id}"))
    refused = officer.post(f"/followups/open/{record_id}", data={"kind": "case", "due_on": day(-1)})
    assert refused.status_code == 422 and "今天或以后" in text(refused)
    assert (
        officer.post(f"/followups/open/{record_id}", data={"kind": "case", "note": "另案"}).status_code == 303
    )
    assert city.client("mzj.officer").get(f"/followups/open/{record_id}").status_code == 404


def test_the_list_goes_out_as_a_file(going: DrawnCampaign, finding: Finding) -> None:
    finding()
    file = going.world.city.client("scjg.officer").get("/followups", query_string={"export": "csv"})
    assert "在谁手里" in file.get_data(as_text=True) and "补齐标识" in file.get_data(as_text=True)
