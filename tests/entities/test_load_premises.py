"""Places of business and licences from files (R-L11, R-T4): what comes in, is changed, is told of, and is taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entity_service
from onedoor.entities.models import Entity
from onedoor.entities.service import load_premises
from onedoor.imports import queries as import_queries
from onedoor.imports import service as import_service
from onedoor.imports.models import ImportProblem, ImportRow
from onedoor.imports.service import two_pass
from onedoor.kernel.clock import today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import Forbidden, NotFound
from onedoor.targets import service as target_service
from tenants import queries as tenants
from tests.entities.test_premises import LICENCE, PLACE
from tests.fixtures.city import City
from tests.fixtures.clerk_files import as_csv
from tests.fixtures.undo_reasons import undo_reasons

pytestmark = pytest.mark.committed("its tests go on from one another")

Jobs = Callable[[], int]


def load(
    city: City, run_jobs: Jobs, who: str, kind: str, *rows: dict[str, str], mode: str = "good"
) -> tuple[Any, list[tuple[int, str, str]], Any]:
    """A file of these rows, by their heads; returns the outcome, what was told of which row, and the load's id."""
    head = tuple(dict.fromkeys(name for row in rows for name in row))
    content = as_csv([[row.get(name, "") for name in head] for row in rows], head)
    with city.acting(who):
        run_id = import_service.begin_import(kind, f"{kind}.csv", content, mode).id
    run_jobs()
    with city.acting(who):
        found = db.session.scalars(import_queries.problems(run_id).order_by(ImportProblem.number))
        problems = [(one.number, one.column, one.message % one.params) for one in found]
        return import_queries.import_run(run_id).outcome, problems, run_id


def figures(outcome: Any) -> list[int]:
    return [outcome[word] for word in ("added", "changed", "unchanged", "rejected")]


def at(number: int, **cells: str) -> dict[str, str]:
    return {"统一社会信用代码": made_up_credit_code(number), **cells}


def firm_of(number: int) -> Entity:
    return entity_queries.entity_by_code(made_up_credit_code(number))


def test_places_come_in_by_file_and_again_change_nothing(city: City, register: None, run_jobs: Jobs) -> None:
    rows = (
        at(11, 企业名称="示范第11号商行", 场所名称="总店", 地址="人民路1号", 所在地="示例县", 场所编号=""),
        at(11, 场所名称="分店", 地址="示例县学府路 5 号"),
        at(12, 企业名称="别的名字", 地址="人民路1号", 停用日期="2026-01-02", 说明="已关"),
    )
    outcome, result, run_id = load(city, run_jobs, "scjg.planner", "premises", *rows, mode="check")
    assert not outcome["written"] and outcome["would"]["added"] == 3
    assert result == [(4, "企业名称", "名录里这个代码的名称是“示范第12号商行”，以名录为准，请核对。")]
    with city.acting("scjg.planner"):
        assert entity_queries.premises_of(firm_of(11).id) == []
        import_service.begin_load(import_queries.import_run(run_id), "all")
    run_jobs()
    with city.acting("scjg.planner"):
        run = import_queries.import_run(run_id)
        assert figures(run.outcome) == [3, 0, 0, 0]
        named = {place.name: place.code for place in tenants.places()}
        first, second = entity_queries.premises_of(firm_of(11).id)
        assert (first.number, first.name, first.jurisdiction_code) == (1, "总店", named["示例县"])
        # Where the row does not say it, the place that its address names.
        assert (second.number, second.jurisdiction_code) == (2, named["示例县"])
        (closed,) = entity_queries.premises_of(firm_of(12).id)
        assert (closed.closed_on, closed.jurisdiction_code) == (
            date(2026, 1, 2),
            firm_of(12).jurisdiction_code,
        )
        (change, _) = entity_queries.belongings_history(firm_of(11).id)
        assert (change.change.source, change.load) == ("load", run)
    with city.acting("wsjk.planner"):
        # Others read what became of it and from where, not which file it was.
        (told_all, _) = entity_queries.belongings_history(firm_of(11).id)
        assert (told_all.change.source, told_all.load) == ("load", None)
    outcome, _, _ = load(city, run_jobs, "scjg.planner", "premises", *rows)
    assert figures(outcome) == [0, 0, 3, 0]


