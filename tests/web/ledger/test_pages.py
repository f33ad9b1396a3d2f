"""The ledger's pages: list, print, workbook, a check entered with its cause, and the supervisor's (R-V9)."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import quote

import pytest
from openpyxl import load_workbook

from onedoor.kernel.clock import today
from onedoor.visits import queries as visits
from tests.visits.check_builders import Desk


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def form(desk: Desk, **more: Any) -> dict[str, Any]:
    return {
        "kind": "daily", "source": "plan_line", "entity_code": desk.firm(), "checked_on": today().isoformat(),
        "inspectors": "张三、李四", "matters": "食品经营许可\n卫生状况", "methods": ["on_site"], "results": ["nothing"],
        "cause": "down", "cause_note": "平台升级停机两天", "number": "纸〔2026〕7号", "key": "", **more,
    }  # fmt: skip


@pytest.fixture(scope="module")
def entered(desk: Desk) -> str:
    """The address of a check entered by form."""
    answer = desk.world.city.client("scjg.officer").post("/ledger/outside/new", data=form(desk))
    assert answer.status_code == 303, text(answer)
    return str(answer.headers["Location"])


def test_a_check_on_paper_is_entered_and_opened_from_its_line(desk: Desk, entered: str) -> None:
    client = desk.world.city.client("scjg.planner")
    page = text(client.get("/ledger?registration=outside"))
    assert entered in page and "纸〔2026〕7号" in page and "未通过平台" in page
    shown = text(client.get(entered))
    assert "平台升级停机两天" in shown and "平台故障或停机" in shown and "张三、李四" in shown
    assert desk.world.city.client("yjgl.planner").get(entered).status_code == 404


def test_a_refused_form_keeps_what_was_typed(desk: Desk) -> None:
    client = desk.world.city.client("scjg.officer")
    assert client.get("/ledger/outside/new").status_code == 200
    answer = client.post("/ledger/outside/new", data=form(desk, cause_note="", source="draw"))
    assert answer.status_code == 422
    assert (
        "请填写此项" in text(answer) and "纸〔2026〕7号" in text(answer) and "随机检查的来源" in text(answer)
    )


def test_every_column_narrows_and_the_list_opens_the_check(desk: Desk, entered: str) -> None:
    visit_id = desk.approved()
    desk.record(visit_id)
    client = desk.world.city.client("scjg.planner")
    link = f"/visits/{visit_id}"
    for asked in ("kind=single", "source=complaint", "method=on_site", "result=nothing", "registration=platform",
                  "progress=accepted", "progress=unpublished",
                  f"from={today()}", f"to={today()}", "sort=-entity", "sort=number"):  # fmt: skip
        assert link in text(client.get(f"/ledger?{asked}")), asked
    for asked in ("kind=daily", "source=accident", "method=written", "result=concealed", "measure=case",
                  "progress=unreviewed", "progress=reported", "progress=public", "progress=followed", "cause=down",
                  "registration=former", "to=2020-01-01"):  # fmt: skip
        assert link not in text(client.get(f"/ledger?{asked}")), asked
    with desk.world.city.acting("scjg.planner"):
        officer = desk.officer(0).name
        (matter,) = [one.name for one in visits.matters(visit_id)]
    for name, asked in (("inspector", officer), ("matter", matter)):
        assert link in text(client.get(f"/ledger?{name}={quote(asked)}")), name
    assert entered in text(client.get("/ledger?cause=down"))
    assert entered not in text(client.get("/ledger?cause=urgent"))
    assert entered not in text(client.get("/ledger?progress=unreviewed")), "it has no record here"
    over = desk.world.city.client("sfj.supervisor")
    for asked, seen in (("progress=unpublished", True), ("progress=public", False)):
        assert (f"/oversight/visits/{visit_id}" in text(over.get(f"/oversight/ledger?{asked}"))) is seen


def test_it_is_printed_and_downloaded_as_the_form(desk: Desk, entered: str) -> None:
    client = desk.world.city.client("scjg.planner")
    paper = text(client.get("/ledger/print?registration=outside"))
    assert "监督检查记录" in paper and "平台升级停机两天" in paper
    answer = client.get("/ledger/f11.xlsx?registration=outside")
    sheet = load_workbook(io.BytesIO(answer.get_data())).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == "执法检查台账" and rows[3][:3] == [1, "日常检查", "检查计划"]
    assert len(rows) == 3 + 1 + 1, "only what the filter left"


def test_the_supervisor_sees_all_bureaus_and_each_look_is_kept(desk: Desk, entered: str) -> None:
    """R-T3, R-S4."""
    client = desk.world.city.client("sfj.supervisor")
    page = text(client.get("/oversight/ledger?state=outside"))
    own = entered.replace("/ledger/", "/oversight/ledger/")
    assert own in page and "市场监管" in page
    assert "平台升级停机两天" in text(client.get(own))
    assert "平台升级停机两天" in text(client.get("/oversight/ledger/print?registration=outside"))
    assert client.get("/oversight/ledger/f11.xlsx").status_code == 200
    assert "查看执法检查台账" in text(client.get("/oversight/looks"))
