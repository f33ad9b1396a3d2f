"""Rates, changes, caps and dates of plans (R-P1, R-P2, R-P4, R-P5, R-P6)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onedoor.kernel.errors import ClerkError
from onedoor.plans.rules import caps, rates, states
from onedoor.plans.rules.changes import Face, between
from onedoor.plans.rules.rates import Row
from onedoor.plans.rules.states import PlanKind


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        (PlanKind.YEARLY, date(2027, 1, 15)),
        (PlanKind.FIRST_HALF, date(2027, 1, 15)),
        (PlanKind.SECOND_HALF, date(2027, 6, 15)),
        (PlanKind.SPECIAL, None),
        (PlanKind.SUPPLEMENT, None),
        (PlanKind.JOINT, None),
    ],
)
def test_the_last_day_of_filing(kind: PlanKind, due: date | None) -> None:
    assert states.due_on(kind, date(2027, 1, 15), date(2027, 6, 15)) == due


def test_only_joint_plans_outside_the_market_are_reviewed() -> None:
    assert states.needs_review(joint=True, lead_domain="other")
    assert not states.needs_review(joint=True, lead_domain="market")
    assert not states.needs_review(joint=False, lead_domain="other")


def test_rows_of_the_form_become_rates() -> None:
    rows = [
        Row("*", "bp", "3"),
        Row("91", "bp", "2.5%"),
        Row("92", "number", "5"),
        Row("93", "all", ""),
        Row("", "bp", ""),
    ]
    assert rates.read_rows(rows) == {
        "*": {"bp": 300},
        "91": {"bp": 250},
        "92": {"number": 5},
        "93": {"all": True},
    }


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (Row("*", "bp", "101"), "比例不能超过 100%。"),
        (Row("*", "bp", "0.001"), "比例最多两位小数。"),
        (Row("*", "bp", "许多"), "请填写数字。"),
        (Row("*", "bp", "NaN"), "不能小于 0。"),
        (Row("*", "number", "-1"), "不能小于 0。"),
        (Row("*", "number", "2.5"), "户数请填写整数。"),
        (Row("*", "bp", ""), "请至少填写一行抽查比例或户数。"),
    ],
)
def test_a_wrong_row_is_told_beside_it(row: Row, sentence: str) -> None:
    with pytest.raises(ClerkError) as refused:
        rates.read_rows([row])
    assert refused.value.fields == {"rates-0": [sentence]}


def test_a_stratum_stands_once() -> None:
    with pytest.raises(ClerkError) as refused:
        rates.read_rows([Row("91", "bp", "1"), Row("91", "number", "2")])
    assert list(refused.value.fields) == ["rates-1"]


@pytest.mark.parametrize(
    "wrong",
    [{"bp": 10_001}, {"bp": -1}, {"bp": 1.5}, {"bp": True}, {"all": False}, {}, {"bp": 1, "all": True}, 3],
)
def test_no_draw_is_asked_for_nonsense(wrong: object) -> None:
    with pytest.raises(ClerkError):
        rates.check({"*": wrong}, "none", ())


def test_without_strata_there_is_one_row() -> None:
    with pytest.raises(ClerkError):
        rates.check({"91": {"bp": 100}}, "none", {"91"})


def test_a_stratum_the_division_cannot_give_is_refused() -> None:
    with pytest.raises(ClerkError, match="不一致"):
        rates.check({"990102": {"bp": 100}}, "kind", {"91", "92"})
    assert rates.check({"91": {"bp": 100}, "*": {"all": True}}, "kind", {"91", "92"})["*"] == {"all": True}


@given(st.integers(0, 5000), st.integers(0, 10_000))
def test_a_rate_rounds_up_and_never_exceeds_the_eligible(total: int, bp: int) -> None:
    drawn = rates.quota({"bp": bp}, total, total)
    assert 0 <= drawn <= total
    assert (drawn - 1) * 10_000 < total * bp <= drawn * 10_000 or drawn == 0 == total * bp


def test_the_forecast_counts_strata_and_warns_of_small_ones() -> None:
    counts = {"91": {"E": 100, "XGONE": 3}, "92": {"E": 3}, "93": {"E": 2}}
    result = {one.stratum: one for one in rates.forecast(counts, {"91": {"bp": 300}, "*": {"number": 2}}, 5)}
    assert (result["91"].total, result["91"].eligible, result["91"].quota) == (100, 100, 3)
    assert result["92"].quota == 2 and result["92"].small and result["92"].high
    assert not result["91"].small and not result["91"].high


def test_rates_in_words() -> None:
    names = {"91": "企业", "*": "其余"}.get
    assert (
        rates.text({"*": {"number": 5}, "91": {"bp": 250}}, lambda one: names(one) or one)
        == "企业 2.5%；其余 5 户"
    )
    assert rates.text({"*": {"all": True}}, str) == "全部"


def test_a_version_says_what_it_changes() -> None:
    former = [Face("A-1", "餐饮抽查", {"抽查比例": "3%"}), Face("A-2", "旅馆抽查", {})]
    later = [Face("A-1", "餐饮抽查", {"抽查比例": "5%"}), Face("A-3", "药店抽查", {})]
    assert between(former, later) == [
        "“餐饮抽查”的抽查比例由“3%”改为“5%”。",
        "新增“药店抽查”。",
        "取消“旅馆抽查”。",
    ]


def test_the_same_lines_change_nothing() -> None:
    faces = [Face("A-1", "餐饮抽查", {"抽查比例": "3%"})]
    assert between(faces, faces) == []


def test_a_cap_is_by_kind_and_stops_the_next_visit() -> None:
    counts = {"91A": 2, "92A": 1, "93A": 9}
    assert caps.capped(counts, counts, {"91": 2, "*": 1}) == {"91A", "92A", "93A"}
    assert caps.capped(counts, counts, {"91": 3}) == set()
    assert caps.capped({}, ["91A"], {"*": 0}) == {"91A"}
