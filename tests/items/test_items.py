"""Items from F1, and the list's way to the public (R-L1 to R-L4, R-L12)."""

from __future__ import annotations

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from onedoor.disclosure.models import Disclosure
from onedoor.filing import queries as filings
from onedoor.imports import queries as import_queries
from onedoor.imports import service as import_service
from onedoor.imports.models import Import
from onedoor.items import queries as item_queries
from onedoor.items import service as item_service
from onedoor.items.models import Item
from onedoor.items.rules.coverage import Covered, covered
from onedoor.items.rules.item_rows import COLUMNS, facts_of, read_item
from onedoor.items.service.declarations import declaration_document
from onedoor.items.service.item_lists import f1_workbook
from onedoor.items.service.items import end_item, refuse_outdated, seen_as, set_item_unit
from onedoor.items.service.templates import follow_source
from onedoor.kernel import trace
from onedoor.kernel.clock import SHANGHAI
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.spreadsheets import read_table
from onedoor.kernel.text.pinyin import pinyin_key
from tenants import approvals, units
from tenants.rules import Permission
from tests.fixtures.city import City
from tests.fixtures.clerk_files import f1
from tests.kernel.workbooks import xlsx

pytestmark = pytest.mark.committed("its tests go on from one another")

Jobs = Callable[[], int]
HEAD_PERMISSIONS = frozenset({Permission.PLAN_APPROVE})
FIRE = (
    "1",
    "消防安全检查",
    "《中华人民共和国消防法》第五十三条",
    "",
    "1. 疏散通道；2. 灭火器材",
    "现场检查",
    "公示",
    "",
)
STALE = ("2", "食品经营检查", "《中华人民共和国食品安全法》第一百一十条", "市局", "索证索票", "", "", "")


def bring_in(city: City, run_jobs: Jobs, content: bytes, who: str = "scjg.planner") -> dict[str, int]:
    with city.acting(who):
        run_id = import_service.begin_import("items", "清单.csv", content).id
    run_jobs()
    with city.acting(who):
        outcome = import_queries.import_run(run_id).outcome
        assert outcome is not None
        return outcome


def decide(city: City, approved: bool, reason: str = "", who: str = "scjg.head") -> None:
    with city.acting(who):
        (waiting,) = [one for one in approvals.inbox(HEAD_PERMISSIONS) if one.kind == "items"]
        item_service.decide_list(approvals.get(waiting.id), approved, reason, HEAD_PERMISSIONS)


def test_f1_becomes_drafts_that_nobody_else_sees(city: City, run_jobs: Jobs) -> None:
    outcome = bring_in(city, run_jobs, f1(FIRE, STALE, ("3", "没有依据的事项", "", "", "", "", "", "")))
    assert (outcome["rows"], outcome["added"], outcome["rejected"]) == (3, 2, 1)
    with city.acting("scjg.planner"):
        fire, food = item_queries.my_items()
        assert (fire.number, fire.enforcing_body, fire.method) == (
            "SCJG-001",
            "示范市市场监督管理局",
            "实地检查",
        )
        assert [point["point"] for point in fire.checklist] == ["疏散通道", "灭火器材"]
        assert (food.enforcing_body, food.object_kinds, food.mode) == ("市局", ["91", "92", "93"], "random")
        assert (fire.sort_key, food.sort_key) == (pinyin_key(fire.name), pinyin_key(food.name))
        number = fire.id
    with city.acting("sfj.planner"):
        assert item_queries.published_items() == []
        assert db.session.get(Item, number) is None


