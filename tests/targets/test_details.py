"""What a bureau knows of its targets, from a file (R-L5, R-L11): contacts, tags and levels, apart from the library itself."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Entity
from onedoor.imports import queries as import_queries
from onedoor.imports import service as import_service
from onedoor.imports.models import ImportProblem, ImportRow
from onedoor.items import queries as item_queries
from onedoor.items import service as item_service
from onedoor.kernel.clock import today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import Forbidden, NotFound
from onedoor.kernel.scope import in_scope
from onedoor.kernel.spreadsheets import SourceRow
from onedoor.officers import queries as officer_queries
from onedoor.officers import service as officer_service
from onedoor.officers.rules.codes import InspectorStatus
from onedoor.officers.service.inspectors import set_unit
from onedoor.targets import queries as target_queries
from onedoor.targets import service as target_service
from onedoor.targets.rules.target_rows import CODE, DETAILS_HEAD, read_target
from tenants import units
from tenants.models import UserAccount
from tenants.scope import identity
from tests.fixtures.city import City
from tests.fixtures.clerk_files import as_csv, f1
from tests.fixtures.merged_entities import by_hand
from tests.fixtures.undo_reasons import undo_reasons

Jobs = Callable[[], int]
MAKER = "wsjk.planner"


def row(number: int, prefix: str = "91990100", **cells: str) -> list[str]:
    """A row of details; `cells` by their heads."""
    given = {CODE: made_up_credit_code(number, prefix), **cells}
    return [given.get(head, "") for head in DETAILS_HEAD]


def bring_in(
    city: City, run_jobs: Jobs, content: bytes, mode: str = "good", who: str = MAKER, kind: str = "details"
) -> tuple[UUID, Any, list[tuple[int, str, str]]]:
    with city.acting(who):
        run_id = import_service.begin_import(kind, "资料.csv", content, mode).id
    run_jobs()
    with city.acting(who):
        problems = db.session.scalars(import_queries.problems(run_id).order_by(ImportProblem.number))
        messages = [(one.number, one.column, one.message % one.params) for one in problems]
        return run_id, import_queries.import_run(run_id).outcome, messages


def load(city: City, run_jobs: Jobs, *rows: Sequence[str], **how: Any) -> tuple[UUID, Any, Any]:
    return bring_in(city, run_jobs, as_csv(rows, DETAILS_HEAD, "gb18030"), **how)


def take_back(city: City, run_jobs: Jobs, run_id: UUID) -> None:
    with city.acting(MAKER):
        assert import_service.undo_refusal(import_queries.import_run(run_id)) is None
        import_service.begin_undo(import_queries.import_run(run_id))
    run_jobs()
    with city.acting(MAKER):
        assert import_queries.import_run(run_id).undone_at is not None


def figures(outcome: Mapping[str, Any]) -> list[int]:
    return [outcome[word] for word in ("added", "changed", "unchanged", "rejected")]


def standing(number: int) -> tuple[Entity, str, str, list[str], str | None, str]:
    """The entity, its contact and phone, tags, level and why, as the bureau at work knows them."""
    entity = entity_queries.entity_by_code(made_up_credit_code(number))
    contact = target_service.contact_of(entity)
    held = next((one for one in target_queries.risk_of(entity.id) if one.until is None), None)
    return (
        entity,
        contact.person if contact else "",
        target_service.phone_of(contact) if contact else "",
        sorted(one.name for one in target_queries.tags_of(entity.id)),
        held.level if held else None,
        held.reason if held else "",
    )


@pytest.fixture(scope="module")
def words(city: City, library: None) -> None:
    """Levels and tags of the bureau, nine caterers in its library, and a tag that all bureaus share."""
    with city.acting(MAKER):
        target_service.save_scale("低 0\n高 50")
        target_service.add_tag("投诉多", "", shared=False)
        target_service.add_tag("新办", "", shared=False)
        target_service.list_codes([made_up_credit_code(number) for number in range(1, 10)])
    with city.acting("scjg.planner"):
        target_service.add_tag("共用词", "", shared=True)


def test_a_row_is_read_as_clerks_write_it() -> None:
    def read(**cells: str) -> Any:
        source = SourceRow(2, None, {CODE: made_up_credit_code(1), **cells})
        return read_target(source, date(2026, 11, 22), lists=False)

    found, reader = read(加标签="新办、重点", 风险等级="高", 评定理由="年度评定", 评定日期="2026年3月5日")
    assert found is not None and not reader.problems
    assert (found.more_tags, found.level, found.grounds) == (("新办", "重点"), "高", "2026-03-05 年度评定")
    again = read(风险等级="高", 评定理由="2026-03-05 年度评定", 评定日期="2026-03-05")[0]
    assert (
        again.grounds == found.grounds and read(风险等级="高", 评定日期="2026-3-5")[0].grounds == "2026-03-05"
    )
    found, reader = read(列入日期="不是日期", 所属科室="二科", 移出="停业")
    assert (found.listed_on, found.unit, found.reason) == (None, "", "")
    assert ["不办理移出" in str(one.error) for one in reader.remarks] == [True]
    for cells, column in (
        ({"联系电话": "打门口电话"}, "联系电话"),
        ({"联系电话": "139****001a"}, "联系电话"),
        ({"评定理由": "年度评定"}, "风险等级"),
        ({"风险等级": "高", "评定日期": "2026-11-23"}, "评定日期"),
        ({"加标签": "新办", "取下标签": "重点、新办"}, "取下标签"),
        ({"统一社会信用代码": "9199"}, CODE),
    ):
        found, reader = read(**cells)
        assert found is None and [one.column for one in reader.problems] == [column]


def test_details_come_in_again_and_again_and_list_nobody(
    city: City, words: None, run_jobs: Jobs, owner: psycopg.Connection
) -> None:
    whole = row(1, 联系人="某甲", 联系电话="13900000011", 标签="投诉多", 风险等级="高", 评定理由="年度评定", 评定日期="2026-01-05")  # fmt: skip
    with city.acting(MAKER):
        there, last = target_queries.target_count(), import_queries.library_updates.last_update()
    run_id, outcome, _ = load(city, run_jobs, whole, row(2, 联系电话="0476-1234567"), mode="check")
    assert (outcome["written"], outcome["would"]) == (False, {"added": 0, "changed": 2, "unchanged": 0})
    with city.acting(MAKER):
        assert standing(1)[1:] == ("", "", [], None, "")
        import_service.begin_load(import_queries.import_run(run_id), "all")
    run_jobs()
    with city.acting(MAKER):
        run = import_queries.import_run(run_id)
        assert figures(run.outcome or {}) == [0, 2, 0, 0] and "gone" not in (run.outcome or {})
        assert standing(1)[1:] == ("某甲", "13900000011", ["投诉多"], "高", "2026-01-05 年度评定")
        kept = db.session.scalars(import_queries.rows(run_id).order_by(ImportRow.number)).first()
        assert kept is not None and kept.changes == {
            "tags": [[], ["投诉多"]],
            "level": [None, "高"],
            "grounds": [None, "2026-01-05 年度评定"],
            "person": [None, "某甲"],
            "phone": [None, None],
        }
        after = import_queries.library_updates.last_update()
        assert (target_queries.target_count(), after and after.id) == (there, last and last.id), (
            "it is no library"
        )
    assert figures(load(city, run_jobs, whole, row(2), row(3, 标签="无"))[1]) == [0, 0, 3, 0]
    more = row(1, 加标签="新办", 风险等级="高", 评定理由="复核后仍为高")
    assert figures(load(city, run_jobs, more)[1]) == [0, 1, 0, 0]
    with city.acting(MAKER):
        assert standing(1)[3:] == (["投诉多", "新办"], "高", "复核后仍为高")
    load(city, run_jobs, row(1, 取下标签="投诉多"), row(2, 标签="投诉多、新办"), row(4, 标签="投诉多"))
    with city.acting(MAKER):
        assert [standing(number)[3] for number in (1, 2, 4)] == [["新办"], ["投诉多", "新办"], ["投诉多"]]
    for text in (
        "SELECT string_agg(r::text, '') FROM import_row r",
        "SELECT string_agg(p::text, '') FROM import_problem p",
        "SELECT string_agg(a::text, '') FROM audit_entry a",
    ):
        found = owner.execute(text.encode()).fetchone()
        assert found is not None and "13900000011" not in str(found[0])
    event = owner.execute(
        "SELECT count(*) FROM audit_entry WHERE event = 'registry.details.import'"
    ).fetchone()
    assert event is not None and event[0] >= 3


def test_rows_that_may_not_be_taken_say_why(city: City, words: None, run_jobs: Jobs) -> None:
    rows = [
        row(9_001, 联系人="谁"),
        row(20, 联系人="不在库里"),
        row(5, 风险等级="极高"),
        row(6, 标签="没有的"),
        row(7, 取下标签="共用词"),
        row(8, 联系电话="139****0000"),
        row(9, 标签="新办"),
        row(9, 标签="投诉多"),
        row(5, 联系电话="电话"),
    ]
    run_id, outcome, result = load(city, run_jobs, *rows, mode="all")
    assert not outcome["written"] and outcome["rejected"] == 8 and outcome["valid"] == 1
    reasons = {number: (column, reason) for number, column, reason in result}
    assert "由示范市市场监督管理局登记" in reasons[2][1]
    assert reasons[3] == (CODE, "不在本单位的名录库里，请先列入，再导入它的资料。")
    assert reasons[4] == ("风险等级", "本单位没有“极高”这个风险等级，可填：低、高。")
    assert reasons[5] == ("标签", "没有“没有的”这个可用的标签，可填：投诉多、新办；也可先在“标签”页添加。")
    assert reasons[6][0] == "取下标签" and "没有“共用词”这个可用的标签" in reasons[6][1]
    assert reasons[7][0] == "联系电话" and "请填写完整的号码" in reasons[7][1]
    assert "与第 8 行的代码重复" in reasons[9][1] and "几个标签写在同一格" in reasons[9][1]
    assert reasons[10][0] == "联系电话"
    with city.acting(MAKER):
        book = import_service.problem_workbook(import_queries.import_run(run_id), str)
        assert book[:2] == b"PK"


def test_a_load_of_details_is_taken_back_with_the_number_that_stood(
    city: City, words: None, run_jobs: Jobs, owner: psycopg.Connection
) -> None:
    load(city, run_jobs, row(3, 联系人="某甲", 联系电话="13900000031", 标签="投诉多", 风险等级="高"))
    changing = row(3, 联系人="某乙", 联系电话="13900000032", 标签="新办", 风险等级="低", 评定理由="复核")
    looked, _, _ = load(city, run_jobs, changing, mode="check")
    run_id, outcome, _ = load(city, run_jobs, changing, row(4, 联系人="某丙", 加标签="新办"))
    assert figures(outcome) == [0, 2, 0, 0]
    sealed = "SELECT number, former FROM import_row WHERE import_id = %s AND former IS NOT NULL"
    assert owner.execute(sealed, [looked]).fetchall() == []
    ((number, former),) = owner.execute(sealed, [run_id]).fetchall()
    assert number == 2 and b"13900000031" not in bytes(former)
    with city.acting(MAKER):
        entity = standing(3)[0]
        assert standing(3)[1:] == ("某乙", "13900000032", ["新办"], "低", "复核")
        target_service.note_contact(entity, "某丁", "13900000033")
        assert "后来又有变动" in undo_reasons(run_id)
        db.session.rollback()
    with city.acting("scjg.planner"), pytest.raises(NotFound):
        import_queries.import_run(run_id)
    take_back(city, run_jobs, run_id)
    with city.acting(MAKER):
        assert standing(3)[1:] == ("某甲", "13900000031", ["投诉多"], "高", "导入 资料.csv")
        assert [one.name for one in officer_service.find_number("13900000031").entities] == [
            standing(3)[0].name
        ]
        assert standing(4)[1] == "" and "新办" not in standing(4)[3]
    assert owner.execute(sealed, [run_id]).fetchall() == [], "what has no further use is not kept"


def test_the_list_goes_out_is_edited_and_comes_in(city: City, words: None, run_jobs: Jobs) -> None:
    """R-T7: phones leave half hidden, and are known again by it; nothing else is lost."""
    load(city, run_jobs, row(5, 联系人="某戊", 联系电话="13900000051", 标签="投诉多", 风险等级="高"), row(6, 联系电话="123456"))  # fmt: skip
    out: Any = city.client(MAKER).get("/registry/targets?listed=yes&export=csv")
    assert "139****0051" in out.text and "13900000051" not in out.text
    head, *rows = csv.reader(io.StringIO(out.data.decode("utf-8-sig")))
    assert {"联系人", "联系电话", "标签", "风险等级", "评定理由"} <= set(head)
    for kind in ("details", "targets"):
        _, outcome, result = bring_in(city, run_jobs, as_csv(rows, head), kind=kind)
        assert figures(outcome)[:2] == [0, 0] and outcome["unchanged"] == len(rows) and result == []
    place, (edited,) = head.index("标签"), [one for one in rows if made_up_credit_code(5) in one]
    edited[place], edited[head.index("联系人")] = "新办", "某己"
    _, outcome, _ = bring_in(city, run_jobs, as_csv(rows, head))
    assert figures(outcome)[:2] == [0, 1]
    with city.acting(MAKER):
        assert standing(5)[1:5] == ("某己", "13900000051", ["新办"], "高")


def test_the_keeper_of_a_kind_marks_what_is_not_in_its_library(
    city: City, words: None, run_jobs: Jobs
) -> None:
    """R-T4: with words all bureaus share, and how it reaches them; a level is of targets alone."""
    keeper = "scjg.planner"
    rows = (row(12, 加标签="共用词", 联系人="某庚"), row(13, 风险等级="高"), row(3, 标签="共用词"))
    run_id, outcome, result = load(city, run_jobs, *rows, who=keeper)
    assert figures(outcome) == [0, 2, 0, 1]
    assert result == [(3, "风险等级", "不在本单位的名录库里，不能评定风险等级。")]
    with city.acting(keeper):
        assert standing(12)[1:4] == ("某庚", "", ["共用词"])
    with city.acting(MAKER):
        assert standing(12)[1:4] == ("", "", ["共用词"]) and "共用词" in standing(3)[3]
    with city.acting(keeper):
        import_service.begin_undo(import_queries.import_run(run_id))
    run_jobs()
    with city.acting(keeper):
        assert standing(12)[1:4] == ("", "", []) and import_queries.import_run(run_id).undone_at is not None


def test_another_units_target_is_left_alone(city: City, words: None, run_jobs: Jobs) -> None:
    """R-T5, by a load and by taking one back."""
    with city.acting(MAKER):
        first, second = (units.add_unit(name).id for name in ("一科", "二科"))
        target = target_queries.target_of(standing(7)[0].id)
        assert target is not None
        target.unit_id = first
    run_id, outcome, _ = load(city, run_jobs, row(7, 联系人="某辛"))
    assert figures(outcome) == [0, 1, 0, 0]
    work_in(city, second)
    try:
        _, outcome, result = load(city, run_jobs, row(7, 联系人="某壬"), row(8, 联系人="某癸"))
        assert figures(outcome) == [0, 1, 0, 1] and "由“一科”维护" in result[0][2]
        with city.acting(MAKER):
            assert "由其他科室维护" in undo_reasons(run_id)
    finally:
        work_in(city, None)


def test_another_units_officer_is_left_alone_and_a_new_item_is_the_units(
    city: City, words: None, run_jobs: Jobs
) -> None:
    """R-T5."""
    with city.acting(MAKER):
        first, second = (units.add_unit(name).id for name in ("三科", "四科"))
        theirs = officer_service.save_inspector(
            None, {**by_hand("江知白", "示D001", date(2999, 1, 1)), "unit_id": first}
        )
        recusal = officer_service.add_recusal(theirs, made_up_credit_code(7), "KIN", "")
        ids, recusal_id = theirs.id, recusal.id
        day = today()
    work_in(city, second)
    try:
        with city.acting(MAKER):
            theirs = officer_queries.my_inspector(ids)
            for act in (
                lambda: officer_service.save_inspector(theirs, {"name": "江知黑"}),
                lambda: officer_service.set_inspector_status(theirs, InspectorStatus.LEFT, "调离"),
                lambda: officer_service.note_leave(theirs, day, day, ""),
                lambda: officer_service.add_recusal(theirs, made_up_credit_code(8), "KIN", ""),
                lambda: officer_service.end_recusal(theirs, recusal_id, "无"),
                lambda: set_unit(theirs, second),
            ):
                with pytest.raises(Forbidden, match="由“三科”维护"):
                    act()
        columns = ("姓名", "执法证编号", "职务")
        _, outcome, result = bring_in(
            city, run_jobs, as_csv([["江知白", "示D001", "队长"]], columns), kind="inspectors"
        )
        assert outcome["rejected"] == 1 and "由“三科”维护" in result[0][2]
        bring_in(city, run_jobs, f1(("9", "四科的检查", "《传染病防治法》")), kind="items")
        with city.acting(MAKER):
            (added,) = [one for one in item_queries.my_items() if one.name == "四科的检查"]
            assert added.unit_id == second
            item_service.discard_draft(added)
    finally:
        work_in(city, None)


def test_another_units_experts_and_trainings_are_left_alone(city: City, run_jobs: Jobs) -> None:
    """R-T5: by hand, by a load and by taking one back; who is new is the unit's whose hand it is."""
    head = ("姓名或名称", "所在单位", "资格证号", "维护科室")
    held = {"title": "五科的培训", "held_on": today(), "hours": Decimal(2), "place": "", "trainer": "", "content": "", "invited": [], "attended": []}  # fmt: skip
    with city.acting(MAKER):
        first, second = (units.add_unit(name).id for name in ("五科", "六科"))
    work_in(city, first)
    try:
        load_id, outcome, result = bring_in(
            city, run_jobs, as_csv([["申某", "示范大学", "专1", ""]], head), kind="experts"
        )
        with city.acting(MAKER):
            known, training = (
                officer_queries.experts.known("申某", "示范大学"),
                officer_service.save_training(None, held),
            )
            assert known is not None and (known.unit_id, training.unit_id) == (first, first)
            expert_id, training_id = known.id, training.id
        work_in(city, second)
        with city.acting(MAKER):
            expert, training = (
                officer_queries.experts.expert(expert_id),
                officer_queries.my_training(training_id),
            )
            for act in (
                lambda: officer_service.save_expert(expert, {"name": "申某", "organisation": "示范大学"}),
                lambda: officer_service.save_training(training, {**held, "title": "改"}),
            ):
                with pytest.raises(Forbidden, match="由“五科”维护"):
                    act()
            assert "由其他科室维护" in undo_reasons(load_id)
        rows = [
            ["申某", "示范大学", "专2", ""],
            ["酉某", "示范大学", "专3", "六科"],
            ["戌某", "", "", "没有的科"],
        ]
        _, outcome, result = bring_in(city, run_jobs, as_csv(rows, head), kind="experts")
        assert (outcome["added"], outcome["rejected"]) == (1, 2)
        assert "由“五科”维护" in result[0][2] and "没有“没有的科”这个科室" in result[1][2]
    finally:
        work_in(city, None)
    with city.acting(MAKER):
        expert = officer_queries.experts.expert(expert_id)
        officer_service.save_expert(
            expert, {"name": "申某", "organisation": "示范大学", "active": True, "unit_id": None}
        )
        assert expert.unit_id is None, "whoever belongs to no unit gives it to the whole bureau"


def work_in(city: City, unit_id: UUID | None) -> None:
    with in_scope(identity(city.bureaus["WSJK"]), city.app):
        of_maker = sa.update(UserAccount).where(UserAccount.username == MAKER)
        db.session.execute(of_maker.values(unit_id=unit_id))
        db.session.commit()