def test_a_file_of_places_changes_what_it_says_and_is_taken_back(
    city: City, register: None, run_jobs: Jobs
) -> None:
    place = {**PLACE, "name": "老店", "jurisdiction_code": ""}
    with city.acting("scjg.planner"):
        place["jurisdiction_code"] = firm_of(13).jurisdiction_code
        entity_service.save_premises(firm_of(13), {**place, "note": "手工登记"})
    rows = (
        at(13, 场所编号="1", 场所名称="", 地址="搬到南街8号", 停用日期="2026-02-03"),
        at(13, 场所名称="新店", 地址="北街9号"),
    )
    outcome, result, run_id = load(city, run_jobs, "scjg.planner", "premises", *rows)
    assert figures(outcome) == [1, 1, 0, 0] and outcome["gone"] >= 0
    assert result == [(2, "所在地", "地址有变动，所在地没有填写，仍按原来的不变，请核对。")]
    with city.acting("scjg.planner"):
        new, old = entity_queries.premises_of(firm_of(13).id)
        assert (old.name, old.address, old.note) == ("老店", "搬到南街8号", "手工登记")
        assert old.closed_on == date(2026, 2, 3)
        changes = (
            db.session.scalars(import_queries.rows(run_id).where(ImportRow.verdict == "changed"))
            .one()
            .changes
        )
        assert changes == {"address": [PLACE["address"], "搬到南街8号"], "closed_on": [None, "2026-02-03"]}
        licensed = entity_service.save_licence(
            firm_of(13), {**LICENCE, "number": "挂2", "premises_number": 2}
        )
        run = import_queries.import_run(run_id)
        assert "已登记许可证" in undo_reasons(run.id)
        entity_service.save_licence(firm_of(13), {**LICENCE, "number": "挂2"}, licensed)
        assert import_service.undo_refusal(run) is None
        import_service.begin_undo(run)
    run_jobs()
    with city.acting("scjg.planner"):
        assert import_queries.import_run(run_id).undone_at is not None
        (old,) = entity_queries.premises_of(firm_of(13).id)
        assert (old.address, old.closed_on) == (PLACE["address"], None)
        told_of = [
            (one.change.what, one.change.source) for one in entity_queries.belongings_history(firm_of(13).id)
        ]
        assert {("removed", "undo"), ("changed", "undo"), ("added", "load"), ("added", "hand")} <= set(
            told_of
        )
        # A number is never given twice, not even one of a load that was taken back.
        assert entity_service.save_premises(firm_of(13), place).number == 3
    # What somebody changed since stays, and all with it.
    _, _, again = load(city, run_jobs, "scjg.planner", "premises", rows[1])
    with city.acting("scjg.planner"):
        newest = next(one for one in entity_queries.premises_of(firm_of(13).id) if one.name == "新店")
        entity_service.save_premises(firm_of(13), {**place, "name": "改名"}, newest)
        assert "后来又有变动" in undo_reasons(again)


def test_what_is_wrong_with_a_file_of_places_is_told_by_row(
    city: City, register: None, run_jobs: Jobs
) -> None:
    rows = (
        at(14, 地址="某路1号"),
        {"统一社会信用代码": made_up_credit_code(900), "地址": "某路"},
        at(14, 地址="某路2号", 所在地="没有这里"),
        at(14, 地址="某路１号"),
        at(14, 场所编号="7"),
        {"统一社会信用代码": "不是代码", "地址": "某路"},
        at(14, 地址="某路3号", 停用日期="2999-01-01"),
        at(14, 场所名称="无店"),
    )
    for mode, added in (("all", 0), ("good", 1)):
        outcome, result, _ = load(city, run_jobs, "scjg.planner", "premises", *rows, mode=mode)
        assert (outcome["added"], outcome["rejected"]) == (added, 7)
        assert [(row, column) for row, column, _ in result] == [
            (3, "统一社会信用代码"), (4, "所在地"), (5, "统一社会信用代码"), (6, "场所编号"),
            (7, "统一社会信用代码"), (8, "停用日期"), (9, "地址"),
        ]  # fmt: skip
        said = {row: text for row, _, text in result}
        assert said[5] == "与第 2 行是同一个经营场所，只读入第 2 行。"
        assert "没有“没有这里”这个地方" in said[4] and "没有第 7 号" in said[6]


