"""Pure rules: quotas from rates, states of parties, codes and numbers, findings that survive storage."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onedoor.campaigns.rules import (
    Level,
    PartyState,
    Problem,
    campaign_code,
    check_rates,
    document_number,
    levels_moved,
    party_state,
    qualification_name,
    quotas_of,
)
from onedoor.campaigns.rules.doors import Part, expected_doors
from onedoor.campaigns.rules.quotas import rates_of_strata
from onedoor.campaigns.rules.readiness import Team, problems_of_guessing, problems_of_party
from onedoor.campaigns.schemas import rate_of, read_kept
from onedoor.draws.rules import (
    Counts,
    Feasibility,
    Narrow,
    Shortage,
    build_pool,
    counts_by_stratum,
    parse_pool,
)
from onedoor.draws.rules.forecast.rates import quotas_of as as_drawn
from onedoor.draws.source_strings import counted_in
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence, sentence_parts

DUE, BEFORE, AFTER = date(2026, 3, 10), date(2026, 3, 10), date(2026, 3, 11)


def figures(**strata: str) -> dict[str, Counts]:
    """Of a pool: `figures(A="EEX")` has two eligible and one drawn this year in stratum A; G is gone."""
    words = {"E": "E", "X": "XYEAR", "G": "XGONE"}
    found = [(name, words[mark]) for name, marks in strata.items() for mark in marks]
    rows = [(f"91T{number:05d}", name, 1, status) for number, (name, status) in enumerate(found)]
    return counts_by_stratum(parse_pool(build_pool(rows), "x"))


def test_a_rate_counts_all_in_scope_and_draws_at_most_the_eligible() -> None:
    """draw.md, "Quotas": n is the rows but XGONE; the shortfall is shown."""
    a, b = quotas_of(figures(A="EEEEEEEEXG", B="EXXXX"), {"*": {"bp": 3000}})
    assert (a.in_scope, a.eligible, a.quota, a.shortfall) == (9, 8, 3, 0)
    assert (b.in_scope, b.eligible, b.quota, b.shortfall) == (5, 1, 1, 1)


def test_a_number_for_all_is_shared_over_the_strata_without_their_own() -> None:
    found = {
        row.stratum: row.quota
        for row in quotas_of(
            figures(A="E" * 30, B="E" * 10, C="E" * 4), {"C": {"all": True}, "*": {"number": 8}}
        )
    }
    assert found == {"A": 6, "B": 2, "C": 4}


def test_a_stratum_without_a_rate_draws_none() -> None:
    assert [row.quota for row in quotas_of(figures(A="EEEE", B="EEEE"), {"A": {"bp": 10_000}})] == [4, 0]


@given(
    st.dictionaries(st.sampled_from("ABCD"), st.text("EXG", min_size=1, max_size=20), min_size=1),
    st.one_of(
        st.builds(lambda n: {"*": {"bp": n}}, st.integers(0, 10_000)),
        st.builds(lambda n: {"*": {"number": n}}, st.integers(0, 60)),
        st.builds(
            lambda n, m: {"A": {"number": n}, "*": {"bp": m}}, st.integers(0, 30), st.integers(0, 10_000)
        ),
    ),
)
def test_what_was_announced_is_what_the_draw_takes(strata: dict[str, str], rates: dict) -> None:
    """The readiness check and the draw's own arithmetic agree on every quota."""
    pool = figures(**strata)
    announced = quotas_of(pool, rates)
    taken = as_drawn(pool, rates_of_strata(announced, rates))
    assert {row.stratum: row.quota for row in announced} == {name: each.quota for name, each in taken.items()}


@pytest.mark.parametrize(
    ("answer", "late", "left_out", "invited", "today", "state"),
    [
        (None, False, False, False, BEFORE, PartyState.NOT_INVITED),
        (None, False, False, True, BEFORE, PartyState.WAITING),
        (None, False, False, True, AFTER, PartyState.SILENT),
        ("accepted", False, False, True, AFTER, PartyState.ACCEPTED),
        ("declined", False, False, True, AFTER, PartyState.DECLINED),
        ("withdrawn", False, False, True, AFTER, PartyState.WITHDRAWN),
        ("withdrawn", True, False, True, AFTER, PartyState.WITHDRAWN_LATE),
        ("accepted", False, True, True, AFTER, PartyState.LEFT_OUT),
    ],
)
def test_where_a_party_stands(answer, late, left_out, invited, today, state) -> None:
    found = party_state(answer, after_freeze=late, left_out=left_out, invited=invited, due=DUE, today=today)
    assert found is state


def test_codes_and_numbers() -> None:
    assert campaign_code("990100-SCJG-2026-07", 1) == "990100-SCJG-2026-07"
    assert campaign_code("990100-SCJG-2026-07", 3) == "990100-SCJG-2026-07-B3"
    assert document_number("示市监", "任", 2026, 4) == "示市监任〔2026〕4号"
    assert qualification_name("Q1") == "Q1"
    assert qualification_name("特种设备").startswith("q-") and qualification_name(
        "特种设备"
    ) != qualification_name("食品")


def test_rates_as_typed() -> None:
    from decimal import Decimal

    assert rate_of("bp", Decimal("2.5")) == {"bp": 250}
    assert rate_of("number", Decimal(12)) == {"number": 12}
    assert rate_of("all", None) == {"all": True}
    for mode, typed in (("bp", "100.01"), ("bp", "2.555"), ("number", "2.5")):
        with pytest.raises(ClerkError):
            rate_of(mode, Decimal(typed))
    with pytest.raises(ClerkError):
        check_rates({"*": {"bp": 10_001}})


