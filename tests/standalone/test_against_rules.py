"""Both verifiers on the same random draws: the same verdict, the same answers, the same left unchecked (R-D8)."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from onedoor.draws.rules import build_pool, canonical, lot_of, proof_digest
from tests.draws.builders import entered, vector, voided
from tests.draws.test_hostile import changed
from tests.draws.vectors import VECTORS, evidence, small_draw
from tests.standalone.both_verifiers import both, draws, ours, theirs

SEEDS = st.integers(0, 2**32)
BARE: dict[str, Any] = {"register": None, "head": None}


def whole(case: dict[str, Any], proof: Any, chance: Random) -> dict[str, Any]:
    """Some of a case's files, at times all."""
    given: dict[str, Any] = {"proof": canonical(proof), "register": entered(case), "head": None}
    if chance.random() < 0.3:
        given["register"] = None
    if chance.random() < 0.3:
        given["roster"] = None
    if chance.random() < 0.5:
        known = evidence(case).pools
        given["pools"] = {name: raw for name, raw in known.items() if chance.random() < 0.5}
    return given


@given(SEEDS)
@draws(30)
def test_random_draws_of_every_kind_are_valid_to_both(seed: int) -> None:
    chance = Random(seed)
    case = vector(chance)
    for form in ("proof", "public"):
        if form in case:
            assert both(case, proof=canonical(case[form]), register=entered(case)).valid
            assert both(case, **whole(case, case[form], chance)).valid


@given(SEEDS)
@draws(12)
def test_random_lots_get_the_same_answer(seed: int) -> None:
    chance = Random(seed)
    case = vector(chance)
    name, text = chance.choice([*case["pools"].items()])
    for line in chance.sample(text.splitlines()[1:], min(4, text.count("\n") - 1)):
        lot = lot_of(text.encode(), name, line.split("\t")[0], case["proof"]["plan"]["hash"])
        form = chance.choice([form for form in ("proof", "public") if form in case])
        said = both(case, **{**whole(case, case[form], chance), "lot": canonical(lot)})
        assert said.valid and said.drawn is not None
        wrong = json.dumps(changed(lot, chance)).encode()
        both(case, **{**whole(case, case[form], chance), "lot": wrong})


@given(SEEDS)
@draws(20)
def test_void_draws_are_valid_to_both(seed: int) -> None:
    chance = Random(seed)
    case = voided(vector(chance), chance)
    for form in ("proof", "public"):
        if form in case:
            assert both(case, **whole(case, case[form], chance)).valid


@given(SEEDS)
@draws(40)
def test_a_changed_proof_gets_the_same_verdict(seed: int) -> None:
    """With all files it is never valid; with fewer both see as much. Of a void draw only the register tells another reason."""
    chance = Random(seed)
    ended = [case for case in VECTORS.values() if not case["proof"]["void"]]
    case = {**BARE, "register": [], **chance.choice([*ended, vector(chance)])}
    form = chance.choice([form for form in ("proof", "public") if form in case])
    for _ in range(6):
        known = json.loads(canonical(case[form]))
        proof = changed(known, chance)
        if proof == known:
            continue
        raw = json.dumps(proof, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert both(case, proof=raw, **BARE).valid is not True
        fewer: Any = chance.choice([{"pools": {}}, {"roster": None}, {"pools": {}, "roster": None}])
        both(case, proof=raw, **{**BARE, **fewer})


@given(SEEDS)
@draws(30)
def test_a_changed_byte_of_any_file_is_found_by_both(seed: int) -> None:
    chance = Random(seed)
    case = vector(chance)
    files = evidence(case)
    for _ in range(6):
        which = chance.choice(["proof", *files.pools, *(["roster"] if files.roster else [])])
        raw = files.pools.get(which) or getattr(files, which)
        place = chance.randrange(len(raw))
        other = bytes([raw[place] ^ chance.randrange(1, 256)]) * chance.randrange(3)
        spoilt = raw[:place] + other + raw[place + 1 :]
        one = {"pools": {**files.pools, which: spoilt}} if which in files.pools else {which: spoilt}
        assert both(case, **{**BARE, **one}).valid is not True


@given(SEEDS)
@draws(40)
def test_a_changed_register_gets_the_same_verdict(seed: int) -> None:
    chance = Random(seed)
    case = vector(chance)
    lines = entered(case).decode().splitlines()
    other = changed([json.loads(line) for line in lines], chance)
    raw = [json.dumps(each, sort_keys=True, separators=(",", ":"), ensure_ascii=False) for each in other]
    both(case, pools={}, roster=None, register=("\n".join(raw) + "\n").encode())


def test_the_proof_of_a_closed_draw_has_one_digest() -> None:
    """What the register holds is what the public form says."""
    case = VECTORS["closed-joint"]
    z = bytes.fromhex(next(iter(case["pools"].values())).split("\n")[0].split("\t")[2])
    assert proof_digest(case["proof"], z).hex() == case["public"]["proof"]
    assert ours(case).valid and theirs(case).valid


def test_what_random_draws_seldom_have() -> None:
    """An empty pool, the longest ids, the greatest weight, a quota of nothing with a reserve, a stratum nobody is in."""
    longest = ["9" * 64 + ":999999999", "A" + "-" * 63, "Z._-" * 16]
    rows = {
        "empty": [],
        "long": sorted((id_, "S" + "." * 31, 1 << 20, "E") for id_ in longest),
        "none": [("91A", "A", 1, "E"), ("91B", "B", 7, "XABCDEFG8"), ("91C", "A", 1, "E")],
    }
    for z in (None, bytes(range(32))):
        for mode in ("uniform", "ratio"):
            pools = {name: build_pool(each, z) for name, each in rows.items()}
            quotas = {"empty": {"GONE": 0}, "long": {"S" + "." * 31: 2}, "none": {"A": 0, "B": 0}}
            made = small_draw(pools, quotas, mode=mode, reserve=5)
            case = {
                "proof": made.proof,
                "pools": {k: v.decode() for k, v in pools.items()},
                "roster": None,
                **BARE,
                "register": [],
            }
            assert both(case, proof=made.canonical, **BARE).valid
            assert [len(each["reserve"]) for result in made.proof["result"] for each in result["strata"]] == [
                0,
                1,
                2,
                0,
            ]
