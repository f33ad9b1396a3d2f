"""A planner fills the registry at the desk and on a phone: files in, items submitted, targets chosen (R-L)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, Page, expect

from onedoor.commands.demo import firms
from onedoor.items import queries as item_queries
from onedoor.items import service
from onedoor.kernel.db import db
from onedoor.officers import queries as officer_queries
from tenants import approvals
from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.fixtures.city import PASSWORD, City
from tests.fixtures.clerk_files import as_csv
from tests.fixtures.plans import list_items
from tests.kernel.workbooks import xlsx

# The second test looks at what the first made; make test fills a registry in tests/e2e/test_main_job_plan.py.
pytestmark = pytest.mark.long
FILES = {
    "entities": firms.entities(),
    "items": firms.matters("SCJG", "示范市市场监督管理局"),
    "inspectors": firms.officers("SCJG", "示范市市场监督管理局"),
}


@pytest.fixture(scope="module")
def house(app: Flask, city: City) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("sheets")
    for name, content in FILES.values():
        (folder / name).write_bytes(content)
    return {kind: folder / name for kind, (name, _) in FILES.items()}


def enter(
    house: str,
    context: Callable[..., BrowserContext],
    where: str,
    window: dict[str, int] = DESK,
    who: str = "scjg.planner",
) -> Page:
    page = context(viewport=window).new_page()
    page.goto(f"{house}{where}")
    page.get_by_label("用户名").fill(who)
    page.get_by_label(re.compile("^密码")).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{house}{where}")
    return page


def bring_in(page: Page, sheet: Path, run_jobs: Callable[[], int]) -> None:
    """Upload a file, see what it would do, and let it: the page renews itself when each job ends."""
    axe(page)
    page.get_by_label(re.compile("^表格文件")).set_input_files(sheet)
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(sheet.name)
    run_jobs()
    expect(page.get_by_text("还没有写入任何数据")).to_be_visible()
    axe(page)
    page.get_by_role("button", name=re.compile("导入没有问题的|确认导入")).click()
    expect(page.get_by_text("已开始导入。")).to_be_visible()
    run_jobs()
    expect(page.get_by_role("link", name=re.compile("^查看"))).to_be_visible()
    axe(page)


def test_the_registry_is_filled_and_the_list_submitted(
    house: str,
    city: City,
    sheets: dict[str, Path],
    context: Callable[..., BrowserContext],
    run_jobs: Callable[[], int],
) -> None:
    page = enter(house, context, "/registry/entities")
    page.get_by_role("link", name="导入名录").click()
    bring_in(page, sheets["entities"], run_jobs)
    expect(page.get_by_role("cell", name=re.compile("应为 18 位，实为 7 位"))).to_be_visible()
    page.get_by_role("link", name="查看经营主体").click()
    page.get_by_role("link", name=re.compile("宾馆")).first.click()
    axe(page)

    page.get_by_role("link", name="检查事项", exact=True).click()
    axe(page)
    page.get_by_role("main").get_by_role("link", name="导入事项清单").first.click()
    bring_in(page, sheets["items"], run_jobs)
    page.get_by_role("link", name="查看检查事项").click()
    page.get_by_role("link", name="食品经营监督检查").click()
    axe(page)
    page.get_by_role("link", name="修改事项").click()
    axe(page)
    page.get_by_label(re.compile("^检查依据")).fill("")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("有 1 处需要修改")).to_be_visible()
    axe(page)
    page.get_by_label(re.compile("^检查依据")).fill(
        "《中华人民共和国食品安全法》第一百一十条、第一百一十三条"
    )
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("第一百一十三条")).to_be_visible()
    page.get_by_role("link", name="检查事项", exact=True).first.click()
    page.wait_for_load_state()
    page.get_by_role("button", name="提交清单审批").click()
    page.get_by_role("dialog").get_by_role("button", name="提交清单审批").click()
    expect(page.get_by_text("等待负责人审批")).to_be_visible()
    axe(page)
    # A kind may be listed once an item about it is published (R-L5).
    held = city.person("scjg.head").permissions
    with city.acting("scjg.head"):
        (waiting,) = (one for one in approvals.inbox(held) if one.kind == "items")
        service.decide_list(approvals.get(waiting.id), True, "", held)

    page.get_by_role("link", name="执法人员", exact=True).click()
    page.get_by_role("link", name="导入名录库").click()
    bring_in(page, sheets["inspectors"], run_jobs)
    page.get_by_role("link", name="查看执法人员").click()
    axe(page)
    page.locator("tbody").get_by_role("link").first.click()
    axe(page)
    page.get_by_role("link", name="修改", exact=True).click()
    axe(page)

    page.get_by_role("link", name="检查对象", exact=True).click()
    page.get_by_role("link", name="新建选取规则").first.click()
    page.get_by_label(re.compile("^规则名称")).fill("住宿餐饮")
    page.get_by_label(re.compile("^经营范围含")).fill("住宿、餐饮")
    axe(page)
    page.get_by_role("button", name="保存规则").click()
    expect(page.get_by_text(re.compile("现在会选中 1[0-9]{2} 个主体"))).to_be_visible()
    axe(page)
    page.get_by_role("link", name="检查对象", exact=True).first.click()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="按规则更新名录库").click()
    run_jobs()
    expect(page.get_by_text(re.compile("现有 1[0-9]{2} 个"))).to_be_visible()
    axe(page)
    page.get_by_role("checkbox", name="选择本页全部").check()
    page.get_by_role("button", name="移出名录库").click()
    expect(page.get_by_text("将办理选中的 20 条记录")).to_be_visible()
    axe(page)


PAGES = (
    "entities",
    "entities/uncovered",
    "items",
    "items/published",
    "items/new",
    "targets",
    "targets/rules",
    "targets/rules/new",
    "targets/history",
    "inspectors",
    "inspectors/new",
    "imports",
    "imports/new/items",
    "rulebooks",
    "rulebooks/edit",
    "rulebooks/sections/aims",
    "coverage",
    "templates",
    "duties",
    "trainings",
    "trainings/new",
    "quality",
    "quality/duplicates",
    "quality/findings",
    "inspector-requests",
    "experts",
    "experts/new",
    "qualifications",
    "me",
)


def test_every_page_on_a_phone(house: str, city: City, context: Callable[..., BrowserContext]) -> None:
    with city.acting("scjg.planner"):
        officer = db.session.scalars(officer_queries.inspectors()).all()[0].id
        item = item_queries.my_items()[0].id
        made = item_queries.item_lists()[0].id
    page = enter(house, context, "/registry/imports", PHONE)
    expect(page.get_by_role("heading", level=1)).to_have_text("导入记录")
    for where in (
        *PAGES,
        f"inspectors/{officer}",
        f"items/{item}",
        f"items/{item}/checklist",
        f"item-lists/{made}",
        f"item-lists/{made}/f1",
    ):
        page.goto(f"{house}/registry/{where}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        axe(page)


def test_f1_is_printed_across_on_one_sheet(
    house: str, city: City, context: Callable[..., BrowserContext]
) -> None:
    """forms.md: the title, the table and the foot on the same A4 page."""
    with city.acting("scjg.planner"):
        made = item_queries.item_lists()[0].id
    page = enter(house, context, f"/registry/item-lists/{made}")
    page.get_by_role("link", name="打印").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("随机抽查事项清单")
    printed = page.pdf(prefer_css_page_size=True)
    (across, up) = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", printed)[0]
    assert printed.count(b"/Type /Page\n") == 1 and (round(float(across)), round(float(up))) == (842, 595)


def test_a_checklist_is_written_and_ordered_by_the_keyboard(
    house: str, context: Callable[..., BrowserContext]
) -> None:
    """R-L1: fields of the kind that is chosen, buttons that keep the focus, the phone beside it."""
    page = enter(house, context, "/registry/items/new", who="swj.planner")
    page.get_by_label(re.compile("^检查事项")).fill("冷库检查")
    page.get_by_label(re.compile("^检查依据")).fill("《示范条例》第一条")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="编辑检查要点").click()
    for place, (wording, kind) in enumerate((("温度", "数字"), ("货架", "选项"))):
        page.get_by_role("button", name="增加一条").press("Enter")
        expect(page.locator(f"#f-p-{place}-point")).to_be_focused()
        page.keyboard.type(wording)
        page.locator(f"#f-p-{place}-kind").select_option(label=kind)
    expect(page.locator("#f-p-0-unit")).to_be_visible()
    expect(page.locator("#f-p-0-option-0")).to_be_hidden()
    page.locator("#f-p-0-unit").fill("℃")
    page.locator("#f-p-1-option-0").fill("整齐")
    page.locator("#f-p-1-option-1").fill("倒塌")
    page.locator("#f-p-1-option-1-photo").check()
    page.locator('[id="up-1"]').press("Enter")
    expect(page.locator('[id="down-0"]')).to_be_focused()
    expect(page.locator("#f-p-0-point")).to_have_value("货架")
    expect(page.locator(".phone-screen")).to_contain_text("选“倒塌”时须拍照")
    axe(page)
    page.get_by_role("button", name="保存要点").click()
    expect(page.get_by_text("货架（选项：整齐／倒塌；选“倒塌”时须拍照）")).to_be_visible()
    axe(page)


def wordings(page: Page) -> list[str]:
    """What the points ask, in their order."""
    return [one.input_value() for one in page.locator('input[name$="-point"]').all()]


def middle(page: Page, which: str) -> tuple[float, float]:
    """Where the middle of a thing on the page stands in the window."""
    box = page.locator(which).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


class Mouse:
    """Presses, moves, lets go."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, at: tuple[float, float]) -> None:
        self.page.mouse.move(*at)
        self.page.mouse.down()

    def move(self, at: tuple[float, float]) -> None:
        self.page.mouse.move(*at, steps=4)

    def let_go(self) -> None:
        self.page.mouse.up()