def test_f1_with_merged_cells_says_in_each_row_what_they_say(city: City, run_jobs: Jobs) -> None:
    """R-L11: a title over the sheet, one basis for two items, one word for two columns, the foot beside its phone."""
    head = ["序号", "检查事项", "检查依据", "检查主体", "抽查主体", "检查内容"]
    rows: list[list[object]] = [
        ["随机抽查事项清单"],
        ["填报单位：示范市市场监督管理局"],
        [*head],
        [1, "计量检查", "《中华人民共和国计量法》第十八条", "市局", None, "计量器具"],
        [2, "定量包装检查", None, "市局", "县局", "净含量"],
        ["填报人：张三", None, None, "联系电话：略"],
    ]
    content = xlsx(rows, ["A1:F1", "A2:F2", "C4:C5", "D4:E4", "A6:C6", "D6:F6"])
    with city.acting("scjg.planner"):
        run_id = import_service.begin_import("items", "清单.xlsx", content, "check").id
    run_jobs()
    with city.acting("scjg.planner"):
        outcome = import_queries.import_run(run_id).outcome or {}
        assert (outcome["rows"], outcome["rejected"], outcome["would"]["added"]) == (2, 0, 2)
    items = [read_item(row, bureau="某局", market=True)[0] for row in read_table(content, COLUMNS)][:2]
    assert [one and (one.values["basis"][:13], one.values["inspecting_body"]) for one in items] == [
        ("《中华人民共和国计量法》第", "市局"),
        ("《中华人民共和国计量法》第", "县局"),
    ]


def test_the_same_file_again_changes_nothing(city: City, run_jobs: Jobs) -> None:
    outcome = bring_in(city, run_jobs, f1(FIRE, STALE))
    assert (outcome["added"], outcome["changed"], outcome["unchanged"]) == (0, 0, 2)


def test_an_item_by_its_number_and_by_its_name_is_one(city: City, run_jobs: Jobs) -> None:
    """R-L11: the second row is told of, not written over the first."""
    again = (*FIRE[:2], "《消防法》另一条", *FIRE[3:], "")
    outcome = bring_in(city, run_jobs, f1((*FIRE, "SCJG-001"), again, more=("事项编号",)))
    assert (outcome["changed"], outcome["unchanged"], outcome["rejected"]) == (0, 1, 1)


def test_the_columns_a_draw_needs(city: City, run_jobs: Jobs) -> None:
    more = ("事项编号", "检查对象", "抽查比例", "频次", "重点事项", "市场监管领域", "实施方式", "所需资格")
    row = ("1", "律所检查", "《中华人民共和国律师法》", "", "", "书面检查", "", "")
    bad = ("2", "公证检查", "《公证法》", "", "", "", "", "")
    content = f1(
        (*row, "LS-1", "律师事务所", "5%", "每年2次", "重点", "否", "双随机", "律师管理"),
        (*bad, "LS-2", "火星人", "500%", "常常", "否", "也许", "不适合", ""),
        more=more,
    )
    outcome = bring_in(city, run_jobs, content, "sfj.planner")
    assert (outcome["added"], outcome["rejected"]) == (1, 1)
    for written, times, years in (("每三年一次", 1, 3), ("", 1, 3), ("每年2次", 2, 1)):
        again = f1((*row, "LS-1", "律师事务所", "5%", written, "重点", "否", "双随机", "律师管理"), more=more)
        bring_in(city, run_jobs, again, "sfj.planner")
        with city.acting("sfj.planner"):
            (item,) = item_queries.my_items()
            assert (item.frequency, item.every_years) == (times, years)
    with city.acting("sfj.planner"):
        (item,) = item_queries.my_items()
        assert (item.number, item.object_kinds, item.rate_bp, item.frequency) == ("LS-1", ["31"], 500, 2)
        assert (item.key, item.market, item.qualifications, item.method) == (
            True,
            False,
            ["律师管理"],
            "书面检查",
        )


