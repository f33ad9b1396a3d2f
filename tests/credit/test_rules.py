"""The pure part: the record made of a result, what is wrong with one, counting answers (R-O2)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from onedoor.credit import rules
from onedoor.credit.layouts import first_layout as layout
from onedoor.kernel.codes import made_up_credit_code
from tests.credit.results import content

SHAPE = layout("inspection-result/1")
ENTITY = (made_up_credit_code(1), "示范市甲木示例餐饮店")


def record(**changes: Any) -> dict[str, Any]:
    plan = rules.PlanFacts("示市监计〔2026〕1号", "2026年度行政执法检查计划")
    return {**rules.result_fields(content(), ENTITY, "示范市市场监督管理局", plan), **changes}


def test_the_layout_has_the_fields_of_the_national_system() -> None:
    labels = [field.label for field in SHAPE.fields]
    assert labels == [
        "名称", "统一社会信用代码", "抽查计划编号", "抽查计划名称", "抽查任务编号", "抽查任务名称", "抽查类型", "抽查机关",
        "抽查完成日期",
    ]  # fmt: skip
    assert rules.problems(SHAPE, record()) == {}


def test_every_result_of_every_item_is_a_pair() -> None:
    items = [{"name": "消防安全", "results": ["发现问题已责令改正", "发现问题待后续处理"]}]
    fields = rules.result_fields(content(items=items, directed=True), ENTITY, "支队", None)
    assert [one["result"] for one in fields["findings"]] == ["发现问题已责令改正", "发现问题待后续处理"]
    assert (fields["task_kind"], fields["plan_number"]) == ("定向", "")


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"entity_name": "  "}, "entity_name", "没有填写"),
        ({"plan_number": None}, "plan_number", "没有填写"),
        ({"task_name": "长" * 201}, "task_name", "超过 200 个字"),
        ({"task_kind": "其他"}, "task_kind", "“定向” 或 “不定向” 或 “非抽取”"),
        ({"finished_on": "2026-13-01"}, "finished_on", "年-月-日"),
        ({"entity_code": "91990100MA0000015Y"}, "entity_code", "校验位"),
        ({"findings": []}, "findings", "检查记录"),
    ],
)
def test_what_is_wrong_is_said_by_field(changes: dict[str, Any], field: str, said: str) -> None:
    found = rules.problems(SHAPE, record(**changes))
    assert list(found) == [field] and said in found[field][0]
    assert rules.in_one_sentence(SHAPE, found).endswith(found[field][0])


def test_answers_are_counted() -> None:
    counted = rules.reconcile(["accepted", "", "rejected", "accepted"])
    assert (counted.sent, counted.accepted, counted.rejected, counted.open) == (4, 2, 1, 1)


def test_a_batch_number_names_bureau_day_and_sequence() -> None:
    assert rules.batch_number("990100-SCJG", date(2026, 11, 21), 7) == "990100-SCJG-20261121-00007"
