"""F6 and F9 from a spreadsheet and out again (R-P1, R-P2, R-L11)."""

from __future__ import annotations

import base64
import io
from datetime import date
from html import unescape
from typing import Any
from uuid import UUID

import pytest

from onedoor.items import queries as item_queries
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import write_xlsx
from onedoor.plans import queries, service
from onedoor.plans.queries import f6
from onedoor.plans.rules import f6_cells
from onedoor.plans.service.plan_file import load_plan, read_plan
from tests.fixtures import plans
from tests.fixtures.city import City
from tests.fixtures.plans import YEAR

# A county's table of 2016 as it stands: title and bureau above the head, its own names of columns, rates and times in its words, a foot below.
HEAD = (
    "序号",
    "抽查事项名称",
    "抽查依据",
    "抽查对象",
    "抽查比例",
    "抽查频次",
    "抽查方式",
    "抽查时间",
    "配合部门",
    "备注",
)


@pytest.fixture(scope="module")
def items(city: City) -> dict[str, UUID]:
    return plans.list_items(city)


def book(*rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> bytes:
    target = io.BytesIO()
    above = [
        ["2026年度随机抽查工作计划表"],
        ["填报单位（盖章）：示范市市场监督管理局", "", "", "填报日期：2026年1月5日"],
    ]
    foot = ("填报人：张三", *[""] * (len(head) - 1))
    write_xlsx(target, head, [*rows, foot], sheet="计划", above=above)
    return target.getvalue()


def test_a_plan_goes_out_and_comes_in_equal(city: City, items: dict[str, UUID]) -> None:
    """What was typed, joint, divided and scoped, is the same from its own file in another plan."""
    plan_id = plans.draft_plan(city, items)
    with city.acting("scjg.planner"):
        service.add_line(
            plan_id,
            **plans.line_of(
                items,
                "SCJG",
                name="分类抽查",
                stratify="kind",
                rates={"91": {"bp": 350}, "92": {"number": 5}, "*": {"all": True}},
                conditions={"kinds": ["91", "92"], "places": ["990102"], "scope": ["食品", "餐饮"]},
                method="书面检查",
                times_a_year=2,
                remark="节前完成",
                fill_days=3,
            ),
        )
        plan = queries.my_plan(plan_id)
        content, rows = service.workbook(plan), f6.rows(plan)
        other = service.draft(YEAR)
        seen = read_plan(other.id, content)
        assert [row.problems for row in seen] == [[] for _ in rows], seen
        assert {row.outcome for row in seen} == {"new"} and not queries.lines(other.id)
        load_plan(other.id, content)
        assert f6.rows(other) == rows
        assert service.workbook(plan)[:2] == b"PK"
        # Loaded again, the same lines are written anew, with what F6 has no column for.
        codes = [line.code for line in queries.lines(other.id)]
        assert {row.outcome for row in read_plan(other.id, content)} == {"change"}
        load_plan(other.id, content)
        assert [line.code for line in queries.lines(other.id)] == codes and f6.rows(other) == rows


def test_a_bureaus_own_table_is_read_and_each_wrong_cell_told(city: City, items: dict[str, UUID]) -> None:
    """On the page: looked at, refused with row, column and reason, mended, written."""
    with city.acting("scjg.planner"):
        name = item_queries.item(items["SCJG"]).name
        plan_id = service.draft(YEAR).id
    good = ("1", name, "《某条例》第3条", "主体类型：企业", "不低于3%", "1次/年", "实地检查", "3-6月", "", "")
    bad = ("2", "看相算命检查", "", "看着办", "若干", "常常", "远程感应", "春天", "", "")
    client = city.client("scjg.planner")
    where = f"/plans/{plan_id}/sheet"
    page = unescape(
        client.post(where, data={"file": (io.BytesIO(book(good, bad)), "计划.xlsx")}).get_data(as_text=True)
    )
    for word in ("看相算命检查", "看着办", "若干", "常常", "远程感应", "春天"):
        assert f"“{word}”" in page, word
    assert "读入这" not in page
    refused = client.post(where, data={"content": base64.b64encode(book(bad)).decode(), "then": "enter"})
    assert refused.status_code == 422 and client.post(where, data={}).status_code == 422
    assert client.post(where, data={"content": "不是表格", "then": "enter"}).status_code == 422
    content = base64.b64encode(book(good)).decode()
    assert client.post(where, data={"content": content, "then": "enter"}).status_code == 303
    with city.acting("scjg.planner"):
        (line,) = queries.lines(plan_id)
        assert (line.starts_on, line.ends_on) == (date(YEAR, 3, 1), date(YEAR, 6, 30))
        assert (line.rates, line.conditions) == ({"*": {"bp": 300}}, {"kinds": ["91"]})
        # A half-year's plan on F9 takes none of the market's items (R-P2), from a file either.
        half = service.draft(YEAR, "first_half")
        (row,) = read_plan(half.id, book(good))
        assert any("市场监管领域" in text for _, text in row.problems)
    assert city.client("wsjk.planner").get(where).status_code == 404


@pytest.mark.parametrize(
    ("read", "text", "found"),
    [
        (f6_cells.times, "", 1),
        (f6_cells.times, "每年 2 次", 2),
        (lambda text: f6_cells.period(text, 2027), "全年", (date(2027, 1, 1), date(2027, 12, 31))),
        (lambda text: f6_cells.period(text, 2027), "2月", (date(2027, 2, 1), date(2027, 2, 28))),
        (lambda text: f6_cells.rate_table(text, {}), "20户", ("none", {"*": {"number": 20}})),
        (f6_cells.remark, "检查组空缺的，4 个工作日内补派", ("", 4)),
    ],
)
def test_cells_as_bureaus_write_them(read: Any, text: str, found: Any) -> None:
    assert read(text) == found


@pytest.mark.parametrize("text", ["101%", "2.5户", "", "企业 3%；甲区 5 户"])
def test_a_rate_nobody_can_draw_by_is_refused(text: str) -> None:
    with pytest.raises(ClerkError):
        f6_cells.rate_table(text, {"甲区": "990102"})