class Finger:
    """The same on glass."""

    def __init__(self, page: Page) -> None:
        self.link = page.context.new_cdp_session(page)

    def _touch(self, kind: str, *points: tuple[float, float]) -> None:
        given = [{"x": x, "y": y} for x, y in points]
        self.link.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": given})

    def press(self, at: tuple[float, float]) -> None:
        self._touch("touchStart", at)

    def move(self, at: tuple[float, float]) -> None:
        self._touch("touchMove", at)

    def let_go(self) -> None:
        self._touch("touchEnd")


@pytest.mark.parametrize(("window", "hand"), [(DESK, Mouse), (PHONE, Finger)], ids=["mouse", "finger"])
def test_a_checklist_is_put_in_order_by_drag_and_keeps_what_was_typed(
    house: str,
    city: City,
    context: Callable[..., BrowserContext],
    window: dict[str, int],
    hand: Callable[[Page], Mouse | Finger],
) -> None:
    """R-L1: folded while one is dragged; nothing is saved before the button says so, nothing typed is lost."""
    mode = "random" if hand is Mouse else "unlisted"
    list_items(city, "WLJ", mode=mode)
    with city.acting("wlj.planner"):
        (number,) = [one.number for one in item_queries.my_items() if one.mode == mode]
        points = [{"point": name, "kind": "yes_no"} for name in ("甲", "乙", "丙", "丁")]
        place = f"/registry/items/{service.save_item(number, {'checklist': points}).id}/checklist"
    page = enter(house, context, place, window, who="wlj.planner")
    page.locator("#f-p-1-point").fill("乙，改过")
    page.locator("#f-p-3-kind").select_option(label="数字")
    page.locator("#f-p-3-unit").fill("℃")
    grips, using = ".point >> nth={} >> [data-drag]", hand(page)
    page.locator(grips.format(3)).scroll_into_view_if_needed()
    using.press(middle(page, grips.format(3)))
    expect(page.locator(".ordering .dragged")).to_have_count(1)
    expect(page.locator("#f-p-0-point")).to_be_hidden()
    expect(page.locator(".point-words").nth(1)).to_have_text("乙，改过")
    x, y = middle(page, ".point >> nth=0")
    using.move((x, y - 4))
    using.let_go()
    expect(page.locator('[id="down-0"]')).to_be_focused()
    assert wordings(page) == ["丁", "甲", "乙，改过", "丙"]
    expect(page.locator("#f-p-0-unit")).to_have_value("℃")
    expect(page.locator(".phone-screen")).to_contain_text("乙，改过")
    # Let go where it was taken, or given up with Esc, nothing moves.
    page.locator(grips.format(1)).scroll_into_view_if_needed()
    using.press(middle(page, grips.format(1)))
    expect(page.locator(".ordering")).to_have_count(1)
    using.move(middle(page, ".point >> nth=3"))
    page.keyboard.press("Escape")
    expect(page.locator(".ordering")).to_have_count(0)
    using.let_go()
    axe(page)
    page.get_by_role("button", name="保存要点").click()
    expect(page.get_by_text("检查要点已保存")).to_be_visible()
    with city.acting("wlj.planner"):
        kept = [
            (one["point"], one["kind"]) for one in item_queries.my_item(UUID(place.split("/")[3])).checklist
        ]
    assert kept == [("丁", "number"), ("甲", "yes_no"), ("乙，改过", "yes_no"), ("丙", "yes_no")]


