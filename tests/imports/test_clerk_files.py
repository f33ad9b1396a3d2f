"""Last year's tables as clerks keep them: sums, rows of other bureaus, heads of their own (R-L11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onedoor.entities import queries as entity_queries
from onedoor.imports import queries as import_queries
from onedoor.imports import service
from onedoor.kernel.db import db
from tenants import queries as tenants
from tests.fixtures.city import City
from tests.fixtures.clerk_files import HEAD, as_csv, f1, firm

Jobs = Callable[[], int]
LAW = "《食品安全法》第一百一十条"


def checked(city: City, run_jobs: Jobs, kind: str, content: bytes) -> tuple[dict[str, Any], list[Any]]:
    """What a look at a file says: its counts, and the problems as (row, column, sentence, whether refused)."""
    with city.acting("scjg.planner"):
        run_id = service.begin_import(kind, "去年.csv", content, "check").id
    run_jobs()
    with city.acting("scjg.planner"):
        run = import_queries.import_run(run_id)
        found = db.session.scalars(import_queries.problems(run_id)).all()
        problems = sorted((one.number, one.column, one.message % one.params, one.fatal) for one in found)
        assert run.outcome is not None
        return run.outcome, problems


def test_sums_and_the_foot_of_a_register_are_no_rows(city: City, run_jobs: Jobs) -> None:
    rows = [["1", *firm(1)], ["合　计", "1 户"], ["填报人：张三", "", "联系电话：0476-1234567"]]
    padded = [row + [""] * (len(HEAD) + 1 - len(row)) for row in rows]
    outcome, result = checked(city, run_jobs, "entities", as_csv(padded, ("序号", *HEAD)))
    assert (outcome["rows"], outcome["valid"], outcome["rejected"], result) == (1, 1, 0, [])


def test_rows_of_another_keepers_kinds_are_named(city: City, run_jobs: Jobs) -> None:
    lawyers = [firm(number, prefix="31990100") for number in range(100, 125)]
    rows = [firm(1), firm(2, prefix="51990100"), firm(2, prefix="51990100"), *lawyers]
    outcome, _ = checked(city, run_jobs, "entities", as_csv(rows))
    assert outcome["elsewhere"] == {"示范市民政局": 1, "示范市司法局": 25}
    assert outcome["others"] == {"示范市民政局": [3], "示范市司法局": list(range(5, 25))}, "the first twenty"


def test_the_unit_in_the_head_of_a_column_is_not_lost(city: City, run_jobs: Jobs) -> None:
    one = [*firm(50)[:4], "100"]
    content = as_csv([one], (*HEAD[:4], "注册资本（万元）"))
    with city.acting("scjg.planner"):
        places = {
            "企业名称": "企业名称",
            "统一社会信用代码": "统一社会信用代码",
            "注册资金": "注册资本（万元）",
        }
        service.begin_import("entities", "去年.csv", content, "good", columns=places)
    run_jobs()
    with city.acting("scjg.planner"):
        assert entity_queries.entity_by_code(one[1]).capital == "100万元"


def test_a_refused_row_with_the_code_of_another_is_told_before_it_is_mended(
    city: City, run_jobs: Jobs
) -> None:
    """Mended alone and loaded, it would give the other firm its own name."""
    late, wrong, alone = firm(60), firm(61), firm(62)
    for row in (late, wrong, alone):
        row[3] = "长" * 101
    late[0], wrong[1] = "抄错代码的公司", "9199"
    rows = [late, firm(60), wrong, alone, alone]
    outcome, result = checked(city, run_jobs, "entities", as_csv(rows))
    assert (outcome["rows"], outcome["valid"], outcome["rejected"]) == (5, 1, 4)
    same = "代码与第 %d 行相同，改好后会更新同一个主体；请核对代码是否抄错。"
    assert [(row, said) for row, _, said, _ in result if "更新同一个主体" in said] == [
        (2, same % 3),
        (6, same % 5),
    ]


def test_what_can_hardly_be_meant_is_told_and_taken(city: City, run_jobs: Jobs) -> None:
    late = [*firm(1), "宇宙业"]
    late[2] = "2999-01-01"
    outcome, result = checked(city, run_jobs, "entities", as_csv([late], (*HEAD, "行业")))
    assert (outcome["valid"], outcome["rejected"]) == (1, 0)
    assert [(column, fatal) for _, column, _, fatal in result] == [("注册日期", False), ("行业", False)]


def test_a_row_of_another_bureau_and_one_without_content_are_told(city: City, run_jobs: Jobs) -> None:
    content = f1(
        ("1", "食品经营检查", LAW, "示范市市场监督管理局", "证照", "", "", ""),
        ("2", "消防检查", LAW, " 示范市消防救援支队", "通道", "", "", ""),
        ("3", "计量检查", LAW, "", "", "", "", ""),
        ("合计", "3 项", "", "", "", "", "", ""),
    )
    outcome, result = checked(city, run_jobs, "items", content)
    assert (outcome["rows"], outcome["valid"], outcome["rejected"]) == (3, 3, 0)
    assert [(column, fatal) for _, column, _, fatal in result] == [("检查主体", False), ("检查内容", False)]
    assert result[0][2].startswith("“示范市消防救援支队”是另一个单位")
    officers = as_csv([["张三", "示执1", ""], ["李四", "示执１", ""]], ("姓名", "执法证编号", "执法机构全称"))
    _, result = checked(city, run_jobs, "inspectors", officers)
    refused = [said for _, _, said, fatal in result if fatal]
    assert refused == ["编号与第 2 行张三的相同，只读入第 2 行；不是同一人的，请核对编号。"]
    officers = as_csv([["张　三", "示执1", "示范市消防救援支队"]], ("姓名", "执法证编号", "执法机构全称"))
    _, result = checked(city, run_jobs, "inspectors", officers)
    assert "执法机构全称" in [column for _, column, _, _ in result]


def counted_without_number_column(city: City, run_jobs: Jobs, rows: list[list[str]]) -> tuple[int, int, int]:
    """Rows, good and refused ones of firms with a running number that is mapped to nothing."""
    with city.acting("scjg.planner"):
        places = {name: name for name in HEAD}
        table = as_csv(rows, ("序号", *HEAD))
        run_id = service.begin_import("entities", "去年.csv", table, "check", columns=places).id
    run_jobs()
    with city.acting("scjg.planner"):
        outcome = import_queries.import_run(run_id).outcome
        assert outcome is not None
        return outcome["rows"], outcome["valid"], outcome["rejected"]


def test_lines_that_were_only_numbered_are_no_rows(city: City, run_jobs: Jobs) -> None:
    """A form for thirty of which two are filled in: the running number, with a column of ours or without."""
    officers = [["1", "张三", "示执1"], ["2", "李四", "示执2"], *([str(n), "", ""] for n in range(3, 31))]
    outcome, result = checked(city, run_jobs, "inspectors", as_csv(officers, ("序号", "姓名", "执法证编号")))
    assert {number for number, *_ in result} == {2, 3}
    assert (outcome["rows"], outcome["valid"], outcome["rejected"]) == (2, 2, 0)
    rows = [[str(n), *(firm(n) if n < 3 else [""] * len(HEAD))] for n in range(1, 31)]
    assert counted_without_number_column(city, run_jobs, rows) == (2, 2, 0)


def test_a_sum_is_no_row_where_the_running_number_has_no_column(city: City, run_jobs: Jobs) -> None:
    """A mapping that was remembered before 序号 was known; a product's instructions are no foot, though."""
    rows = [
        ["1", *firm(1)],
        ["说明书", *firm(2)],
        ["合　计", "2 户"],
        ["填报人：张三", "", "联系电话：0476-1"],
    ]
    padded = [row + [""] * (len(HEAD) + 1 - len(row)) for row in rows]
    assert counted_without_number_column(city, run_jobs, padded) == (2, 2, 0)


