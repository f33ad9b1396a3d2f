"""Walking a chain without a database: each way of meddling is found and the entry is named (R-T6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from onedoor.kernel.audit_chain import GENESIS, Sealed, canonical, digest
from onedoor.kernel.audit_chain.check import Anchor, Break, Walk, sentences


def chain(texts: Sequence[str], number: int = 0, before: str = GENESIS) -> list[Sealed]:
    """Entries that say `texts`, sealed one behind the other."""
    made = []
    for text in texts:
        number += 1
        said = canonical([text, None])
        before = digest(number, before, said)
        made.append(Sealed(number, before, said, f"id-{text}"))
    return made


def wrong(entries: list[Sealed], head: Sealed | None = None, *anchors: Anchor) -> list[tuple[str, int, int]]:
    """Kind and place of all that is found."""
    claimed = head or GOOD[-1]
    found = Walk(anchors).run(entries, (claimed.number, claimed.digest))
    assert len(list(sentences(found))) == len(found)
    return [(one.kind, one.first, one.last) for one in found]


GOOD = chain([f"act {n}" for n in range(1, 10)])
NOTED = Anchor(5, GOOD[4].digest, "day five")


def test_the_bytes_of_an_entry_are_these() -> None:
    assert canonical(["ab", None, "", "人"]) == b"2:ab,-,0:,3:\xe4\xba\xba"
    assert digest(1, GENESIS, b"2:ab") == "20a714db412ddca67fc2e0b7cb9d561c24dba58ddf7fd56ce483acba4a9913ca"


def test_what_nobody_touched_is_sound() -> None:
    assert wrong(GOOD, None, NOTED) == []
    assert Walk().run([], None) == []


@pytest.mark.parametrize("place", range(9))
def test_an_altered_record_is_named(place: int) -> None:
    meddled = list(GOOD)
    meddled[place] = replace(GOOD[place], canonical=canonical(["something else", None]))
    assert wrong(meddled, None, NOTED) == [("altered", place + 1, place + 1)]


def test_records_altered_here_and_there_are_all_named() -> None:
    meddled = [replace(one, canonical=b"x") if one.number in (2, 3, 7) else one for one in GOOD]
    assert wrong(meddled) == [("altered", 2, 2), ("altered", 3, 3), ("altered", 7, 7)]


def test_a_record_altered_with_its_own_digest_made_anew_is_found_at_the_next() -> None:
    said = canonical(["something else", None])
    meddled = list(GOOD)
    meddled[3] = replace(GOOD[3], canonical=said, digest=digest(4, GOOD[2].digest, said))
    assert wrong(meddled) == [("altered", 5, 5)]
    day_four = Anchor(4, GOOD[3].digest, "day four")
    assert wrong(meddled, None, day_four) == [("altered", 5, 5), ("rewritten", 1, 4)]


@pytest.mark.parametrize(("first", "last"), [(1, 1), (4, 4), (4, 7)])
def test_records_taken_away_leave_a_gap_that_is_named(first: int, last: int) -> None:
    assert wrong(GOOD[: first - 1] + GOOD[last:]) == [("removed", first, last)]


@pytest.mark.parametrize("count", [1, 3])
def test_a_gap_whose_numbers_were_closed_up_is_told_from_an_alteration(count: int) -> None:
    rest = [replace(one, number=one.number - count) for one in GOOD[3 + count :]]
    assert wrong(GOOD[:3] + rest, None, Anchor(9, GOOD[8].digest, "day nine")) == [("removed", 4, 3 + count)]


def test_an_inserted_record_is_named() -> None:
    strange = Sealed(4, "f" * 64, canonical(["never happened", None]), "strange")
    meddled = GOOD[:3] + [strange] + [replace(one, number=one.number + 1) for one in GOOD[3:]]
    found = Walk([NOTED]).run(meddled, (9, GOOD[-1].digest))
    assert found == [Break("inserted", 4, 4, "strange")]


def test_records_that_changed_places_are_named() -> None:
    meddled = list(GOOD)
    meddled[2], meddled[6] = replace(GOOD[6], number=3), replace(GOOD[2], number=7)
    found = wrong(meddled)
    assert ("altered", 3, 3) in found and ("altered", 7, 7) in found


@pytest.mark.parametrize("keeps_head", [True, False])
def test_an_end_cut_off_is_found_by_the_head_or_by_an_anchor(keeps_head: bool) -> None:
    head = GOOD[-1] if keeps_head else GOOD[3]
    expected = [("cut", 5, 5), ("cut", 5, 9)] if keeps_head else [("cut", 5, 5)]
    assert wrong(GOOD[:4], head, NOTED) == expected


def test_a_history_sealed_anew_is_found_by_the_first_anchor_that_disagrees() -> None:
    anchors = [Anchor(n, GOOD[n - 1].digest, f"day {n}") for n in (3, 6, 9)]
    anew = GOOD[:4] + chain(["a lie", *[f"act {n}" for n in range(6, 10)]], 4, GOOD[3].digest)
    assert wrong(anew, anew[-1]) == []
    assert wrong(anew, anew[-1], *anchors) == [("rewritten", 4, 6)]


def test_the_sentences_say_where() -> None:
    result = list(
        sentences([Break("altered", 4, 4, "abc"), Break("cut", 5, 9, "", "the anchor of 2026-03-05")])
    )
    assert result[0].startswith("entry 4 (abc) was altered")
    assert "entries 5 to 9 was removed from the end: the anchor of 2026-03-05" in result[1]
