"""Returns at the desk: filled in and filed by the bureau, accepted by justice, added up, printed and taken away (R-S1, R-S2)."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from html import unescape

import docx
import openpyxl
from flask.testing import FlaskClient

from onedoor.kernel.clock import SHANGHAI, now, today
from onedoor.statistics.rules.figures import FIGURES
from tenants.rules import Permission
from tests.api.test_registry_loads import token
from tests.supervision.scene import Scene
from tests.visits.builders import run_jobs_of

YEAR = today().year
TYPED = {"contact": "王五", "phone": "0471-1234567", "document": "示政办发〔2026〕1号"}
REPORT = {
    "measures": "建立联席会议",
    "results": "减少入户",
    "problems_and_advice": "数据不全",
    "next_steps": "扩大覆盖",
}
LINK = re.compile(r'href="(/statistics/returns/[0-9a-f-]+/figure\?[^"]+)" aria-label="(\d+)，')
COUNTED = re.compile(r'<td class="col-number">(-?[\d,]+)</td>')


def begun(client: FlaskClient, kind: str, part: str, level: str = "own") -> str:
    answer = client.post(
        "/statistics/returns/new", data={"kind": kind, "level": level, "year": YEAR, "part": part}
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def filed(client: FlaskClient, kind: str, part: str, level: str = "own", **typed: str) -> str:
    address = begun(client, kind, part, level)
    saved = client.post(f"{address}/save", data={**TYPED, **typed}, content_type="multipart/form-data")
    assert saved.status_code == 303, saved.get_data(as_text=True)
    answer = client.post(f"{address}/file")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    run_jobs_of(client.application)()
    return address


def text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return unescape(answer.get_data(as_text=True))


def test_filing_is_a_job_that_is_asked_for_once_and_what_was_typed_stays(scene: Scene) -> None:
    """The page shows the job until it is done; every save of the typed facts is there with the files it had (R-S1, R-S2)."""
    client = scene.city.client("yjgl.planner")
    address = begun(client, "F4", "Q3")
    for contact in ("王五", "赵六"):
        saved = client.post(
            f"{address}/save", data={**TYPED, "contact": contact}, content_type="multipart/form-data"
        )
        assert saved.status_code == 303
    assert client.post(f"{address}/file").status_code == 303
    assert "等待开始" in text(client, address) and "草稿" in text(client, address)
    again = client.post(f"{address}/file")
    assert again.status_code == 422 and "正在报送" in again.get_data(as_text=True)
    late = client.post(f"{address}/save", data=TYPED, content_type="multipart/form-data")
    assert late.status_code == 422 and "正在报送" in late.get_data(as_text=True)
    run_jobs_of(client.application)()
    shown = text(client, address)
    assert "已报送" in shown and "草稿" not in shown
    assert "第 2 次填写" in shown and "赵六" in shown and "王五" in shown


def test_what_is_owed_stands_with_its_day_and_is_filled_in_there(scene: Scene) -> None:
    client = scene.city.client("scjg.planner")
    listed = text(client, f"/statistics/returns?year={YEAR}")
    assert "F4 部门推行“双随机、一公开”情况统计表" in listed and f"{YEAR}年第4季度" in listed
    assert "F9" not in listed and "逾期" in listed
    address = begun(client, "F7", "H2")
    shown = text(client, address)
    assert "草稿" in shown and "各项数字的含义" in shown and FIGURES["due"].words in shown
    refused = client.post(f"{address}/file")
    assert refused.status_code == 422 and "请填写这一项" in refused.get_data(as_text=True)


def test_every_figure_on_the_page_opens_the_records_it_counted(scene: Scene) -> None:
    """R-S2: of the draft and of the filed return alike."""
    client = scene.city.client("scjg.planner")
    for address in (
        begun(client, "F7", "H1"),
        filed(client, "F7", "H2"),
        filed(client, "F8", "Y"),
        filed(client, "F4", "Q4"),
    ):
        found = LINK.findall(text(client, address))
        assert found
        for link, number in found:
            opened = text(client, link)
            if "下一页" not in opened:
                weights = [int(one.replace(",", "")) for one in COUNTED.findall(opened)]
                assert sum(weights) == int(number), link


def test_the_workbook_is_laid_out_as_the_form_and_the_page_prints(scene: Scene) -> None:
    client = scene.city.client("xfjy.planner")
    address = filed(client, "F4", "Q4")
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}/form.xlsx").data)).active
    assert sheet is not None
    lines = [[one for one in row if one is not None] for row in sheet.iter_rows(values_only=True)]
    assert "推行“双随机、一公开”情况统计表" in str(lines[0][0])
    assert lines[1][0] == "单位名称（盖章）："
    titles = [line[0] for line in lines if len(line) == 1]
    assert "一、制度机制建设情况" in titles and "三、其他行政检查事项" in titles
    assert ["序号", "事项名称", "是否制定实施细则", "抽查比例和频次", "已开展抽查次数"] in lines
    assert any(
        str(line[0]).startswith("合计共 2 项，占本部门市场监管行政检查事项总数的比例为 100.0%")
        for line in lines
    )
    assert lines[-1][:2] == ["联系人：", "王五"]
    assert "供汇总" not in str(lines)
    printed = text(client, f"{address}/print")
    assert "示政办发〔2026〕1号" in printed and "供汇总" not in printed


def test_justice_gets_it_in_its_inbox_and_sends_it_back_and_it_is_corrected(scene: Scene) -> None:
    client, justice = scene.city.client("scjg.planner"), scene.city.client("sfj.supervisor")
    address = filed(client, "F4", "Q2")
    inbox = text(justice, "/filing/inbox")
    assert "统计报表" in inbox
    link = re.search(r'href="(/filing/[0-9a-f-]+)"', text(client, address))
    assert link is not None
    answer = justice.post(f"{link[1]}/answer", data={"decision": "return", "reason": "电话打不通"})
    assert answer.status_code == 303
    shown = text(client, address)
    assert "已退回" in shown and "电话打不通" in shown
    again = client.post(f"{address}/correct", data={"reason": "电话有误"})
    assert again.status_code == 303
    assert "更正原因" in text(client, again.headers["Location"])
    assert "已退回" in text(justice, address)
    assert justice.get(again.headers["Location"]).status_code == 404
    assert justice.post(f"{address}/correct", data={"reason": "改"}).status_code == 404


def test_the_place_adds_up_and_its_self_review_comes_as_word(scene: Scene) -> None:
    justice = scene.city.client("sfj.supervisor")
    for who, kind, part in (
        ("yjgl", "F7", "H2"),
        ("yjgl", "F4", "Y"),
        ("scjg", "F4", "Y"),
        ("yjgl", "F10", "H2"),
    ):
        filed(scene.city.client(f"{who}.planner"), kind, part)
    matrix = text(justice, f"/statistics/received?year={YEAR}")
    assert "未报送" in matrix and "已报送" in matrix and "逾期" in matrix
    for kind, part in (("F7", "H2"), ("F3", "Y"), ("F10", "H2"), ("F8", "Y")):
        address = filed(justice, kind, part, "place")
        found = LINK.findall(text(justice, address))
        for link, number in found:
            opened = text(justice, link)
            if "下一页" not in opened:
                assert sum(int(one.replace(",", "")) for one in COUNTED.findall(opened)) == int(number), link
        assert justice.get(f"{address}/form.xlsx").status_code == 200
    address = filed(justice, "self_review", "Y", "place", **REPORT)
    answer = justice.get(f"{address}/report.docx")
    document = docx.Document(io.BytesIO(answer.data))
    paragraphs = [one.text for one in document.paragraphs]
    assert "工作措施" in paragraphs and "建立联席会议" in paragraphs
    assert any("指标" in cell.text for table in document.tables for cell in table.rows[0].cells)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        chart = archive.read("word/charts/chart1.xml").decode()
    assert f"{YEAR}年" in chart and f"{YEAR - 1}年" in chart
    assert justice.get(f"{address}/form.xlsx").status_code == 200


def test_a_countys_own_return_goes_up_to_the_citys_justice(scene: Scene) -> None:
    """R-S1: F3 is the county justice's own return to the one above, who reads its figures, opens them and answers it."""
    county, city = scene.city.client("xsfj.supervisor"), scene.city.client("sfj.supervisor")
    filed(scene.city.client("xscjg.planner"), "F4", "Q1")
    assert "已报送" in text(county, f"/statistics/received?year={YEAR}")
    address = filed(county, "F3", "Q1", "place")
    assert "县司法局" in text(city, "/filing/inbox")
    shown = text(city, address)
    assert "示例县推行“双随机、一公开”情况统计表" in shown
    filed(scene.city.client("xscjg.planner"), "F7", "H2")
    progress = text(city, filed(county, "F7", "H2", "place"))
    links = [link for link, _number in LINK.findall(progress)]
    assert links
    for link in links:
        assert city.get(link).status_code == 200, link
    by_api = scene.city.client().get(
        f"/api/v1/returns{address.removeprefix('/statistics/returns')}",
        headers=token(scene.city, "SFJ", Permission.BUREAU_READ),
    )
    assert by_api.status_code == 200 and by_api.json["kind"] == "F3" and by_api.json["state"] == "filed"
    filing = re.search(r'href="(/filing/[0-9a-f-]+)"', text(county, address))
    assert filing is not None
    # Market regulation has no part in F3, nor has another bureau of the county's.
    for stranger in ("scjg.supervisor", "yjgl.planner", "xscjg.planner"):
        assert scene.city.client(stranger).get(address).status_code == 404, stranger
    assert city.post(f"{filing[1]}/answer", data={"decision": "return", "reason": " "}).status_code == 422
    refused = city.post(f"{filing[1]}/answer", data={"decision": "return", "reason": "部门数有误"})
    assert refused.status_code == 303 and "部门数有误" in text(county, address)