def test_places_are_loaded_by_the_keeper_of_the_kind_alone(
    city: City, register: None, run_jobs: Jobs
) -> None:
    row = at(15, 地址="某路1号")
    content = as_csv([list(row.values())], tuple(row))
    with city.acting("wsjk.planner"), pytest.raises(Forbidden, match="提出更正"):
        import_service.begin_import("premises", "场所.csv", content)
    _, _, run_id = load(city, run_jobs, "scjg.planner", "premises", row)
    with city.acting("scjg.planner"):
        by_hand = entity_service.save_premises(
            firm_of(15), {**PLACE, "jurisdiction_code": firm_of(15).jurisdiction_code}
        )
        # Only what a load of one's own added can be taken away, whatever the application does.
        gone = db.session.execute(sa.text("DELETE FROM premises RETURNING id")).scalars().all()
        assert by_hand.id not in gone and gone
        db.session.rollback()
    with city.acting("wsjk.planner"):
        for table in ("premises", "licence"):
            assert db.session.execute(sa.text(f"DELETE FROM {table} RETURNING id")).all() == []
        with pytest.raises(NotFound):
            import_queries.import_run(run_id)


def test_licences_come_in_from_the_keeper_and_from_who_issued_them(
    city: City, register: None, run_jobs: Jobs
) -> None:
    ends = (today() + timedelta(days=400)).isoformat()
    food = at(
        16, 许可证种类="食品经营许可证", 许可证编号="JY16", 发证机关="示范市某局", 发证日期="2024-01-02"
    )
    rows = (
        {**food, "有效期至": ends},
        at(17, 许可证种类="食品经营许可证", 许可证编号="JY17", 发证机关="示范市某局", 有效期至="长期"),
        at(17, 许可证种类="食品经营许可证", 许可证编号="JY18", 发证机关="示范市某局"),
    )
    outcome, result, run_id = load(city, run_jobs, "scjg.planner", "licences", *rows)
    assert figures(outcome) == [3, 0, 0, 0]
    assert result == [(4, "有效期至", "没有填写有效期至，按长期有效读入，请核对。")]
    assert figures(load(city, run_jobs, "scjg.planner", "licences", *rows)[0]) == [0, 0, 3, 0]
    own = at(16, 许可证种类="公共场所卫生许可证", 许可证编号="卫16", 有效期至=ends)
    theirs = at(
        16, 许可证种类="食品经营许可证", 许可证编号="JY16", 发证机关="示范市某局", 有效期至="2030-01-01"
    )
    outcome, result, by_issuer = load(city, run_jobs, "wsjk.planner", "licences", own, theirs)
    assert figures(outcome) == [1, 0, 0, 1] and [one[:2] for one in result] == [(3, "发证机关")]
    assert "提出更正" in result[0][2]
    with city.acting("wsjk.planner"):
        me = tenants.my_bureau().name
        held = {one.number: one for one in entity_queries.licences_of(firm_of(16).id)}
        assert (held["卫16"].issued_by, held["JY16"].valid_to) == (me, date.fromisoformat(ends))
        assert held["JY16"].issued_on == date(2024, 1, 2)
    # The keeper changes any, also without saying who issued it, if only one did; a blank cell changes nothing.
    longer = at(16, 许可证种类="公共场所卫生许可证", 许可证编号="卫 16", 有效期至="", 说明="换证")
    outcome, result, noted = load(city, run_jobs, "scjg.planner", "licences", longer)
    assert figures(outcome) == [0, 1, 0, 0], result
    with city.acting("wsjk.planner"):
        run = import_queries.import_run(by_issuer)
        assert "后来又有变动" in undo_reasons(run.id)
    for who, key in (("scjg.planner", noted), ("scjg.planner", run_id)):
        with city.acting(who):
            import_service.begin_undo(import_queries.import_run(key))
        run_jobs()
    with city.acting("wsjk.planner"):
        (left,) = entity_queries.licences_of(firm_of(16).id)
        assert (left.number, left.note) == ("卫16", "")
        assert entity_queries.licences_of(firm_of(17).id) == []


