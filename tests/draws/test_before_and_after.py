"""Before the draw: quotas, doors, cautions, too few inspectors. After it: replacements and the register."""

from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onedoor.draws.rules import (
    Caution,
    Entry,
    Inspector,
    Narrow,
    Need,
    PlanList,
    ProtocolError,
    Quota,
    Recusal,
    Roster,
    Shortage,
    TeamRule,
    build_pool,
    build_roster,
    canonical,
    doors_and_matters,
    entry_digest,
    feasibility,
    has_head,
    independent_doors,
    largest_remainder,
    make_entry,
    needs_of_substitute,
    parse_pool,
    parse_register,
    parse_roster,
    plan_list,
    pool_face,
    quota_of_rate,
    quota_within,
    replacement,
    seats_of,
    warnings_of,
)
from onedoor.draws.rules.documents import Kind
from tests.draws.vectors import SALT, VECTORS, firms, pool_of, small_plan


@given(st.integers(0, 10**7), st.integers(0, 10_000))
def test_a_rate_is_rounded_up_and_never_above_all(n: int, rate: int) -> None:
    quota = quota_of_rate(n, rate)
    assert (quota - 1) * 10_000 < n * rate <= quota * 10_000
    assert quota <= n


def test_a_quota_beyond_the_eligible_is_cut_and_the_shortfall_shown() -> None:
    assert quota_within(n=100, eligible=2, rate=300) == Quota(2, 1)
    assert quota_within(n=100, eligible=50, rate=300) == Quota(3, 0)


@pytest.mark.parametrize(("n", "rate"), [(1, -1), (1, 10_001), (-1, 5)])
def test_a_rate_is_in_basis_points(n: int, rate: int) -> None:
    with pytest.raises(ProtocolError):
        quota_of_rate(n, rate)


@given(st.dictionaries(st.sampled_from("ABCDEF"), st.integers(0, 1000), max_size=6), st.data())
def test_a_total_is_shared_whole_and_within_one_of_its_share(
    eligible: dict[str, int], data: st.DataObject
) -> None:
    everyone = sum(eligible.values())
    total = data.draw(st.integers(0, everyone))
    quotas = largest_remainder(total, eligible)
    assert sum(quotas.values()) == total
    for stratum, quota in quotas.items():
        assert 0 <= quota <= eligible[stratum]
        assert abs(quota * everyone - total * eligible[stratum]) < max(everyone, 1)


def test_a_total_above_all_the_eligible_is_an_error() -> None:
    with pytest.raises(ProtocolError) as refused:
        largest_remainder(4, {"A": 3})
    assert refused.value.code == "quota-exceeds"


@given(st.data())
def test_independent_doors_are_the_sum_of_the_definition(data: st.DataObject) -> None:
    pools, quotas, chances = {}, {}, dict[str, list[Fraction]]()
    for name in ("L1", "L2", "L3"):
        ids = data.draw(st.lists(st.integers(0, 9), unique=True, max_size=10))
        rows = [
            (f"91{i}", data.draw(st.sampled_from("AB")), 1, data.draw(st.sampled_from(["E", "XCAP"])))
            for i in sorted(ids)
        ]
        in_stratum = {s: [id_ for id_, t, _, status in rows if t == s and status == "E"] for s in "AB"}
        quotas[name] = {s: data.draw(st.integers(0, len(found))) for s, found in in_stratum.items()}
        pools[name] = build_pool(rows)
        for stratum, found in in_stratum.items():
            for id_ in found:
                chances.setdefault(id_, []).append(Fraction(quotas[name][stratum], len(found)))
    plan = small_plan(pools, quotas)
    expected = sum(1 - prod(1 - chance for chance in each) for each in chances.values())
    assert independent_doors(plan, {name: parse_pool(raw, name) for name, raw in pools.items()}) == expected


