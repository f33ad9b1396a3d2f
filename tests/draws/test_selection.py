"""Who is drawn: by tickets alone, each list as if it drew alone, chances equal (R-D1, R-J3)."""

from collections import Counter
from itertools import pairwise
from random import Random
from statistics import NormalDist
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onedoor.draws.rules import ListResult, ProtocolError, build_pool, parse_pool, plan_list, pool_face
from onedoor.draws.rules.proof import draw_lists
from onedoor.draws.rules.selection import Ticket, select, ticketer
from tests.draws import reference_rules
from tests.draws.vectors import Rows, firms, pool_of, small_draw, small_plan

Z = bytes(range(32))


def rows_of(ids: list[int], strata: str, chance: Random) -> Rows:
    return [
        (f"91{i:04d}", chance.choice(strata), chance.randint(1, 9), chance.choice(["E", "E", "E", "XYEAR"]))
        for i in sorted(ids)
    ]


@st.composite
def joint(draw: Any) -> dict[str, tuple[Rows, str, dict[str, int], bytes | None]]:
    """Two or three lists over overlapping objects, open or closed, uniform or by ratio, with quotas that can be drawn."""
    chance = draw(st.randoms(use_true_random=False))
    z = draw(st.sampled_from([None, Z]))
    lists = {}
    for name in ["L1", "L2", "L3"][: draw(st.integers(2, 3))]:
        rows = rows_of(draw(st.lists(st.integers(0, 60), unique=True, max_size=40)), "ABC", chance)
        mode = chance.choice(["uniform", "ratio"])
        quota = {}
        for stratum in sorted({row[1] for row in rows if row[3] == "E"}):
            weights = [row[2] for row in rows if row[1] == stratum and row[3] == "E"]
            most = (
                len(weights) if mode == "uniform" else min(len(weights), (sum(weights) - 1) // max(weights))
            )
            quota[stratum] = chance.choice([len(weights), chance.randint(0, most)])
        lists[name] = (rows, mode, quota, z)
    return lists


def drawn(lists: dict[str, tuple[Rows, str, dict[str, int], bytes | None]], seed: bytes) -> list[ListResult]:
    """What the engine draws of these lists together."""
    pools = {name: build_pool(rows, z) for name, (rows, _, _, z) in lists.items()}
    plan = small_plan(pools, {name: quota for name, (_, _, quota, _) in lists.items()}, reserve=2)
    for entry in plan["lists"]:
        entry["mode"] = lists[entry["list"]][1]  # type: ignore[typeddict-item]
    return draw_lists(plan, {name: parse_pool(raw, name) for name, raw in pools.items()}, seed)


@given(joint(), st.binary(min_size=32, max_size=32))
@settings(max_examples=60)
def test_a_joint_draw_leaves_each_list_what_it_would_draw_alone(lists: Any, seed: bytes) -> None:
    """Each is drawn once more in a plan of its own, and once more by sorting all its tickets."""
    for name, together in zip(lists, drawn(lists, seed), strict=True):
        assert [together] == drawn({name: lists[name]}, seed)
        rows, mode, quota, z = lists[name]
        ticket = reference_rules.ticket_of(seed, z)
        strata = [
            reference_rules.stratum_of(
                reference_rules.in_order(rows, stratum, mode, ticket), stratum, number, 2
            )
            for stratum, number in sorted(quota.items())
        ]
        assert together == {"list": name, "strata": strata}


@given(st.lists(st.integers(0, 30), min_size=2, max_size=4), st.binary(min_size=32, max_size=32))
@settings(max_examples=30)
def test_equal_pools_without_strata_need_the_fewest_doors(quotas: list[int], seed: bytes) -> None:
    pools = {f"L{number}": pool_of(30) for number in range(len(quotas))}
    plan = small_plan(pools, {f"L{number}": {"A": quota} for number, quota in enumerate(quotas)})
    results = draw_lists(plan, {name: parse_pool(raw, name) for name, raw in pools.items()}, seed)
    doors = {id_ for result in results for id_ in result["strata"][0]["drawn"]}
    assert len(doors) == max(quotas)


def critical(df: int, alarm: float) -> float:
    """Of chi-square, by Wilson and Hilferty."""
    z = NormalDist().inv_cdf(1 - alarm)
    return float(df * (1 - 2 / (9 * df) + z * (2 / (9 * df)) ** 0.5) ** 3)


@pytest.mark.parametrize("z", [None, Z], ids=["open", "closed"])
def test_within_a_stratum_every_chance_is_equal(z: bytes | None) -> None:
    """Chi-square over 3,000 seeds, 40 objects, 8 drawn. The seeds are fixed, so it never flickers; a sound draw
    would have failed it with one choice of seeds in a million."""
    n, quota, draws = 40, 8, 3_000
    raw = build_pool(firms(n), z)
    plan = small_plan({"L": raw}, {"L": {"A": quota}})
    pool = parse_pool(raw, "L")
    counts: Counter[str] = Counter()
    for number in range(draws):
        result = select(plan["lists"][0], pool, ticketer(plan, number.to_bytes(32, "big"), z))
        counts.update(result["strata"][0]["drawn"])
    chance = quota / n
    spread = sum((counts[row.id] - draws * chance) ** 2 for row in pool.rows) / (
        draws * chance * (1 - chance)
    )
    assert spread * (n - 1) / n < critical(n - 1, 1e-6)


def test_by_ratio_chances_are_nearly_proportional_to_weight_and_equal_within_one() -> None:
    """3,000 fixed seeds, 80 objects, 12 drawn, so it never flickers.

    Each weight's share of the drawn lies within a tenth of its share of the weights: more than six standard
    deviations, so chances exactly proportional would fail with fewer than one choice of seeds in a hundred million.
    And chi-square of the objects of one weight among themselves: equal chances would fail with one in a million.
    """
    rows = [(f"91{i:04d}", "A", 1 + i % 4, "E") for i in range(80)]
    raw = build_pool(rows)
    plan = small_plan({"L": raw}, {"L": {"A": 12}}, mode="ratio")
    pool = parse_pool(raw, "L")
    draws, counts = 3_000, Counter[str]()
    for number in range(draws):
        result = select(plan["lists"][0], pool, ticketer(plan, number.to_bytes(32, "big"), None))
        counts.update(result["strata"][0]["drawn"])
    for heavy in range(1, 5):
        own = [counts[row[0]] for row in rows if row[2] == heavy]
        assert sum(own) / counts.total() == pytest.approx(heavy / 10, rel=0.1)
    assert uneven_within_weights(rows, counts, draws) < critical(80 - 4, 1e-6)


def uneven_within_weights(rows: Rows, counts: Counter[str], draws: int) -> float:
    """Chi-square of how often each was drawn against the mean of its weight; a degree of freedom less for each weight."""
    spread = 0.0
    for heavy in {row[2] for row in rows}:
        own = [counts[row[0]] for row in rows if row[2] == heavy]
        mean = sum(own) / len(own)
        spread += sum((number - mean) ** 2 for number in own) / (mean * (1 - mean / draws))
    return spread


def test_another_name_of_the_draw_draws_others() -> None:
    raw = pool_of(200)
    drawn = [
        frozenset(
            small_draw({"L": raw}, {"L": {"A": 20}}, draw=f"draw {n}").proof["result"][0]["strata"][0][
                "drawn"
            ]
        )
        for n in range(5)
    ]
    assert all(one != other for one, other in pairwise(drawn))


@pytest.mark.parametrize(
    ("quota", "mode", "code"),
    [
        ({"A": 4}, "uniform", "quota-exceeds"),
        ({}, "uniform", "stratum-without-quota"),
        ({"A": 1}, "ratio", "weight-too-heavy"),
    ],
)
def test_what_cannot_be_drawn_is_said_before_the_draw(quota: dict[str, int], mode: Any, code: str) -> None:
    raw = build_pool([("1", "A", 4, "E"), ("2", "A", 1, "E"), ("3", "A", 2, "E")])
    if mode == "ratio":
        raw = build_pool([("1", "A", 40, "E"), ("2", "A", 1, "E"), ("3", "A", 2, "E")])
        quota = {"A": 2}
    pool = parse_pool(raw, "L")
    entry = plan_list("L", pool_face("sha256", pool), sorted(quota.items()), reserve=0, mode=mode)
    with pytest.raises(ProtocolError) as refused:
        select(entry, pool, Ticket("sha256", bytes(32), None))
    assert refused.value.code == code
    assert refused.value.params["list"] == "L" and refused.value.params["stratum"] == "A"