def test_what_is_wrong_with_a_file_of_licences_is_told_by_row(
    city: City, register: None, run_jobs: Jobs
) -> None:
    known = {"许可证种类": "许可", "发证机关": "甲局"}
    load(city, run_jobs, "scjg.planner", "licences", at(18, 许可证编号="旧", 发证日期="2025-05-05", 有效期至="2030-01-01", **known))  # fmt: skip
    rows = (
        at(18, 许可证编号="1", 发证日期="2026-02-01", 有效期至="2026-01-01", **known),
        at(18, 许可证编号="2", 发证日期="2999-01-01", **known),
        at(18, 许可证编号="3", 场所编号="4", **known),
        at(18, 许可证编号="4", 有效期至="2027-01-01", **known),
        at(18, 许可证编号="４", 有效期至="2028-01-01", **known),
        at(18, 许可证编号="5", 许可证种类="许可"),
        {"统一社会信用代码": made_up_credit_code(901), "许可证编号": "6", **known},
        # It ends before the day that is known, which the row does not say.
        at(18, 许可证编号="旧", 有效期至="2025-05-04", **known),
        at(18, 许可证编号="7", 有效期至="2027-13-01", **known),
    )
    outcome, result, _ = load(city, run_jobs, "scjg.planner", "licences", *rows)
    assert (outcome["added"], outcome["rejected"]) == (1, 8)
    assert [(row, column) for row, column, _ in result] == [
        (2, "有效期至"), (3, "发证日期"), (4, "场所编号"), (6, "许可证编号"), (7, "发证机关"),
        (8, "统一社会信用代码"), (9, "有效期至"), (10, "有效期至"),
    ]  # fmt: skip


def test_a_load_of_places_that_was_killed_goes_on_where_it_was(
    city: City, register: None, run_jobs: Jobs, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chunks of two rows of one firm, of one name and at one address: what a row is about was decided before any was written."""
    monkeypatch.setattr(two_pass, "ROWS_OF_A_CHUNK", 2)
    does, calls = load_premises._Places.put, []

    def put(self: Any, rows: Any) -> Any:
        calls.append(len(rows))
        if len(calls) == 2:
            raise RuntimeError("as if the worker were killed here")
        return does(self, rows)

    monkeypatch.setattr(load_premises._Places, "put", put)
    rows = [at(19, 场所名称="便利店", 地址=f"某路{n}号") for n in (1, 2, 3)]
    rows += [at(19, 场所名称="", 地址="某路1号"), at(19, 场所名称="另一家", 地址="5#楼1号")]
    outcome, _, run_id = load(city, run_jobs, "scjg.planner", "premises", *rows)
    assert outcome is None
    with city.acting("scjg.planner"):
        assert [one.number for one in entity_queries.premises_of(firm_of(19).id)] == [1, 2]
        assert import_service.can_stop(import_queries.import_run(run_id))
    owner.execute("UPDATE job SET lease_until = now() - interval '1 minute' WHERE state = 'running'")
    owner.commit()
    run_jobs()
    with city.acting("scjg.planner"):
        outcome = import_queries.import_run(run_id).outcome
        assert outcome is not None and figures(outcome) == [5, 0, 0, 0]
        assert [one.number for one in entity_queries.premises_of(firm_of(19).id)] == [1, 2, 3, 4, 5]
    assert calls == [2, 2, 2, 1]
    assert figures(load(city, run_jobs, "scjg.planner", "premises", *rows)[0]) == [0, 0, 5, 0]


def test_a_place_that_a_library_lists_stays_with_the_load_that_brought_it(
    city: City, library: None, run_jobs: Jobs
) -> None:
    """The keeper reads nothing of another bureau's library: it is told which place stays, and the others go (R-L11)."""
    rows = at(3, 地址="某路1号"), at(3, 地址="某路2号")
    _, _, run_id = load(city, run_jobs, "scjg.planner", "premises", *rows)
    with city.acting("wsjk.planner"):
        first, _ = entity_queries.premises_of(firm_of(3).id)
        assert target_service.list_places(firm_of(3), [first.id]) == 1
    with city.acting("scjg.planner"):
        import_service.begin_undo(import_queries.import_run(run_id))
    run_jobs()
    with city.acting("scjg.planner"):
        run = import_queries.import_run(run_id)
        (stays,) = db.session.scalars(import_queries.remainder(run_id)).all()
        assert (stays.key, stays.name, stays.reason) == ("1", firm_of(3).name, "已列入检查对象名录库")
        assert run.undone_at is not None
        assert [one.number for one in entity_queries.premises_of(firm_of(3).id)] == [1]