def test_drawing_together_saves_doors_and_keeps_matters() -> None:
    """R-J3: 3 and 5 of the same 10 firms are 5 doors together, 6.5 apart."""
    pools = {"L1": pool_of(10), "L2": pool_of(10)}
    plan = small_plan(pools, {"L1": {"A": 3}, "L2": {"A": 5}})
    assert independent_doors(plan, {n: parse_pool(raw, n) for n, raw in pools.items()}) == Fraction(13, 2)
    drawn = {"L1": ["a", "b", "c"], "L2": ["a", "b", "c", "d", "e"]}
    assert doors_and_matters(drawn, {"L1": {"hygiene", "licence"}, "L2": {"fire", "licence"}}) == (
        5,
        3 * 3 + 2 * 2,
    )


def test_strange_strata_are_pointed_out() -> None:
    rows = [
        *firms(4, "SMALL"),
        *[(f"92{i:02d}", "WIDE", 1, "E") for i in range(10)],
        ("93", "WIDE", 1, "XCAP"),
    ]
    raw = build_pool(rows)
    plan = small_plan({"L": raw}, {"L": {"SMALL": 1, "WIDE": 6}})
    assert warnings_of(plan, {"L": parse_pool(raw, "L")}) == [
        Caution("small", "L", "SMALL", 1, 4, 1),
        Caution("rate", "L", "WIDE", 6, 10, 6),
    ]
    full = small_plan({"L": raw}, {"L": {"SMALL": 1, "WIDE": 10}})
    assert Caution("shortfall", "L", "WIDE", 10, 10, 11) in warnings_of(
        full, {"L": parse_pool(raw, "L")}, {"L": {"WIDE": 10_000}}
    )


# --- too few inspectors, said before the draw ---


def lists_of(
    *quotas: int, size: int = 2, bureaus: str = "BB", skills: Any = ((), ())
) -> tuple[list[PlanList], Any]:
    pool = parse_pool(pool_of(10), "L")
    entries = []
    for number, quota in enumerate(quotas):
        team: TeamRule = {"bureau": bureaus[number], "size": size, "qualifications": list(skills[number])}
        entries.append(
            plan_list(f"L{number}", pool_face("sha256", pool), [("A", quota)], reserve=0, team=team)
        )
    return entries, {f"L{number}": pool for number in range(len(quotas))}


def staff(*people: tuple[str, bool, int], skills: Any = (), recusals: Any = ()) -> Roster:
    inspectors = [Inspector(id_, "B", frozenset(skills), lead, cap) for id_, lead, cap in people]
    return parse_roster(build_roster(inspectors, [Recusal(i, o, "KIN") for i, o in recusals], SALT))


def test_enough_inspectors_are_not_complained_of() -> None:
    lists, pools = lists_of(3)
    assert feasibility(lists, pools, staff(("S1", True, 3), ("S2", True, 3))) == ([], [])


def test_a_lone_leader_is_told() -> None:
    lists, pools = lists_of(3)
    said = feasibility(lists, pools, staff(("S1", True, 3), ("S2", False, 3), ("S3", False, 0)))
    assert said.narrow == [Narrow("L0", None, True, 1, 2)]
    assert said.shortages == []


def test_an_object_whose_inspectors_are_recused_is_told() -> None:
    lists, pools = lists_of(3)
    object_ = firms(1)[0][0]
    roster = staff(
        ("S1", True, 9), ("S2", True, 9), ("S3", False, 9), recusals=[("S1", object_), ("S3", object_)]
    )
    assert feasibility(lists, pools, roster).narrow == [
        Narrow("L0", object_, True, 1, 2),
        Narrow("L0", object_, False, 1, 2),
    ]


def test_a_want_of_room_is_told_with_what_is_missing() -> None:
    lists, pools = lists_of(5)
    said = feasibility(lists, pools, staff(("S1", True, 9), ("S2", True, 2), ("S3", False, 1)))
    assert said.shortages == [Shortage("B", ("L0",), False, 10, 8, True)]


