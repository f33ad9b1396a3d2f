"""The browser's verifier and the house's own rules agree on random draws and on whatever is changed in them (R-D8)."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from onedoor.draws.rules import (
    Inspector,
    Recusal,
    UnknownFile,
    build_pool,
    build_roster,
    canonical,
    commit,
    lot_of,
    make_plan,
    make_proof,
    parse_pool,
    plan_list,
    pool_face,
    public_form,
    roster_digest,
    verify,
)
from tests.draws.test_hostile import changed
from tests.draws.vectors import VECTORS, evidence
from tests.verifier.cases import Case, case, judge

BARE: dict[str, Any] = {"register": None, "head": None}


def vector(chance: Random) -> dict[str, Any]:
    """A draw of any kind, in the shape of a published vector."""
    hash_name: Any = chance.choice(["sha256", "sm3"])
    z = chance.randbytes(32) if chance.random() < 0.4 else None
    end = chance.choice(["", "", ":2"])
    ids = sorted({f"9199{chance.randrange(40):02d}{chance.choice(['', '', '.A'])}{end}" for _ in range(40)})
    pools, lists = {}, []
    for number in range(chance.randint(1, 3)):
        name = f"B{number}"
        rows = [
            (id_, chance.choice("ABC"), chance.randint(1, 9), chance.choice(["E", "E", "E", "XYEAR"]))
            for id_ in ids
            if chance.random() < 0.8
        ]  # fmt: skip
        raw = pools[name] = build_pool(rows, z)
        pool = parse_pool(raw, name)
        mode: Any = chance.choice(["uniform", "ratio"])
        quota = {
            stratum: quota_of([row[2] for row in rows if row[1] == stratum and row[3] == "E"], mode, chance)
            for stratum in sorted({row[1] for row in rows if row[3] == "E"})
        }
        team: Any = {
            "bureau": name,
            "size": chance.randint(1, 3),
            "qualifications": chance.choice([[], ["Q"]]),
        }
        face = pool_face(hash_name, pool)
        lists.append(
            plan_list(name, face, sorted(quota.items()), reserve=2, mode=mode, team=team if chance.random() < 0.8 else None)
        )  # fmt: skip
    drawn_by = {entry["list"] for entry in lists if entry["team"]}
    people = roster_of(drawn_by, ids, chance) if drawn_by else None
    made = ceremony(hash_name, z, pools, lists, people, chance)
    texts = {
        "pools": {name: raw.decode() for name, raw in pools.items()},
        "roster": people and people.decode(),
    }
    return {**made, **texts, "register": [], "head": None}


def quota_of(weights: list[int], mode: str, chance: Random) -> int:
    if mode == "uniform":
        return chance.randint(0, len(weights))
    return chance.choice([len(weights), (sum(weights) - 1) // max(weights)])


def roster_of(bureaus: set[str], ids: list[str], chance: Random) -> bytes:
    """Few and with little room, so that chains of moves and unfilled slots come about."""
    people = [
        Inspector(f"{bureau}-{number}", bureau, frozenset({"Q"} if chance.random() < 0.7 else ()), chance.random() < 0.5, chance.randint(1, 12))
        for bureau in sorted(bureaus)
        for number in range(chance.randint(2, 8))
    ]  # fmt: skip
    against = [Recusal(chance.choice(people).id, chance.choice(ids), "KIN") for _ in range(6)]
    return build_roster(people, against, chance.randbytes(32))


def ceremony(
    hash_name: Any, z: bytes | None, pools: Any, lists: Any, people: bytes | None, chance: Random
) -> Any:
    nonces = {who: chance.randbytes(32) for who in ("平台", "市司法局", "C")}
    beacon: Any = (
        {"name": "福利彩票", "round": "2026031", "time": "2026-03-02T13:15:00Z"}
        if chance.random() < 0.5
        else None
    )
    plan = make_plan(
        line="R-1", seq=1, prev=None, draw="抽〔2026〕1号", lists=lists, hash_name=hash_name, closed=z is not None, beacon=beacon,
        roster=roster_digest(hash_name, people) if people else None,
        parties=[(who, commit(hash_name, "R-1", 1, "抽〔2026〕1号", who, nonce)) for who, nonce in nonces.items()],
    )  # fmt: skip
    reveals: dict[str, bytes | None] = dict(nonces)
    if beacon and chance.random() < 0.5:
        reveals["C"] = None
    texts = [("人大代表", "公开"), ("记者", "公正")][: chance.randint(0, 2)]
    made = make_proof(plan, pools, people, reveals, texts, b"0123456789" if beacon else None)
    shown = {"public": public_form(made.proof, made.digest)} if z else {}
    return {"proof": made.proof, "digest": made.digest.hex(), **shown}


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
