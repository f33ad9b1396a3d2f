"""The oversight pages: every figure opens as many records as it says (R-S2, R-S4), and each thing can be read."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from html import unescape

import openpyxl
import pytest
from flask.testing import FlaskClient

from onedoor.disclosure import queries as disclosures
from onedoor.kernel.clock import today
from onedoor.kernel.scope import in_scope
from onedoor.web.supervision.labels import GROUPS
from tenants import people, scope
from tenants.rules import Permission
from tests.supervision.scene import Scene

CELL = re.compile(r'class="matrix-cell[^"]*" href="([^"]+)" aria-label="(\d+)，([^"]+)"')
COUNT = re.compile(r"共 ([\d,]+) 条")
FIGURE = re.compile(
    r'href="([^"]+)">\s*<span class="figure-label">([^<]+)</span>\s*<span class="figure-value">([\d.,]+)'
)


@pytest.fixture(scope="module")
def justice(scene: Scene) -> FlaskClient:
    """The city's justice supervisor, signed in."""
    return scene.city.client("sfj.supervisor")


def text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


# How many figures a row has.
FIGURES = sum(len(figures) for _group, figures in GROUPS)


def listed(client: FlaskClient, path: str) -> int:
    """How many records a list says it has."""
    found = COUNT.search(text(client, path))
    assert found is not None, path
    return int(found[1].replace(",", ""))


def test_every_figure_of_the_overview_opens_that_many_records(justice: FlaskClient) -> None:
    cells = [
        (unescape(href), int(number), label)
        for href, number, label in CELL.findall(text(justice, "/oversight"))
    ]
    assert len(cells) == 12 * FIGURES
    result = [cell for cell in cells if "合计" in cell[2] or "市市场监管局" in cell[2]]
    assert len(result) == 2 * FIGURES
    assert {label for _href, number, label in result if number} >= {
        "合计，逾期", "合计，再次抽取", "合计，作废", "合计，报告逾期", "合计，公示逾期", "合计，发现问题",
    }  # fmt: skip
    wrong = [(href, number) for href, number, _label in result if listed(justice, href) != number]
    assert wrong == []


def test_totals_are_the_sums_of_the_bureaus(justice: FlaskClient) -> None:
    cells = CELL.findall(text(justice, "/oversight"))
    columns: dict[str, dict[str, int]] = {"sum": {}, "total": {}}
    for at, (_href, number, label) in enumerate(cells):
        row, column = ("total" if label.startswith("合计") else "sum"), str(at % FIGURES)
        columns[row][column] = columns[row].get(column, 0) + int(number)
    assert columns["sum"] == columns["total"]


def test_the_three_measures_stand_under_three_labels(justice: FlaskClient) -> None:
    """forms.md: never under one label; each opens its campaigns."""
    figures = {
        label: (unescape(href), value) for href, label, value in FIGURE.findall(text(justice, "/oversight"))
    }
    assert {"各自抽取预计户数", "抽中户数", "抽中事项次数", "减少入户次数"} <= set(figures)
    assert listed(justice, figures["减少入户次数"][0]) == 1
    assert float(figures["减少入户次数"][1]) > 0
    answer = justice.get(figures["抽中户数"][0] + "&export=csv")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    for label in ("抽中户数", "抽中事项次数", "减少入户次数"):
        assert sum(float(row[label]) for row in rows) == float(figures[label][1].replace(",", "")), label
    assert sum(float(row["各自抽取预计户数"]) for row in rows) == float(figures["各自抽取预计户数"][1])


def test_alerts_are_what_is_overdue_or_near(scene: Scene, justice: FlaskClient) -> None:
    """R-S3: warn before, count after; the report and the disclosure of one record are overdue."""
    figures = {
        label: (unescape(href), value) for href, label, value in FIGURE.findall(text(justice, "/oversight"))
    }
    assert figures["逾期事项"][1] == "2" and listed(justice, figures["逾期事项"][0]) == 2
    for kind in ("report", "disclosure"):
        page = text(justice, f"/oversight/alerts?state=overdue&kind={kind}")
        assert f"/oversight/results/{scene.found_problem}" in page and "超期" in page
    total = listed(justice, "/oversight/alerts")
    assert total == listed(justice, "/oversight/alerts?state=near") + 2


def test_a_filing_that_waits_leads_to_its_answer(scene: Scene, justice: FlaskClient) -> None:
    """Answers are written in the receiver's own scope, on its own page (R-T3)."""
    for letters, waits in (("XSCJG", True), ("SCJG", False)):
        filing_id = scene.filings[letters]
        answer = justice.get(f"/oversight/filings/{filing_id}")
        assert answer.status_code == 302 and answer.location == f"/filing/{filing_id}", "one page of a filing"
        page = text(justice, answer.location)
        assert "年度检查计划" in page and ('name="decision"' in page) is waits


def test_draws_run_again_and_given_up_are_shown_with_their_reasons(justice: FlaskClient) -> None:
    """R-D7: a second draw is a new numbered draw with a reason, and the supervisor sees it."""
    again = text(justice, "/oversight/draws?state=again")
    assert "见证人提出异议" in again
    assert listed(justice, "/oversight/draws?state=void") == 1
    page = text(justice, re.search(r'href="(/oversight/draws/[0-9a-f-]{36})"', again)[1])  # type: ignore[index]
    assert "名单有误，经负责人批准再次抽取" in page and "第 2 次抽取" in page
    assert "同一任务的其他抽取" in page