def test_nobody_else_reads_or_writes_it(scene: Scene) -> None:
    """R-T1: another bureau gets 404; who may only read may not file."""
    address = begun(scene.city.client("scjg.planner"), "F4", "Q1")
    stranger = scene.city.client("yjgl.planner")
    assert stranger.get(address).status_code == 404
    assert stranger.get(f"{address}/form.xlsx").status_code == 404
    assert stranger.post(f"{address}/discard").status_code == 404
    assert scene.city.client("scjg.head").post(f"{address}/discard").status_code == 403
    assert (
        scene.city.client("scjg.planner")
        .post("/statistics/returns/new", data={"kind": "F3", "level": "place", "year": YEAR, "part": "Y"})
        .status_code
        == 403
    )
    assert scene.city.client("sfj.supervisor").get(address).status_code == 404


def test_a_draft_is_thrown_away_and_a_future_period_waits(scene: Scene) -> None:
    client = scene.city.client("scjg.planner")
    address = begun(client, "F4", "Q1")
    late = (now().astimezone(SHANGHAI) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    refused = client.post(f"{address}/save", data={"cutoff": late}, content_type="multipart/form-data")
    assert refused.status_code == 422 and "请填写现在或以前的时间" in refused.get_data(as_text=True)
    assert client.post(f"{address}/discard").status_code == 303
    assert client.get(address).status_code == 404
