"""The browser's verifier and the house's own rules agree on random draws and on whatever is changed in them (R-D8)."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from onedoor.draws.rules import UnknownFile, canonical, lot_of, verify
from tests.draws.builders import vector
from tests.draws.test_hostile import changed
from tests.draws.vectors import VECTORS, evidence
from tests.verifier.cases import Case, case, judge

BARE: dict[str, Any] = {"register": None, "head": None}


def ours(vector: Any, **other: Any) -> bool:
    """The verdict of the house's rules; a file the plan does not name is refused by both."""
    try:
        return verify(evidence(vector, **{**BARE, **other})).valid
    except UnknownFile:
        return False


def theirs(vector: Any, **other: Any) -> Case:
    return case(vector, **{**BARE, **other})


def test_random_draws_of_every_kind_verify_down_to_the_digest_of_the_proof() -> None:
    chance = Random(20261121)
    made = [vector(chance) for _ in range(120)]
    kinds = [(each["proof"]["plan"]["closed"], bool(each["proof"]["unfilled"])) for each in made]
    assert len(set(kinds)) == 4, "the draws are of too few kinds"
    for each, verdict in zip(made, judge([theirs(each) for each in made]), strict=True):
        assert verdict["valid"], verdict["fault"]
        assert verdict["facts"]["digests"]["end"] == each["digest"]
    closed = [{**each, "proof": each["public"]} for each in made if "public" in each]
    for each, verdict in zip(closed, judge([theirs(each) for each in closed]), strict=True):
        assert verdict["valid"] and verdict["facts"]["digests"]["end"] == each["digest"]


def test_random_lots_are_told_the_truth() -> None:
    chance = Random(7)
    asked, known = [], []
    for _ in range(30):
        each = vector(chance)
        name, raw = chance.choice([*each["pools"].items()])
        ids = [line.split("\t")[0] for line in raw.splitlines()[1:]]
        own = chance.sample(ids, min(6, len(ids)))
        place = [entry["list"] for entry in each["proof"]["plan"]["lists"]].index(name)
        drawn = {id_ for stratum in each["proof"]["result"][place]["strata"] for id_ in stratum["drawn"]}
        lots = [canonical(lot_of(raw.encode(), name, id_, each["proof"]["plan"]["hash"])) for id_ in own]
        asked.append(theirs(each, pools={}, roster=None, lots=lots))
        known.append([id_ in drawn for id_ in own])
    for verdict, answers in zip(judge(asked), known, strict=True):
        assert verdict["valid"], verdict["fault"]
        assert [lot["drawn"] for lot in verdict["lots"]] == answers


def test_of_changed_proofs_both_say_the_same() -> None:
    chance = Random(42)
    fewer: list[dict[str, Any]] = [{}, {"pools": {}}, {"pools": {}, "roster": None}]
    asked, known = [], []
    for each in [*VECTORS.values()] + [vector(chance) for _ in range(20)]:
        for form in ("proof", "public"):
            for _ in range(10 if form in each else 0):
                other = changed(json.loads(canonical(each[form])), chance)
                raw = json.dumps(other, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
                given = chance.choice(fewer)
                asked.append(theirs(each, proof=raw, **given))
                known.append(ours(each, proof=raw, **given))
    said = [verdict["valid"] for verdict in judge(asked)]
    assert said == known
    assert 0 < sum(said) < len(said) / 4


def test_no_changed_byte_of_any_file_passes() -> None:
    chance = Random(3)
    asked = []
    for name in ("joint", "closed-joint", "sm3", "ratio", "inspectors-chain"):
        known = VECTORS[name]
        given = evidence(known)
        for _ in range(60):
            which = chance.choice(
                ["proof", "roster", "register", *given.pools]
                if given.roster
                else ["proof", "register", *given.pools]
            )
            raw = given.pools.get(which) or getattr(given, which)
            place = chance.randrange(len(raw))
            spoilt = raw[:place] + bytes([raw[place] ^ (1 << chance.randrange(8))]) + raw[place + 1 :]
            other = {"pools": {**given.pools, which: spoilt}} if which in given.pools else {which: spoilt}
            asked.append(case(known, **other))
    for verdict in judge(asked):
        assert not verdict["valid"] and verdict["fault"]["message"]