def test_the_files_of_a_draw_are_the_public_ones(scene: Scene, justice: FlaskClient) -> None:
    """R-D8: what the supervisor downloads is byte for byte what anybody can."""
    address = f"/oversight/draws/{scene.drawn.draw_id}"
    names = re.findall(rf'href="{address}/files/([^"]+)"', text(justice, address))
    assert {"proof.json", "plan.json", "roster.txt", "register.jsonl"} <= set(names)
    with in_scope(scope.public(), scene.city.app):
        published = disclosures.of_subject("draw", scene.drawn.draw_id)
        assert published is not None
        public = {name: disclosures.file(published.id, name).content for name in names}
    assert {name: justice.get(f"{address}/files/{name}").data for name in names} == public
    assert justice.get(f"{address}/files/none.json").status_code == 404


def test_a_list_searches_sorts_filters_and_exports(justice: FlaskClient) -> None:
    assert listed(justice, "/oversight/filings?kind=plan") == 2
    assert listed(justice, "/oversight/filings?q=示例县") == 1
    assert listed(justice, f"/oversight/filings?year={today().year - 1}") == 0
    assert listed(justice, "/oversight/visits?now=approved") == listed(
        justice, "/oversight/visits?state=before"
    )
    names = [
        row[0]
        for row in list(
            csv.reader(io.StringIO(justice.get("/oversight/visits?export=csv&sort=entity_name").text))
        )[1:]
    ]
    assert len(names) == listed(justice, "/oversight/visits") and names == sorted(names)
    book = openpyxl.load_workbook(io.BytesIO(justice.get("/oversight/results?export=xlsx").data)).active
    assert book is not None and book.max_row == 1 + listed(justice, "/oversight/results")


def test_paging_by_key_goes_through_all(justice: FlaskClient) -> None:
    """The looks are many by now; every one is on exactly one page."""
    for _ in range(25):
        justice.get("/oversight/repeats")
    seen, address = 0, "/oversight/looks?sort=-at"
    total = listed(justice, address)
    while address and seen <= total:
        page = text(justice, address)
        seen += page.count('data-label="查阅事由"')
        following = re.search(r'href="([^"]+)"[^>]*>下一页', page)
        address = unescape(following[1]) if following else ""
    assert total > 20 and seen == total


def test_each_thing_is_to_read_and_says_where_it_stands(scene: Scene, justice: FlaskClient) -> None:
    filing = text(justice, f"/filing/{scene.filings['SCJG']}")
    assert "材料齐全" in filing and "逾期报送" in filing
    campaign = text(justice, f"/oversight/campaigns/{scene.drawn.campaign_id}")
    assert "市消防救援支队" in campaign and "减少入户次数" in campaign
    visit = text(justice, f"/oversight/visits/{scene.whole}")
    assert "检查组" in visit and "对方手机没电" in visit and "检查事项1" in visit
    record = text(justice, f"/oversight/results/{scene.found_problem}")
    assert "发现问题已责令改正" in record and "超期" in record
    for page in (campaign, visit, record):
        assert (
            'method="post"' not in page.replace('action="/sign-out"', "").split("<main")[1].split("</main")[0]
        )


def test_the_trace_opens_pages_of_supervision_alone(scene: Scene, justice: FlaskClient) -> None:
    """A bureau's own pages answer 404 to a supervisor of another bureau, so no step leads there."""
    page = text(justice, f"/oversight/campaigns/{scene.drawn.campaign_id}")
    links = re.findall(r'<div class="trace-text"><a href="([^"]+)"', page)
    assert links and all(link.startswith("/oversight/") for link in links)
    assert {justice.get(link).status_code for link in set(links)} == {200}


def test_the_summary_is_the_leads_f8(scene: Scene, justice: FlaskClient) -> None:
    """One number means one thing everywhere (R-S2): the supervisor's sheet says what the lead's says."""
    sheets = [
        openpyxl.load_workbook(io.BytesIO(client.get(path).data)).active
        for client, path in (
            (justice, "/oversight/returns/f8.xlsx"),
            (scene.city.client("scjg.planner"), "/statistics/f8.xlsx"),
        )
    ]
    lines = [list(sheet.iter_rows(values_only=True)) for sheet in sheets if sheet is not None]
    assert lines[0][2:] == lines[1][2:]
    assert lines[0][1][1] == "示范市司法局"


def test_who_acts_for_whom_is_listed_and_the_address_may_end_in_a_slash(
    scene: Scene, justice: FlaskClient
) -> None:
    city = scene.city
    principal, agent = (city.person(one).user_id for one in ("scjg.head", "scjg.reviewer"))
    with city.acting("scjg.head"):
        people.arrange(
            principal,
            agent,
            "written",
            [Permission.VISIT_APPROVE],
            today(),
            today() + timedelta(days=3),
            "示市监委〔2026〕7号",
        )
    page = text(justice, "/oversight/stand-ins?state=valid")
    assert "示市监委〔2026〕7号" in page and "市市场监管局" in page and "共 1 条" in page
    assert listed(justice, "/oversight/stand-ins?state=ended") == 0
    county = city.client("xsfj.supervisor").get("/oversight/stand-ins").get_data(as_text=True)
    assert "示市监委〔2026〕7号" not in county
    assert "总览" in text(justice, "/oversight/")


def test_coverage_libraries_and_who_is_covered_by_nobody(scene: Scene, justice: FlaskClient) -> None:
    """R-L3, R-L5, R-L6: every supervised bureau against its floors, libraries nobody went over, firms in nobody's library."""
    page = unescape(text(justice, "/oversight/libraries"))
    assert "市市场监管局" in page or "示范市市场监督管理局" in page
    assert "低于底线" in page or "100%" in page
    assert "检查对象名录库" in page and "督办" in page
    uncovered = unescape(text(justice, "/oversight/uncovered"))
    assert "无人监管的经营主体" in uncovered and "督促有关单位列入" in uncovered
    for path in ("/oversight/libraries", "/oversight/uncovered"):
        assert scene.city.client("scjg.planner").get(path).status_code == 403