def test_the_list_is_approved_by_another_then_public_and_filed(city: City, run_jobs: Jobs) -> None:
    with city.acting("scjg.planner"):
        made = item_service.submit_list()
        assert (made.version, made.added, made.total) == (1, 2, 2)
        (waiting,) = approvals.inbox(HEAD_PERMISSIONS)
        with pytest.raises(Forbidden, match="不能审批自己提交的事项"):
            item_service.decide_list(approvals.get(waiting.id), True, "", HEAD_PERMISSIONS)
        with pytest.raises(Conflict, match="等待审批"):
            item_service.save_item("SCJG-001", {"name": "偷改"})
    # R-L11: a file that changes one that waits is refused in that row, and the others are read.
    outcome = bring_in(
        city, run_jobs, f1((*FIRE[:2], "《中华人民共和国消防法》第五十四条", *FIRE[3:]), STALE)
    )
    assert (outcome["rejected"], outcome["unchanged"], outcome["changed"]) == (1, 1, 0)
    with city.acting("scjg.planner"):
        run = db.session.scalars(import_queries.imports().order_by(Import.created_at.desc()).limit(1)).one()
        (problem,) = db.session.scalars(import_queries.problems(run.id))
        assert (problem.column, problem.params["name"]) == ("检查事项", "消防安全检查")
        assert "在等待审批的清单里" in problem.message
    decide(city, True)
    with city.acting("wsjk.planner"):
        fire, food = item_queries.published_items(city.bureaus["SCJG"])
        assert (fire.name, fire.state, fire.version) == ("消防安全检查", "published", 1)
        (step,) = trace.of(food.id)
        assert "随清单第 1 版公布" in step.text
    with city.acting("scjg.planner"):
        (public,) = db.session.scalars(sa.select(Disclosure).where(Disclosure.kind == "items")).all()
        assert [item["name"] for item in public.content["items"]] == ["消防安全检查", "食品经营检查"]
        (filed,) = filings.of_subject(item_queries.item_lists()[0].id)
        assert filed.receiver_id == city.bureaus["SFJ"]


def test_coverage_counts_published_items_by_domain(city: City) -> None:
    with city.acting("sfj.planner"):
        (market,) = covered(
            item_queries.published_items(city.bureaus["SCJG"]), item_queries.coverage.floors()
        ).items()
        assert (market[0], market[1].random, market[1].total, market[1].share) == (True, 2, 2, 1.0)
        assert (
            covered(item_queries.published_items(city.bureaus["SFJ"]), item_queries.coverage.floors()) == {}
        )


def test_the_floors_are_70_per_cent_in_the_market_and_50_elsewhere() -> None:
    """R-L3: how many items more must come under double-random, where a place sets no other floor."""
    modes = ["random"] * 3 + ["unfit"] * 7
    items = [SimpleNamespace(market=market, mode=mode) for market in (True, False) for mode in modes]
    found = covered(items, {True: 70, False: 50})
    assert {market: (each.floor, each.share, each.short) for market, each in found.items()} == {
        True: (70, 0.3, 4),
        False: (50, 0.3, 2),
    }


def test_a_change_is_a_new_version_and_the_former_stays_readable(city: City) -> None:
    with city.acting("scjg.planner"):
        before = item_queries.my_items()[0]
        changed = item_service.save_item(before.number, {"basis": "《消防法》（2021 修正）第五十三条"})
        assert (changed.state, changed.version) == ("draft", 2)
        assert item_queries.published_items()[0].basis == before.basis
        end_item(item_queries.my_items()[1], "法律修改，不再检查")
        made = item_service.submit_list()
        assert (made.version, made.changed, made.ended, made.total) == (2, 1, 1, 1)
    decide(city, False, "依据写全称")
    with city.acting("scjg.planner"):
        assert item_queries.latest_list().state == "returned"  # type: ignore[union-attr]
        item_service.save_item("SCJG-001", {"basis": "《中华人民共和国消防法》（2021 修正）第五十三条"})
        assert item_service.submit_list().version == 3
    decide(city, True)
    with city.acting("sfj.planner"):
        (only,) = item_queries.published_items(city.bureaus["SCJG"])
        assert (only.version, only.basis) == (2, "《中华人民共和国消防法》（2021 修正）第五十三条")
        assert [one.state for one in item_queries.versions_of(only)] == ["published", "replaced"]


