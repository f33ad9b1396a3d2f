"""The visit's code (R-V2) and answers to a checklist (R-V4)."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onedoor.kernel.errors import ClerkError
from onedoor.visits.rules.checklists import in_full, lacking, read_answers, shown, to_fill_in, unanswered
from onedoor.visits.rules.codes import ALPHABET, from_bytes, grouped, normal

CHECKLIST: list[dict[str, Any]] = [
    {"point": "证照在有效期内", "kind": "yes_no"},
    {"point": "场所类型", "kind": "choice", "options": ["餐饮", "零售"]},
    {"point": "灭火器数量", "kind": "number", "unit": "具"},
    {"point": "其他情况", "kind": "text"},
]


@given(st.binary(min_size=10, max_size=10))
def test_a_code_reads_back_however_it_is_typed(secret: bytes) -> None:
    code = from_bytes(secret)
    assert len(code) == 16 and set(code) <= set(ALPHABET)
    assert normal(grouped(code)) == code
    assert normal(grouped(code).lower().replace("0", "o").replace("1", "l").replace("-", " — ")) == code


def test_ten_bytes_are_eighty_bits_and_none_is_lost() -> None:
    codes = {from_bytes(bytes([0] * n + [1] + [0] * (9 - n))) for n in range(10)}
    assert len(codes) == 10
    assert from_bytes(b"\xff" * 10) == "Z" * 16
    assert len({from_bytes(secrets.token_bytes(10)) for _ in range(1000)}) == 1000


@pytest.mark.parametrize("typed", ["", "K7F3", "K7F3-9QMX-2N4P-8TQ!", "u" * 16])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert normal(typed) is None


def test_answers_keep_the_point_they_answer() -> None:
    given_answers = {"point-0": "yes", "point-1": "零售", "point-2": " 04.50 ", "point-3": "无"}
    answers = read_answers(CHECKLIST, given_answers)
    assert [shown(answer) for answer in answers] == ["是", "零售", "4.5 具", "无"]
    assert unanswered(answers) == []


def test_a_draft_may_be_incomplete_and_says_what_is_missing() -> None:
    answers = read_answers(CHECKLIST, {"point-0": "na"})
    assert shown(answers[0]) == "不涉及"
    assert unanswered(answers) == ["场所类型", "灭火器数量", "其他情况"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("point-0", "maybe"),
        ("point-1", "旅馆"),
        ("point-2", "三"),
        ("point-2", "NaN"),
        ("point-2", "1e999999999"),
    ],
)
def test_a_wrong_answer_is_told_at_its_field(field: str, value: str) -> None:
    with pytest.raises(ClerkError) as refused:
        read_answers(CHECKLIST, {field: value})
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(("value", "refused"), [("-1", True), ("0", False), ("8.0", False), ("8.01", True)])
def test_a_number_stays_within_its_bounds(value: str, refused: bool) -> None:
    points = [{"point": "温度", "kind": "number", "lowest": "0", "highest": "8"}]
    if refused:
        with pytest.raises(ClerkError):
            read_answers(points, {"point-0": value})
    else:
        assert lacking(points, read_answers(points, {"point-0": value}), ()) == []


def test_what_a_point_asks_for_depends_on_the_answer() -> None:
    points = [
        {"point": "通道畅通", "kind": "yes_no", "photo": ["no"], "note": ["no"]},
        {"point": "铭牌", "kind": "text", "photo": ["always"]},
    ]
    clean = read_answers(points, {"point-0": "yes", "note-0": " ", "point-1": "有"})
    assert lacking(points, clean, {1}) == [] and lacking(points, clean, ()) == ["要点“铭牌”须拍照。"]
    blocked = read_answers(points, {"point-0": "no"})
    assert lacking(points, blocked, ()) == [
        "要点“通道畅通”须写明情况。",
        "要点“通道畅通”须拍照。",
        "要点“铭牌”还没有填写。",
    ]
    result = read_answers(points, {"point-0": "no", "note-0": "堆放纸箱", "point-1": "有"})
    assert lacking(points, result, {0, 1}) == [] and in_full(result[0]) == "否：堆放纸箱"


def test_a_paper_sheet_says_what_to_fill_in() -> None:
    assert to_fill_in({"point": "甲"}) == "□是　□否　□不涉及"
    assert to_fill_in({"point": "乙", "kind": "choice", "options": ["齐全", "缺项"]}) == "□齐全　□缺项"
    number = {"point": "丙", "kind": "number", "unit": "℃"}
    assert to_fill_in({**number, "lowest": "-30", "highest": "8"}) == "＿＿＿＿ ℃（-30 至 8）"
    assert to_fill_in({**number, "highest": "8"}) == "＿＿＿＿ ℃（不大于 8）"
    assert to_fill_in({"point": "丁", "kind": "number"}) == "＿＿＿＿"
    assert to_fill_in({"point": "戊", "kind": "text"}) == ""