def test_objects_that_stay_in_name_their_line_when_wrong() -> None:
    code = made_up_credit_code(7)
    assert read_kept(f"{code} 投诉举报 12315-7\n\n{code.lower()}　上级交办 示政办函〔2026〕3号") == [
        {"code": code, "reason": "complaint", "reference": "12315-7"},
        {"code": code, "reason": "order", "reference": "示政办函〔2026〕3号"},
    ]
    given = [f"{code} {reason} 文号1" for reason in ("投诉举报", "经营异常", "行政处罚", "上级交办")]
    result = [each["reason"] for line in given for each in read_kept(line)]
    assert result == ["complaint", "abnormal", "penalty", "order"], "the four exceptions of R-D3"
    with pytest.raises(ClerkError, match="第 1 行请在原因后写明依据的文号或编号"):
        read_kept(f"{code} 投诉举报")
    with pytest.raises(ClerkError, match="第 2 行请写明原因"):
        read_kept(f"{code} 投诉举报 12315-7\n{code} 随便")


def test_a_finding_survives_storage() -> None:
    found = Problem.from_json(Problem("缺 %(n)s 人", Level.WARN, n=3).as_json())
    assert (str(found), found.level) == ("缺 3 人", Level.WARN)


def test_places_are_counted_as_places_in_every_finding() -> None:
    """docs/adr/0011: as kept for the lead too, each time in the reader's own language."""
    narrow = Narrow("l", "91T1:1", False, 1, 2)
    short = [Shortage("b", ("l",), leads, 20, 4, True) for leads in (True, False)]
    drawing = quotas_of(figures(A="EEEE", B="E" * 8), {"A": {"number": 9}, "B": {"number": 1}})
    found = {}
    for unit in ("entity", "place"):
        team = Team(2, 3, 4, True, counted_in(unit))
        made = problems_of_party(drawing, Feasibility([narrow], short), team, 0, DUE)
        made += problems_of_party(quotas_of({}, {}), Feasibility([], []), team, 0, DUE)
        made += problems_of_guessing(drawing, counted_in(unit))
        found[unit] = [Problem.from_json(each.as_json()) for each in made]
    firms, places = ([str(each) for each in found[unit]] for unit in ("entity", "place"))
    assert len(places) == 8 and all("户" in text for text in firms)
    assert [text.replace("户", "处") for text in firms] == places
    result = [sentence_parts(Sentence(each.message, **each.params)) for each in found["place"]]
    assert all(each is not None and each["with"]["unit"] == {"say": "处", "with": {}} for each in result)


@pytest.mark.parametrize(
    ("strata", "rates", "said"),
    [
        ({"R1": "E" * 20, "R2": "E" * 20}, {"*": {"bp": 5000}}, []),
        ({"R1": "E" * 20, "R2": "E" * 10}, {"R2": {"all": True}, "*": {"bp": 5000}}, ["没抽中的就可以断定不属于这一层"]),
        ({"R1": "E" * 20, "R2": "E" * 10}, {"R2": {"number": 9}, "*": {"bp": 5000}}, ["降到 90% 以下"]),
        ({"R1": "E" * 20, "R2": "E" * 10}, {"R2": {"number": 8}, "*": {"bp": 2000}}, []),
        ({"R1": "E" * 90, "R2": "E" * 90}, {"R1": {"number": 1}, "R2": {"number": 9}}, ["抽中的 10 户里有 9 户属于分层“R2”"]),
        ({"R1": "E" * 90, "R2": "E" * 90}, {"R1": {"number": 1}, "R2": {"number": 8}}, []),
        # Where one level alone draws, it is refused.
        ({"R1": "E" * 90, "R2": "E" * 90}, {"R2": {"number": 9}}, []),
    ],
)  # fmt: skip
def test_a_level_that_can_be_guessed_from_who_was_drawn_is_said_before(strata, rates, said) -> None:
    """draw.md, "Who could cheat": of a closed draw too it is public who was drawn."""
    found = problems_of_guessing(quotas_of(figures(**strata), rates), counted_in("entity"))
    assert len(found) == len(said) and all(text in str(each) for text, each in zip(said, found, strict=True))
    assert {each.level for each in found} <= {Level.WARN}


def test_levels_are_named_by_their_place_in_the_scale_of_the_answer() -> None:
    """R-P5."""
    assert not levels_moved(True, ["低", "高"], ["低", "高"])
    assert levels_moved(True, ["低", "高"], ["低", "中", "高"]) and levels_moved(True, [], ["低"])
    assert not levels_moved(False, [], ["低", "高"])


def test_doors_are_expected_from_samples() -> None:
    """Equal pools need the largest quota, strange ones the sum; cut samples are scaled to the whole."""
    every = [(n, "ALL") for n in range(1000)]
    one = Part(every, {"ALL": 1000}, {"ALL": 100})
    same = expected_doors([one, one._replace(quotas={"ALL": 50})])
    assert (round(same.together, 6), round(same.alone, 6), same.exact) == (100, 145, True)
    strange = Part([(n + 5000, "ALL") for n in range(1000)], {"ALL": 1000}, {"ALL": 100})
    apart = expected_doors([one, strange])
    assert (round(apart.together, 6), round(apart.alone, 6)) == (200, 200)
    cut = Part(every[:200], {"ALL": 1000}, {"ALL": 100})
    some = expected_doors([cut, cut])
    assert (round(some.together, 6), round(some.alone, 6), some.exact) == (100, 190, False)
    nobody = expected_doors([Part([], {}, {})])
    assert (nobody.together, nobody.alone) == (0, 0)
