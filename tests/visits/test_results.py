"""Result codes of items and objects (R-V6; glossary, "Object's result from its items'")."""

from __future__ import annotations

import itertools

import pytest

from onedoor.kernel.errors import ClerkError
from onedoor.visits.rules.results import (
    OF_AN_ITEM,
    RESULT_NAMES,
    Handling,
    Result,
    check_handling,
    checked_set,
    found_a_problem,
    names,
    of_object,
)

R = Result


def test_the_public_names_are_the_eight_of_the_national_system() -> None:
    assert list(RESULT_NAMES.values()) == [
        "未发现问题",
        "未按规定公示应当公示的信息",
        "公示信息隐瞒真实情况、弄虚作假",
        "通过登记的住所（经营场所）无法联系",
        "发现问题已责令改正",
        "不配合检查情节严重",
        "未发现开展本次抽查涉及的经营活动",
        "发现问题待后续处理",
    ]


@pytest.mark.parametrize(
    ("items", "whole", "expected"),
    [
        ([{R.NOTHING}, {R.NOTHING}], None, {R.NOTHING}),
        ([{R.NOTHING}, {R.CORRECTED}], None, {R.CORRECTED}),
        ([{R.CORRECTED, R.CONCEALED}, {R.PENDING}], None, {R.CORRECTED, R.CONCEALED, R.PENDING}),
        ([{R.NO_ACTIVITY}, {R.NO_ACTIVITY}], None, {R.NO_ACTIVITY}),
        ([{R.NO_ACTIVITY}, {R.NOTHING}], None, {R.NOTHING}),
        ([{R.NO_ACTIVITY}, {R.PENDING}], None, {R.PENDING}),
        ([{R.PENDING}], R.UNREACHABLE, {R.UNREACHABLE}),
        ([], R.OBSTRUCTED, {R.OBSTRUCTED}),
        ([{R.UNREACHABLE}, {R.NOTHING}], None, {R.UNREACHABLE}),
    ],
)
def test_the_objects_result_follows_from_its_items(
    items: list[set[Result]], whole: Result | None, expected: set[Result]
) -> None:
    assert of_object(items, whole) == expected


@pytest.mark.parametrize("items", [[], [{R.NOTHING}, set()]])
def test_an_item_without_a_result_is_said(items: list[set[Result]]) -> None:
    with pytest.raises(ClerkError, match="没有填写结果"):
        of_object(items)


def test_no_problem_found_excludes_all_others_in_every_combination() -> None:
    sets = [set(some) for n in (1, 2, 3) for some in itertools.combinations(OF_AN_ITEM, n)]
    sound = [some for some in sets if R.NOTHING not in some or len(some) == 1]
    for first, second in itertools.product(sound, repeat=2):
        result = of_object([first, second])
        assert result
        assert (R.NOTHING in result) == (result == {R.NOTHING})
        if R.NOTHING in result:
            assert first | second <= {R.NOTHING, R.NO_ACTIVITY}
        assert (R.NO_ACTIVITY in result) == (first == second == {R.NO_ACTIVITY})
        assert found_a_problem(result) == bool((first | second) - {R.NOTHING, R.NO_ACTIVITY})


@pytest.mark.parametrize(
    ("codes", "sentence"),
    [
        ([], "请选择检查结果"),
        (["nothing", "corrected"], "不能与其他检查结果同时选择"),
        (["unreachable"], "对整个检查对象"),
        (["fine"], "规定的八种结果"),
    ],
)
def test_a_set_that_contradicts_itself_is_refused(codes: list[str], sentence: str) -> None:
    with pytest.raises(ClerkError, match=sentence):
        checked_set(codes)


def test_names_come_in_the_national_order() -> None:
    assert names(["pending", "corrected"]) == ["发现问题已责令改正", "发现问题待后续处理"]


def test_a_problem_left_open_needs_a_handling_and_an_order_a_date() -> None:
    with pytest.raises(ClerkError, match="请选择后续处置方式"):
        check_handling(["pending"], "none", False)
    with pytest.raises(ClerkError, match="改正期限") as refused:
        check_handling(["corrected"], "correct", False)
    assert "handling_due_on" in refused.value.fields
    assert check_handling(["corrected"], "correct", True) is Handling.CORRECT
    assert check_handling(["nothing"], "none", False) is Handling.NONE
