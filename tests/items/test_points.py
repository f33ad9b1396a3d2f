"""The points of a checklist: their kinds, what is wrong with them, how they are read from a cell (R-L1)."""

from __future__ import annotations

from typing import Any

import pytest

from onedoor.items.rules.item_rows import checklist_of
from onedoor.items.rules.point_kinds import kept, with_kinds
from onedoor.items.rules.points import MOST_POINTS, asks, checked_points
from onedoor.kernel.errors import ClerkError


def test_points_are_kept_with_what_their_kind_has() -> None:
    given: list[dict[str, Any]] = [
        {"point": " 通道\n畅通 ", "kind": "yes_no", "unit": "具", "photo": ["no", "maybe"], "hint": "走一遍"},
        {"point": "", "kind": "yes_no"},
        {"point": "场所", "kind": "choice", "options": ["餐饮", "", "零售"], "note": ["零售", "旅馆"]},
        {
            "point": "温度",
            "kind": "number",
            "unit": "℃",
            "lowest": "-18.0",
            "highest": "8",
            "photo": ["always"],
        },
    ]
    assert checked_points(given) == [
        {"point": "通道 畅通", "kind": "yes_no", "hint": "走一遍", "photo": ["no"]},
        {"point": "场所", "kind": "choice", "options": ["餐饮", "零售"], "note": ["零售"]},
        {
            "point": "温度",
            "kind": "number",
            "unit": "℃",
            "lowest": "-18",
            "highest": "8",
            "photo": ["always"],
        },
    ]


@pytest.mark.parametrize(
    ("point", "field"),
    [
        ({"point": "甲", "kind": "maybe"}, "p-0-kind"),
        ({"point": "", "kind": "text", "hint": "看"}, "p-0-point"),
        ({"point": "甲", "kind": "choice", "options": ["一"]}, "p-0-options"),
        ({"point": "甲", "kind": "choice", "options": ["一", "一"]}, "p-0-options"),
        ({"point": "甲", "kind": "choice", "options": ["一", "二" * 101]}, "p-0-options"),
        (
            {"point": "甲", "kind": "choice", "options": list("一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子")},
            "p-0-options",
        ),
        ({"point": "甲", "kind": "number", "lowest": "少"}, "p-0-lowest"),
        ({"point": "甲", "kind": "number", "lowest": "9", "highest": "1"}, "p-0-highest"),
        ({"point": "甲" * 501, "kind": "text"}, "p-0-point"),
    ],
)
def test_what_is_wrong_with_a_point_is_told_at_its_field(point: dict[str, Any], field: str) -> None:
    with pytest.raises(ClerkError) as refused:
        checked_points([point])
    assert list(refused.value.fields) == [field]


def test_points_are_different_and_not_too_many() -> None:
    with pytest.raises(ClerkError) as refused:
        checked_points([{"point": each} for each in "甲乙甲"])
    assert list(refused.value.fields) == ["p-2-point"]
    with pytest.raises(ClerkError, match="最多"):
        checked_points([{"point": str(n)} for n in range(MOST_POINTS + 1)])


def test_nothing_is_asked_for_before_there_is_an_answer() -> None:
    assert not asks({"photo": ["always"]}, "photo", "") and asks({"photo": ["always"]}, "photo", "x")
    assert asks({"note": ["no"]}, "note", "no") and not asks({"note": ["no"]}, "note", "yes")


def test_how_points_are_answered_is_read_from_a_cell() -> None:
    points = checklist_of("证照齐全\n冷库温度；场所类型；其他情况")
    made = with_kinds(points, "是否\n数字：℃ -30至8\n选项 餐饮/零售；文字")
    assert made == [
        {"point": "证照齐全", "kind": "yes_no"},
        {"point": "冷库温度", "kind": "number", "unit": "℃", "lowest": "-30", "highest": "8"},
        {"point": "场所类型", "kind": "choice", "options": ["餐饮", "零售"]},
        {"point": "其他情况", "kind": "text"},
    ]
    assert with_kinds(points[:1], "数字 具")[0] == {"point": "证照齐全", "kind": "number", "unit": "具"}
    assert with_kinds(points, "") == points
    for wrong, said in (
        ("是否", "有 4 条要点，这里写了 1 种"),
        ("是否；也许；文字；文字", "“也许”不是填写方式"),
        ("是否；数字 ℃ 9至8；文字；文字", "最大值不能小于最小值"),
        ("是否；选项 甲；文字；文字", "至少写两个选项"),
    ):
        with pytest.raises(ClerkError, match=said):
            with_kinds(points, wrong)
    marked = {
        "point": "冷库温度",
        "kind": "number",
        "unit": "℃",
        "lowest": "-30",
        "highest": "8",
        "photo": ["always"],
    }
    assert kept(made, [marked])[1] == marked and kept(points, [marked]) == points