def test_every_version_of_the_list_stays_readable_as_it_was(city: City) -> None:
    with city.acting("scjg.planner"):
        third, _returned, first = item_queries.item_lists()
        assert [item.version for item in item_queries.items_at(first)] == [1, 1]
        assert [item.version for item in item_queries.items_at(third)] == [2]
        assert item_queries.former_list(third) == first and item_queries.former_list(first) is None
        assert [item.remark for item in item_queries.ending_items(third.id)] == ["法律修改，不再检查"]
        (former,) = db.session.scalars(sa.select(Disclosure).where(Disclosure.kind == "items_former"))
        assert (former.subject_id, former.since, former.until) == (first.id, first.published_at, None)
        assert [item["name"] for item in former.content["items"]] == ["消防安全检查", "食品经营检查"]
    with city.acting("sfj.planner"):
        assert [one.version for one in item_queries.published_lists(city.bureaus["SCJG"])] == [3, 1]


def test_what_the_file_has_no_column_for_stays_and_new_content_makes_a_new_checklist(
    city: City, run_jobs: Jobs
) -> None:
    with city.acting("scjg.planner"):
        item_service.save_item("SCJG-001", {"rate_bp": 300, "checklist": [{"point": "自拟", "kind": "text"}]})
    basis = "《中华人民共和国消防法》（2021 修正）第五十三条"
    row = (
        "1",
        "消防安全检查",
        basis,
        "示范市市场监督管理局",
        "1. 疏散通道；2. 灭火器材",
        "实地检查",
        "公示",
        "",
    )
    assert bring_in(city, run_jobs, f1(row))["unchanged"] == 1
    assert bring_in(city, run_jobs, f1((*row[:4], "只查通道", *row[5:])))["changed"] == 1
    with city.acting("scjg.planner"):
        item = item_queries.my_items()[0]
        assert (item.rate_bp, [point["point"] for point in item.checklist]) == (300, ["只查通道"])
        item_service.discard_draft(item)


def test_nothing_changed_is_not_submitted_and_a_draft_can_be_thrown_away(city: City) -> None:
    with city.acting("scjg.planner"):
        with pytest.raises(Conflict, match="没有改动"):
            item_service.submit_list()
        draft = item_service.save_item("SCJG-001", {"remark": "x"})
        item_service.discard_draft(draft)
        assert [item.state for item in item_queries.my_items()] == ["published"]


def test_f1_goes_out_as_the_form_has_it_and_comes_back(city: City, run_jobs: Jobs) -> None:
    with city.acting("scjg.planner"):
        made = item_queries.item_lists()[0]
        content = f1_workbook(made, item_queries.my_items())
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert sheet["A1"].value == "随机抽查事项清单"
    assert [cell.value for cell in sheet[3]][:3] == ["序号", "检查事项", "检查依据"]
    assert bring_in(city, run_jobs, content)["unchanged"] == 1


def test_a_load_of_items_is_taken_back_until_somebody_goes_on_with_it(city: City, run_jobs: Jobs) -> None:
    fresh = ("1", "电梯安全检查", "《中华人民共和国特种设备安全法》第五十七条", "", "检验标志", "", "", "")
    bring_in(city, run_jobs, f1(fresh))
    with city.acting("scjg.planner"):
        run = db.session.scalars(import_queries.imports().order_by(Import.created_at.desc()).limit(1)).one()
        (made,) = [one for one in item_queries.my_items() if one.name == "电梯安全检查"]
        assert import_service.undo_refusal(run) is None
        item_service.save_item(made.number, {"remark": "改"})
        assert "又作了修改" in str(import_service.undo_refusal(run))
        item_service.discard_draft(made)
    bring_in(city, run_jobs, f1(fresh))
    with city.acting("scjg.planner"):
        run = db.session.scalars(import_queries.imports().order_by(Import.created_at.desc()).limit(1)).one()
        import_service.begin_undo(run)
    run_jobs()
    with city.acting("scjg.planner"):
        assert "电梯安全检查" not in {one.name for one in item_queries.my_items()}


