"""What the figures mean (forms.md, definitions of the figures)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onedoor.statistics.rules import Checked, on_time, saved_entries, share


def test_three_bureaus_through_one_door_save_two_entries() -> None:
    together = [Checked("春季", "甲店", "一", bureau) for bureau in ("市监", "消防", "应急")]
    assert saved_entries(together) == 2


def test_a_bureau_alone_saves_nothing() -> None:
    assert saved_entries([Checked("春季", "甲店", "一", "市监")]) == 0
    assert saved_entries([]) == 0


def test_coming_twice_costs_what_was_saved() -> None:
    """Two bureaus, of which one comes back on a visit of its own: two bureaus, two visits."""
    visits = [
        Checked("春季", "甲店", "一", "市监"),
        Checked("春季", "甲店", "一", "消防"),
        Checked("春季", "甲店", "二", "消防"),
    ]
    assert saved_entries(visits) == 0


def test_a_total_is_the_sum_of_its_campaigns() -> None:
    """The same firm in two campaigns: each counts for itself, so that rows add up to the total."""
    spring = [Checked("春季", "甲店", "一", bureau) for bureau in ("市监", "消防")]
    autumn = [Checked("秋季", "甲店", "二", bureau) for bureau in ("市监", "应急", "消防")]
    assert saved_entries(spring + autumn) == saved_entries(spring) + saved_entries(autumn) == 3


@given(
    st.lists(
        st.builds(
            Checked,
            st.sampled_from("ab"),
            st.sampled_from("甲乙丙"),
            st.integers(0, 4),
            st.sampled_from("XYZ"),
        )
    )
)
def test_order_and_repetition_do_not_matter(checked: list[Checked]) -> None:
    assert saved_entries(checked) == saved_entries([*reversed(checked), *checked])


@given(st.sets(st.sampled_from("WXYZ"), min_size=1), st.integers(1, 5))
def test_joint_visits_save_one_entry_for_every_further_bureau(bureaus: set[str], objects: int) -> None:
    checked = [Checked("c", str(number), number, bureau) for number in range(objects) for bureau in bureaus]
    assert saved_entries(checked) == objects * (len(bureaus) - 1)


@pytest.mark.parametrize(("part", "whole", "expected"), [(1, 4, Fraction(1, 4)), (0, 3, 0), (0, 0, None)])
def test_a_share_of_nothing_is_no_share(part: int, whole: int, expected: Fraction | None) -> None:
    assert share(part, whole) == expected


def test_on_time_is_by_the_last_day_and_an_unknown_day_is_never_late() -> None:
    """R-S3: a year without a calendar is said, not guessed."""
    day = date(2026, 3, 5)
    assert on_time(day, day)
    assert not on_time(date(2026, 3, 6), day)
    assert on_time(day, None)
    assert not on_time(None, day)
