"""A former platform's ledger comes in as F11 (R-V9, R-L11): once, told by row and column, taken back, and it counts (R-P6, R-D3)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities import queries as entity_queries
from onedoor.imports import queries as import_queries
from onedoor.imports import service as import_service
from onedoor.imports.models import ImportProblem
from onedoor.kernel.clock import today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.ledger import queries
from onedoor.ledger.models import OutsideCheck
from onedoor.ledger.rules import f11
from onedoor.plans.models import CapEntry
from tests.fixtures.clerk_files import as_csv
from tests.visits.builders import run_jobs_of
from tests.visits.check_builders import CLERK, Desk


def load(
    desk: Desk, *rows: dict[str, str], mode: str = "good"
) -> tuple[Any, list[tuple[int, str, str]], UUID]:
    """A file of these rows, by their heads: the outcome, what was told of which row, and the load's id."""
    head = tuple(dict.fromkeys(name for row in rows for name in row))
    content = as_csv([[row.get(name, "") for name in head] for row in rows], head)
    city = desk.world.city
    with city.acting(CLERK):
        run_id = import_service.begin_import("checks", "台账.csv", content, mode).id
    run_jobs_of(city.app)()
    with city.acting(CLERK):
        found = db.session.scalars(import_queries.problems(run_id).order_by(ImportProblem.number))
        told = [(one.number, one.column, one.message % one.params) for one in found]
        return import_queries.import_run(run_id).outcome, told, run_id


def figures(outcome: Any) -> list[int]:
    return [outcome[word] for word in ("added", "changed", "unchanged", "rejected")]


def past(code: str, number: str, **more: str) -> dict[str, str]:
    """A random check of a former platform, at the beginning of this year."""
    return {
        "检查类别": "随机检查", "来源": "随机抽取", "检查对象": "甲店", "检查人员": "张三、李四", "检查内容": "食品经营许可、卫生状况",
        "检查方式": "实地检查", "检查措施": "责令改正", "检查结果": "发现问题已责令改正", "监督检查记录": "已复查",
        "统一社会信用代码": code, "检查日期": f"{today().year}-01-05", "检查编号": number, **more,
    }  # fmt: skip


def checks(desk: Desk, run_id: UUID) -> list[OutsideCheck]:
    with desk.world.city.acting(CLERK):
        query = sa.select(OutsideCheck).where(OutsideCheck.import_id == run_id).order_by(OutsideCheck.key)
        return list(db.session.scalars(query))


def counted(desk: Desk, code: str) -> list[str]:
    with desk.world.city.acting(CLERK):
        entered = (CapEntry.outside, CapEntry.entered)
        query = sa.select(CapEntry.kind).where(CapEntry.entity_code == code, *entered)
        return sorted(db.session.scalars(query))


def drawn(desk: Desk) -> set[str]:
    with desk.world.city.acting(CLERK):
        function = sa.func.my_former_draws(today().year).table_valued(sa.column("code", sa.Text()))
        return set(db.session.scalars(sa.select(function.c.code)))


def test_it_comes_in_marked_and_counts_for_caps_draws_and_the_returns(desk: Desk) -> None:
    code, other = desk.firm(), desk.firm()
    with desk.world.city.acting(CLERK):
        before = len(list(db.session.scalars(queries.former_checks(today().year))))
    daily = past(other, "A-2", 检查类别="日常", 来源="", 检查方式="书面检查", 检查结果="合格")
    outcome, told, run_id = load(desk, past(code, "A-1"), daily)
    assert figures(outcome) == [2, 0, 0, 0], told
    assert {row[1] for row in told} == {"检查对象"}, "the register's name is said"
    assert counted(desk, code) == ["random"] and counted(desk, other) == [], "in writing nobody entered"
    assert code in drawn(desk) and other not in drawn(desk)
    with desk.world.city.acting(CLERK):
        assert len(list(db.session.scalars(queries.former_checks(today().year)))) == before + 2
        assert queries.outside_platform_count(today().year) == 0, "what a former platform drew was drawn"
        lines = {row.number: row for row in db.session.execute(sa.select(*queries.mine().c))}
    said = f11.words(lines["A-1"])
    assert said["registration"] == "原平台的检查" and said["results"] == "发现问题已责令改正"
    assert said["measures"] == "责令改正" and said["supervision"] == "已复查"
    assert f11.words(lines["A-2"])["source"] == "检查计划"
    assert len(checks(desk, run_id)) == 2