LAW = "《中华人民共和国基本医疗卫生与健康促进法》第八十六条"
# Last year's list as it lay in a drawer: heads of its own, and twenty mistakes in eight of its twelve rows.
HEADS = [
    "序号",
    "抽查事项名称（全称）",
    "依据的法律条款",
    "抽查比例",
    "频次",
    "重点事项",
    "市场监管领域",
    "检查对象",
    "实施方式",
    "备注",
    "经手人",
]
GOOD = [
    [str(n), f"{what}监督检查", LAW, "5%", "1", "一般", "否", "企业", "双随机", "", "老张"]
    for n, what in enumerate(
        ("医疗机构", "母婴保健", "采供血", "放射诊疗", "职业卫生", "学校卫生", "公共场所", "饮用水", "消毒产品", "餐饮具消毒", "托育机构", "中医诊所"),
        start=1,
    )
]  # fmt: skip
# Row and column, from 0, of the twenty, with what stands there.
WRONG = {
    (0, 3): "百分之五", (0, 4): "每年两回", (0, 5): "很重点",
    (1, 2): "", (1, 3): "500%", (1, 6): "大概",
    (2, 1): "", (2, 7): "小店", (2, 8): "三随机",
    (4, 3): "-1", (4, 4): "x", (4, 7): "路人",
    (5, 6): "也许", (5, 8): "抽签", (5, 5): "中",
    (7, 3): "五成", (7, 2): "—", (9, 4): "常常", (9, 6): "?", (10, 8): "不适合",
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("who", ["wsjk", "wlj"], ids=["csv", "a sheet kept by hand"])
def test_last_years_spreadsheet_with_twenty_mistakes_is_mended_and_the_list_published(
    house: str,
    tmp_path: Path,
    context: Callable[..., BrowserContext],
    run_jobs: Callable[[], int],
    who: str,
) -> None:
    """As a clerk would, without help: each page says what is wrong and what comes next."""
    rows = [[WRONG.get((y, x), cell) for x, cell in enumerate(row)] for y, row in enumerate(GOOD)]
    name = "去年清单.csv" if who == "wsjk" else "去年清单.xlsx"
    plain = as_csv(rows, HEADS, encoding="gb18030")
    (tmp_path / name).write_bytes(plain if who == "wsjk" else as_kept_by_hand(rows))
    page = enter(house, context, "/registry/imports/new/items", who=f"{who}.planner")
    page.get_by_label(re.compile("^表格文件")).set_input_files(tmp_path / name)
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("文件的各列是什么")
    expect(page.get_by_text("医疗机构监督检查").first).to_be_visible()
    axe(page)
    page.get_by_label(re.compile("依据的法律条款")).select_option("检查依据")
    page.get_by_label(re.compile("抽查事项名称")).select_option("检查事项")
    page.get_by_role("button", name="确认各列").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    run_jobs()
    expect(page.get_by_role("button", name="导入没有问题的 4 行")).to_be_visible()
    axe(page)
    with page.expect_download() as waited:
        page.get_by_role("link", name="下载有问题的行").click()
    waited.value.save_as(tmp_path / "问题.xlsx")
    page.get_by_role("button", name="导入没有问题的 4 行").click()
    expect(page.get_by_text("已开始导入。")).to_be_visible()
    run_jobs()
    expect(page.get_by_role("link", name="查看检查事项")).to_be_visible()

    mended = mend(tmp_path / "问题.xlsx")
    page.goto(f"{house}/registry/imports/new/items")
    page.get_by_label(re.compile("^表格文件")).set_input_files(mended)
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(mended.name)
    run_jobs()
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("已开始导入。")).to_be_visible()
    run_jobs()
    page.get_by_role("link", name="查看检查事项").click()
    for row in GOOD:
        expect(page.get_by_role("link", name=row[1])).to_be_visible()
    page.get_by_role("button", name="提交清单审批").click()
    page.get_by_role("dialog").get_by_role("button", name="提交清单审批").click()
    expect(page.get_by_text("等待负责人审批")).to_be_visible()
    head = enter(house, context, "/desk/inbox", who=f"{who}.head")
    head.get_by_role("link", name=re.compile("随机抽查事项清单（第 1 版）")).click()
    expect(head.get_by_role("heading", level=2, name=re.compile("随机抽查事项清单"))).to_be_visible()
    axe(head)
    head.get_by_role("button", name="通过").click()
    expect(head.get_by_text(re.compile("已通过[。：]"))).to_be_visible()
    page.goto(f"{house}/registry/items/published")
    expect(page.get_by_text("中医诊所监督检查").first).to_be_visible()

    public = context(viewport=PHONE).new_page()
    public.goto(f"{house}/open/items")
    bureau = "卫生健康" if who == "wsjk" else "文化"
    public.get_by_role("link", name=re.compile(bureau)).first.click()
    expect(public.get_by_text("中医诊所监督检查").first).to_be_visible()
    axe(public)
    with public.expect_download() as waited:
        public.get_by_role("link", name=re.compile(r"\.xlsx")).first.click()
    waited.value.save_as(tmp_path / "公布.xlsx")
    sheet = load_workbook(tmp_path / "公布.xlsx").active
    assert sheet is not None
    assert sheet["A1"].value == "随机抽查事项清单"
    result = {row[1].value: row[2].value for row in sheet.iter_rows(min_row=4)}
    assert {row[1]: row[2] for row in GOOD}.items() <= result.items()