def test_a_want_of_leaders_is_told_apart() -> None:
    lists, pools = lists_of(5)
    said = feasibility(
        lists, pools, staff(("S1", True, 1), ("S2", True, 2), ("S3", False, 9), ("S4", False, 9))
    )
    assert said.shortages == [Shortage("B", ("L0",), True, 5, 3, True)]


def test_the_leaders_of_a_later_list_may_be_short() -> None:
    """How many objects the second list leads depends on how many the first has drawn too."""
    lists, pools = lists_of(5, 4, bureaus="CB")
    people = [Inspector(f"C{i}", "C", frozenset(), True, 9) for i in range(2)]
    people += [
        Inspector("B0", "B", frozenset(), True, 1),
        *(Inspector(f"B{i}", "B", frozenset(), False, 9) for i in (1, 2)),
    ]
    said = feasibility(lists, pools, parse_roster(build_roster(people, [], SALT)))
    assert said.shortages == [Shortage("B", ("L1",), True, 4, 1, False)]


def test_lists_that_lean_on_the_same_inspectors_are_named_together() -> None:
    lists, pools = lists_of(4, 4)
    said = feasibility(lists, pools, staff(("S1", True, 6), ("S2", True, 6)))
    assert said.shortages == [Shortage("B", ("L0", "L1"), False, 16, 12, True)]


def test_lists_without_teams_ask_for_nobody() -> None:
    pool = parse_pool(pool_of(3), "L")
    entry = plan_list("L", pool_face("sha256", pool), [("A", 3)], reserve=0)
    assert feasibility([entry], {"L": pool}, staff()) == ([], [])


# --- changes after the draw ---


def replace(k: int, seats: Any, gone: set[str], roster: Roster) -> Any:
    plan: Any = {"hash": "sha256", "lists": []}
    return replacement(
        plan, bytes(32), roster, seats, "91A", 0, Need("B", frozenset(), False), k=k, gone=gone
    )


def test_who_left_an_object_never_comes_back_to_it() -> None:
    """R-D6."""
    roster = staff(*[(f"S{i}", True, 9) for i in range(5)])
    seats, gone = {("91A", 0): "S0", ("91A", 1): "S1"}, {"S0"}
    for k in range(1, 4):
        found = replace(k, seats, gone, roster)
        assert found.inspector not in gone | {"S1"}
        seats[("91A", 0)] = found.inspector
        gone.add(found.inspector)
    assert replace(4, seats, gone, roster).inspector is None


def test_the_least_loaded_replaces_and_the_one_who_leaves_has_one_less() -> None:
    roster = staff(("S0", True, 1), ("S1", True, 9), ("S2", True, 9))
    seats = {("91A", 0): "S0", ("91B", 0): "S1", ("91C", 0): "S1", ("91D", 0): "S2"}
    assert replace(1, seats, {"S0"}, roster).inspector == "S2"
    assert replace(1, seats, set(), roster).inspector == "S0"


def test_each_replacement_has_its_own_key() -> None:
    roster = staff(*[(f"S{i}", True, 9) for i in range(30)])
    assert len({replace(k, {}, set(), roster).inspector for k in range(1, 9)}) > 3


def test_a_substitutes_slots_come_after_those_it_has() -> None:
    plan = VECTORS["joint"]["proof"]["plan"]
    first = needs_of_substitute(plan, "990100-XFJY", 0)
    later = needs_of_substitute(plan, "990100-XFJY", 4)
    assert [need.lead for need in first] == [True, False]
    assert [need.lead for need in later] == [False, False]
    assert {need.bureau for need in first} == {"990100-XFJY"}


def test_seats_leave_out_the_unfilled() -> None:
    proof = VECTORS["inspectors-short"]["proof"]
    seats = seats_of(proof["plan"], proof["result"], proof["teams"], proof["unfilled"])
    assert len(seats) == sum(len(team["team"]) for team in proof["teams"])
    assert not {(object_, slot) for object_, slot in proof["unfilled"]} & seats.keys()