@pytest.mark.parametrize(
    ("random", "total", "floor", "short"),
    [(7, 10, 70, 0), (6, 10, 70, 1), (0, 3, 70, 3), (1, 3, 50, 1), (0, 0, 50, 0)],
)
def test_how_many_items_are_missing_to_the_floor(random: int, total: int, floor: int, short: int) -> None:
    """R-L3."""
    found = Covered({"random": random, "unlisted": total - random}, floor)
    assert found.short == short


def test_the_filing_of_a_list_says_where_and_when_it_was_published(city: City) -> None:
    """R-P1: published first, then filed; the receiver can look for itself."""
    with city.acting("scjg.planner"):
        item_service.save_item("SCJG-001", {"frequency": 2})
        version = item_service.submit_list().version
    decide(city, True)
    with city.acting("scjg.planner"):
        bureau = city.bureaus["SCJG"]
        sent = [one for one in filings.of_subject(bureau) if one.kind == "items" and one.version == version]
        assert sent
        for one in sent:
            assert one.summary["公布位置"] == f"本平台公示网站 /open/items/{bureau}"
            assert one.summary["公布时间"] == f"{one.sent_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    assert city.client().get(f"/open/items/{bureau}").status_code == 200


def test_what_is_unfit_is_declared_once_with_its_reason_and_filed_with_justice(city: City) -> None:
    """R-L2; a version that says nothing new of it files nothing anew."""

    def declared() -> list[tuple[int, str]]:
        with city.acting("scjg.planner"):
            sent = filings.of_subject(city.bureaus["SCJG"])
            return [(one.version, one.summary["理由"]) for one in sent if one.kind == "declaration"]

    assert declared() == []
    for values in (
        {"mode": "unfit", "remark": "一年一次全覆盖检查"},
        {"frequency": 3},
        {"mode": "random"},
    ):
        with city.acting("scjg.planner"):
            item_service.save_item("SCJG-001", values)
            version = item_service.submit_list().version
        decide(city, True)
        result = [reason for _version, reason in declared()]
        if "remark" in values:
            assert declared() == [(version, "SCJG-001 消防安全检查：一年一次全覆盖检查")]
    assert result == ["这一版清单没有不适宜随机抽查的事项。", "SCJG-001 消防安全检查：一年一次全覆盖检查"]
    with city.acting("sfj.supervisor"):
        newest = item_queries.published_lists(city.bureaus["SCJG"])[1]
        assert [item.number for item in item_service.unfit(item_queries.items_at(newest))] == ["SCJG-001"]
        assert declaration_document(newest).startswith(b"PK")


def test_an_unfit_item_keeps_its_written_reason_until_it_is_fit(
    city: City, run_jobs: Jobs, owner: Any
) -> None:
    """R-L2: neither a plain F1 nor a form of one field wipes the reason; it leaves with the mode it was the reason of."""
    with city.acting("scjg.planner"):
        item_service.save_item("SCJG-001", {"mode": "unfit", "remark": "一年一次全覆盖检查"})
        stands = facts_of(item_queries.my_items()[0])
    row = ("1", stands["name"], stands["basis"], *[""] * 5)
    assert bring_in(city, run_jobs, f1(row))["unchanged"] == 1
    outcome = bring_in(city, run_jobs, f1((*row[:7], "无")))
    assert (outcome["rejected"], outcome["changed"]) == (1, 0)
    with city.acting("scjg.planner"):
        with pytest.raises(ClerkError, match="须在备注中写明理由"):
            item_service.save_item("SCJG-001", {"remark": " "})
        assert facts_of(item_queries.my_items()[0]) == stands
    with pytest.raises(psycopg.errors.CheckViolation, match="ck_item_reason"):
        owner.execute("UPDATE item SET remark = ' ' WHERE state = 'draft' AND mode = 'unfit'")
    with city.acting("scjg.planner"):
        assert item_service.save_item("SCJG-001", {"mode": "random"}).remark == ""
        item_service.discard_draft(item_queries.my_items()[0])