def as_kept_by_hand(rows: list[list[str]]) -> bytes:
    """The same with a title, who filled it in, one item twice, one word for the last five rows, and a foot."""
    twice = ["13", *GOOD[3][1:]]
    blank: list[list[object]] = [
        [*row[:7], None if y > 7 else row[7], *row[8:]] for y, row in enumerate([*rows, twice])
    ]
    blank[-1][7] = "企业"
    above: list[list[object]] = [
        ["随机抽查事项清单"],
        ["填报单位（盖章）：", None, None, "时间：去年"],
        [*HEADS],
    ]
    return xlsx([*above, *blank, ["填报人：老张", None, "联系电话：略"]], ["A1:K1", "H11:H15"])


def mend(book: Path) -> Path:
    """Put right what is marked, and nothing else; save it under another name."""
    opened = load_workbook(book)
    sheet = opened.active
    assert sheet is not None
    marked = 0
    for row in list(sheet.iter_rows(min_row=2)):
        if row[0].value == "13":
            assert "是同一事项" in str(row[len(HEADS)].value)
            sheet.delete_rows(row[0].row)
            continue
        right = GOOD[int(str(row[0].value)) - 1]
        for place, cell in enumerate(row[: len(HEADS)]):
            if cell.fill.fill_type:
                marked += 1
                # One that is unfit for random checks may stay so, with its reason.
                cell.value = "人员密集，须逐家检查" if HEADS[place] == "备注" else right[place]
        assert row[len(HEADS)].value, "a reason beside"
    assert marked == len(WRONG)
    opened.save(book.with_name("改好.xlsx"))
    return book.with_name("改好.xlsx")