# --- the register ---

Step = tuple[str, int, Kind]


def chain(*steps: Step) -> list[Entry]:
    entries: list[Entry] = []
    for number, (line, seq, kind) in enumerate(steps):
        before = entries[-1] if entries else None
        entries.append(
            make_entry(before, f"2026-03-02T01:{number:02d}:00Z", line, seq, kind, bytes([number]) * 32)
        )
    return entries


def file(entries: list[Entry]) -> bytes:
    return b"".join(canonical(entry) + b"\n" for entry in entries)


WHOLE: list[Step] = [("L", 1, "plan"), ("L", 1, "texts"), ("L", 1, "proof")]


@pytest.mark.parametrize(
    "steps",
    [
        WHOLE,
        [*WHOLE, ("L", 1, "log"), ("L", 1, "log")],
        [*WHOLE, ("L", 2, "plan"), ("L", 1, "log"), ("L", 2, "texts")],
        [
            ("L", 1, "plan"),
            ("M", 1, "plan"),
            ("M", 1, "texts"),
            ("L", 1, "texts"),
            ("L", 1, "void"),
            ("L", 2, "plan"),
        ],
        [("L", 1, "plan"), ("L", 1, "texts"), ("L", 1, "reveals"), ("L", 1, "void")],
    ],
)
def test_a_register_in_order_is_read(steps: list[Step]) -> None:
    entries = chain(*steps)
    assert parse_register(file(entries)) == entries
    assert has_head(entries, len(entries), entry_digest(entries[-1]))
    assert not has_head(entries, 1, entry_digest(entries[-1]))
    assert not has_head(entries, len(entries) + 1, entry_digest(entries[-1]))


@pytest.mark.parametrize(
    "steps",
    [
        [("L", 2, "plan")],
        [("L", 1, "texts")],
        [("L", 1, "plan"), ("L", 1, "plan")],
        [("L", 1, "plan"), ("L", 1, "proof")],
        [("L", 1, "plan"), ("L", 1, "reveals")],
        [("L", 1, "plan"), ("L", 2, "plan")],
        [("L", 1, "plan"), ("L", 1, "texts"), ("L", 1, "texts")],
        [("L", 1, "plan"), ("L", 1, "texts"), ("L", 1, "log")],
        [("L", 1, "plan"), ("L", 1, "texts"), ("L", 1, "void"), ("L", 1, "log")],
        [*WHOLE, ("L", 1, "void")],
        [*WHOLE, ("L", 1, "plan")],
        [*WHOLE, ("L", 3, "plan")],
        [*WHOLE, ("L", 2, "texts")],
    ],
)
def test_a_register_out_of_order_is_refused(steps: list[Step]) -> None:
    with pytest.raises(ProtocolError, match="out of order"):
        parse_register(file(chain(*steps)))


def test_no_entry_of_a_register_can_be_changed_or_taken_out() -> None:
    entries = chain(*WHOLE)
    for number, key in product(range(2), ("time", "line", "seq", "digest")):
        changed: Any = [dict(entry) for entry in entries]
        changed[number][key] = {"time": "2026-03-02T00:59:59Z", "line": "K", "seq": 9, "digest": "f" * 64}[
            key
        ]
        with pytest.raises(ProtocolError):
            parse_register(file(changed))
    for number in range(2):
        with pytest.raises(ProtocolError, match="chain broken"):
            parse_register(file(entries[:number] + entries[number + 1 :]))


def test_a_time_never_goes_back() -> None:
    (first,) = chain(("L", 1, "plan"))
    with pytest.raises(ProtocolError, match="time goes back"):
        make_entry(first, "2026-03-02T00:59:59Z", "L", 1, "texts", bytes(32))