def test_a_version_that_is_overtaken_is_not_written_upon(city: City) -> None:
    """R-L4: whoever edits an older page does not write over a colleague's draft."""
    with city.acting("scjg.planner"):
        published = item_queries.my_items()[0]
        refuse_outdated(published, seen_as(published))
        draft = item_service.save_item(published.number, {"frequency": 7})
        with pytest.raises(Conflict, match="不是最新的一版"):
            refuse_outdated(published)
        with pytest.raises(Conflict, match="先放弃修改"):
            end_item(published, "法律修改")
        seen = seen_as(draft)
        assert item_queries.newest(published) is draft
        item_service.save_item(draft.number, {"frequency": 8})
        with pytest.raises(Conflict, match="已由他人修改"):
            refuse_outdated(draft, seen)
        item_service.discard_draft(draft)
        before = facts_of(published)
        end_item(published, "法律修改")
        with pytest.raises(Conflict, match="已拟退出清单"):
            end_item(published, "法律修改")
        back = item_service.save_item(published.number, {"frequency": 9})
        assert facts_of(back) == {**before, "frequency": 9}, "its reason to end is no remark of what stays"
        item_service.discard_draft(back)
        former = next(one for one in item_queries.versions_of(published) if one.state == "replaced")
        with pytest.raises(Conflict, match="不是现行的一版"):
            end_item(former, "法律修改")


def behind(how: str = "") -> list[str]:
    """The numbers of the items that are copies behind their source."""
    query = item_queries.items().where(item_queries.templates.behind(how)).order_by(Item.number)
    return [one.number for one in db.session.scalars(query)]


def test_a_shared_item_is_adopted_extended_and_followed(city: City) -> None:
    """The lead shares; a bureau's copy is its own, knows its source, and takes over what it did not write otherwise."""

    def publish(**values: object) -> None:
        with city.acting("scjg.planner"):
            item_service.save_item("SCJG-001", values)
            item_service.submit_list()
        decide(city, True)

    points = [{"point": "通道", "kind": "yes_no"}, {"point": "器材", "kind": "yes_no"}]
    publish(checklist=points, content="")
    with city.acting("scjg.planner"):
        item = item_queries.published_items(city.bureaus["SCJG"])[0]
        item_service.share_item(item, "供联合检查采用")
        with pytest.raises(Conflict, match="已经共享"):
            item_service.share_item(item, "")
        with pytest.raises(Conflict, match="自己共享"):
            item_service.adopt(item)
    with city.acting("wsjk.planner"):
        template, source = db.session.execute(item_queries.templates.shared_items()).one()
        mine = item_service.adopt(source)
        assert (mine.source_id, mine.enforcing_body, mine.checklist) == (
            source.id,
            "示范市卫生健康委员会",
            points,
        )
        with pytest.raises(Conflict, match="已经采用"):
            item_service.adopt(source)
        with pytest.raises(Conflict, match="没有更新"):
            follow_source(source)
        own = [{**points[0], "photo": ["no"]}, points[1], {"point": "本局补充", "kind": "text"}]
        item_service.save_item(mine.number, {"basis": "本局另有依据", "checklist": own})
    publish(
        basis="《新法》", results_use="归入档案", checklist=[*points, {"point": "标识", "kind": "yes_no"}]
    )
    with city.acting("wsjk.planner"):
        _template, newer = item_queries.templates.item_template(template.id)
        assert newer.version == source.version + 1 and item_queries.templates.copy_of(newer) is not None
        followed = follow_source(newer)
        assert (followed.source_id, followed.basis, followed.results_use) == (
            newer.id,
            "本局另有依据",
            "归入档案",
        )
        assert [point["point"] for point in followed.checklist] == ["通道", "器材", "标识", "本局补充"]
        assert followed.checklist[0]["photo"] == ["no"]
        # Published as it first was, it is behind; one that is to end stays so, and is not to be looked at.
        followed.state, followed.source_id = "published", source.id
        assert behind() == behind("newer") == [mine.number] and behind("gone") == []
        leaving = end_item(followed, "不再检查")
        with pytest.raises(Conflict, match="请先在事项页面放弃退出"):
            follow_source(newer)
        assert leaving.ending and behind() == [] and behind("newer") == [mine.number]
        item_service.discard_draft(leaving)
    with city.acting("scjg.planner"):
        end_item(item_queries.published_items(city.bureaus["SCJG"])[0], "法律修改")
        item_service.submit_list()
    decide(city, True)
    with city.acting("wsjk.planner"):
        (copy,) = [one for one in item_queries.my_items() if one.number == mine.number]
        assert behind() == behind("gone") == [copy.number] and behind("newer") == []
        gone = item_queries.templates.source_gone(copy)
        assert gone is not None and gone.id == source.id and item_queries.templates.source_of(copy) is None
        draft = item_service.save_item(copy.number, {"basis": "本局仍有依据"})
        assert behind() == [] and behind("gone") == [copy.number], "looked at, and gone all the same"
        item_service.discard_draft(draft)
        db.session.delete(copy)
    with city.acting("scjg.planner"):
        assert db.session.execute(item_queries.templates.shared_items()).all() == []