def test_a_remark_that_begins_as_a_foot_does_costs_nobody_the_row(city: City, run_jobs: Jobs) -> None:
    """The first cell of the file tells a foot, and not that of the columns as the database keeps them."""
    officers = as_csv(
        [["张三", "示执1", "", "说明：借调"], ["李四", "示执2", "", ""]],
        ("姓名", "执法证编号", "执法机构全称", "备注"),
    )
    outcome, _ = checked(city, run_jobs, "inspectors", officers)
    assert (outcome["rows"], outcome["valid"]) == (2, 2)


def test_the_own_short_name_is_no_other_bureaus(city: City, run_jobs: Jobs, owner: Any) -> None:
    """Bureaus of two districts are called alike."""
    with city.acting("scjg.planner"):
        mine = tenants.my_bureau().short_name
    other, short = owner.execute(
        "SELECT id, short_name FROM bureau WHERE short_name <> %s ORDER BY code LIMIT 1", [mine]
    ).fetchone()
    owner.execute("UPDATE bureau SET short_name = %s WHERE id = %s", [mine, other])
    try:
        officers = as_csv([["张三", "示执1", mine]], ("姓名", "执法证编号", "执法机构全称"))
        _, result = checked(city, run_jobs, "inspectors", officers)
    finally:
        owner.execute("UPDATE bureau SET short_name = %s WHERE id = %s", [short, other])
    assert "执法机构全称" not in [column for _, column, _, _ in result]