def test_the_same_file_again_changes_nothing_and_a_changed_row_is_brought_up_to_date(desk: Desk) -> None:
    code = desk.firm()
    load(desk, past(code, "B-1"), past(code, "", 检查日期=f"{today().year}-01-06"))
    outcome, _told, _run = load(desk, past(code, "B-1"), past(code, "", 检查日期=f"{today().year}-01-06"))
    assert figures(outcome) == [0, 0, 2, 0] and counted(desk, code) == ["random", "random"]
    outcome, _told, run_id = load(desk, past(code, "B-1", 检查方式="网络监测"))
    assert figures(outcome) == [0, 1, 0, 0] and counted(desk, code) == ["random"]
    undo(desk, run_id)
    assert counted(desk, code) == ["random", "random"]
    with desk.world.city.acting(CLERK):
        restored = db.session.scalars(sa.select(OutsideCheck).where(OutsideCheck.number == "B-1")).one()
        assert restored.methods == ["on_site"]


def test_what_is_wrong_is_told_by_row_and_column(desk: Desk) -> None:
    rows = (
        past(desk.firm(), "C-1", 检查类别="突击"),
        past(desk.firm(), "C-2", 检查日期=f"{today().year + 1}-01-05"),
        past(desk.firm(), "C-3", 检查结果="很好"),
        past(desk.firm(), "C-4", 来源="投诉举报"),
        past("", "C-5", 检查对象="没有这家店"),
        past(desk.firm(), "C-6", 检查日期=""),
        past(desk.firm(), "C-7", 检查类别="个案检查", 来源=""),
        past("91990100MA00", "C-8"),
        past(desk.firm(), "C-9"),
        past(desk.firm(), "C-9"),
    )
    outcome, told, _run = load(desk, *rows)
    columns = [column for _number, column, text in told if "以名录为准" not in text]
    assert figures(outcome) == [1, 0, 0, 9]
    assert columns == ["检查类别", "检查日期", "检查结果", "来源", "检查对象", "检查日期", "来源", "统一社会信用代码", "检查编号"]  # fmt: skip


def test_a_firm_that_the_register_does_not_have_is_kept_as_it_was_told(desk: Desk) -> None:
    gone = made_up_credit_code(987_654)
    outcome, told, run_id = load(desk, past(gone, "D-1"))
    assert figures(outcome) == [1, 0, 0, 0] and told[0][1] == "统一社会信用代码"
    (check,) = checks(desk, run_id)
    assert (check.entity_id, check.entity_code, check.entity_name) == (None, gone, "甲店")
    named = past("", "D-2", 检查对象=name_of(desk, code := desk.firm()))
    _outcome, _told, run_id = load(desk, named)
    assert [one.entity_code for one in checks(desk, run_id)] == [code], "known by its name alone"


def name_of(desk: Desk, code: str) -> str:
    with desk.world.city.acting(CLERK):
        return entity_queries.entity_by_code(code).name


def undo(desk: Desk, run_id: UUID) -> None:
    city = desk.world.city
    with city.acting(CLERK):
        import_service.begin_undo(import_queries.import_run(run_id))
    run_jobs_of(city.app)()


def test_a_load_is_taken_back_with_its_counts(desk: Desk) -> None:
    code = desk.firm()
    _outcome, _told, run_id = load(desk, past(code, "E-1"))
    assert counted(desk, code) == ["random"] and code in drawn(desk)
    undo(desk, run_id)
    assert checks(desk, run_id) == [] and counted(desk, code) == [] and code not in drawn(desk)


def test_what_a_later_load_changed_is_not_taken_back(desk: Desk) -> None:
    code = desk.firm()
    _outcome, _told, run_id = load(desk, past(code, "F-1"))
    load(desk, past(code, "F-1", 监督检查记录="已归档"))
    with desk.world.city.acting(CLERK):
        assert "后来又有变动" in str(import_service.undo_refusal(import_queries.import_run(run_id)))


def test_a_look_at_a_file_writes_nothing(desk: Desk) -> None:
    code = desk.firm()
    outcome, _told, run_id = load(desk, past(code, "G-1"), mode="check")
    assert outcome["would"]["added"] == 1 and checks(desk, run_id) == [] and counted(desk, code) == []