def test_a_file_that_moves_items_to_another_unit_says_so_and_is_taken_back(
    city: City, run_jobs: Jobs
) -> None:
    """R-T5, R-L11: the unit alone is a change, told with both names; what stood is written again."""
    with city.acting("scjg.planner"):
        mine, theirs = (units.add_unit(name).id for name in ("轮值甲科", "轮值乙科"))

    def load(*rows: tuple[str, str, str]) -> Import:
        lines = [("1", name, "《甲法》", "", "", "", "", remark, unit) for name, remark, unit in rows]
        bring_in(city, run_jobs, f1(*lines, more=("所属科室",)))
        with city.acting("scjg.planner"):
            return db.session.scalars(
                import_queries.imports().order_by(Import.created_at.desc()).limit(1)
            ).one()

    def standing() -> list[tuple[str, Any]]:
        return [(one.state, one.unit_id) for one in item_queries.my_items() if one.name.startswith("轮")]

    load(("轮值检查", "", "轮值甲科"), ("轮岗检查", "", ""))
    with city.acting("scjg.planner"):
        item_service.submit_list()
    decide(city, True)
    rows = (("轮值检查", "", "轮值乙科"), ("轮岗检查", "改", "轮值乙科"))
    run = load(*rows)
    with city.acting("scjg.planner"):
        result = {
            row.name: row.changes for row in db.session.scalars(import_queries.rows(run.id)) if row.changes
        }
        assert result["轮值检查"] == {"unit": ["轮值甲科", "轮值乙科"]}
        assert result["轮岗检查"] == {"remark": ["", "改"], "unit": ["", "轮值乙科"]}
        assert standing() == [("published", theirs), ("draft", theirs)]
    again = load(*rows).outcome
    assert again is not None and (again["changed"], again["unchanged"]) == (0, 2)
    with city.acting("scjg.planner"):
        moved = next(one for one in item_queries.my_items() if one.name == "轮值检查")
        set_item_unit(moved, mine)
        preview = import_service.undo_preview(run)
        assert preview.refusal is None and [
            (one.name, "又作了修改" in one.reason) for one in preview.first
        ] == [("轮值检查", True)]
        set_item_unit(moved, theirs)
        assert import_service.undo_import(run.id, lambda *_: None) == {"removed": 1, "restored": 2}
        assert standing() == [("published", mine), ("published", None)]
