"""Periods and last days of returns, where they stand, and sets of records (R-S1, R-S2)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onedoor.statistics.rules import members as sets
from onedoor.statistics.rules.members import Member
from onedoor.statistics.rules.periods import KINDS, PARTS, DueDays, ReturnKind, due_on, period
from onedoor.statistics.rules.states import state_of

DAYS = DueDays(
    date(2026, 6, 30), date(2026, 12, 31), date(2026, 12, 14), date(2026, 1, 15), date(2026, 6, 15), 2
)


@pytest.mark.parametrize(
    ("kind", "part", "first", "last", "due"),
    [
        # the second-to-last week of the quarter ends on this Sunday
        ("F4", "Q1", (1, 1), (3, 31), (3, 29)),
        ("F4", "Q4", (10, 1), (12, 31), (12, 27)),
        ("F7", "H1", (1, 1), (6, 30), (6, 30)),
        ("F7", "H2", (1, 1), (12, 31), (12, 31)),
        ("F8", "Y", (1, 1), (12, 31), (12, 31)),
        ("F3", "Y", (1, 1), (12, 31), (12, 14)),
        ("self_review", "Y", (1, 1), (12, 31), (12, 14)),
        ("F9", "H1", (1, 1), (6, 30), (1, 15)),
        ("F9", "H2", (7, 1), (12, 31), (6, 15)),
    ],
)
def test_periods_and_last_days(
    kind: str, part: str, first: tuple[int, int], last: tuple[int, int], due: tuple[int, int]
) -> None:
    assert period(ReturnKind(kind), 2026, part) == (date(2026, *first), date(2026, *last))
    assert due_on(ReturnKind(kind), 2026, part, DAYS) == date(2026, *due)


def test_every_kind_that_is_filed_has_parts_of_the_year() -> None:
    assert {kind for kinds in KINDS.values() for kind in kinds} == set(PARTS) == set(ReturnKind)


def test_states_follow_from_the_recipients() -> None:
    assert state_of(False, [], False) == "draft"
    assert state_of(True, [], False) == state_of(True, [True, None], False) == "filed"
    assert state_of(True, [True, True], False) == "accepted"
    assert state_of(True, [True, False, None], False) == "sent_back"
    assert state_of(True, [False], True) == "corrected"


IDS = st.sampled_from("abcdefgh")
SETS = st.dictionaries(
    IDS, st.builds(Member, IDS, st.sampled_from("12"), st.just("甲"), st.integers(1, 3), st.just(""))
).map(lambda found: [one._replace(id=key) for key, one in found.items()])


@given(SETS)
def test_a_set_comes_back_as_it_was_packed_whatever_its_order(members: list[Member]) -> None:
    digest, content = sets.pack(members)
    assert sets.pack(reversed(members))[0] == digest
    assert sorted(sets.unpack(content)) == sorted(members)


@given(st.dictionaries(st.sampled_from("XYZ"), SETS))
def test_a_total_counts_each_record_once_and_is_between_its_parts(parts: dict[str, list[Member]]) -> None:
    """R-S1: bureaus' rows add up to the total or more."""
    total = sets.once(parts.values())
    assert len(total) == len({one.id for one in total})
    assert {one.id for one in total} == {one.id for part in parts.values() for one in part}
    assert (
        max(map(sets.value, parts.values()), default=0)
        <= sets.value(total)
        <= sum(map(sets.value, parts.values()))
    )


@given(st.dictionaries(st.sampled_from("XYZ"), SETS), st.data())
def test_what_all_must_have_is_in_the_total_only_where_all_have_it(
    of: dict[str, list[Member]], data: st.DataObject
) -> None:
    own = {key: [one for one in members if data.draw(st.booleans())] for key, members in of.items()}
    found = {one.id for one in sets.in_all(own, of)}
    for identity in {one.id for part in of.values() for one in part}:
        everywhere = all(
            any(one.id == identity for one in own[key])
            for key, members in of.items()
            if any(one.id == identity for one in members)
        )
        assert (identity in found) == everywhere


@given(SETS, SETS)
def test_a_difference_leads_from_one_set_to_the_other(before: list[Member], after: list[Member]) -> None:
    """R-S2: what was learnt after the filing is shown by record."""
    change = sets.difference(before, after)
    kept = {one.id: one for one in before}
    for one in change.removed:
        del kept[one.id]
    kept |= {one.id: one for one in change.added} | {new.id: new for _old, new in change.changed}
    assert {(one.id, one.version, one.weight) for one in kept.values()} == {
        (one.id, one.version, one.weight) for one in after
    }
    assert change.any == (
        {(o.id, o.version, o.weight) for o in before} != {(o.id, o.version, o.weight) for o in after}
    )
