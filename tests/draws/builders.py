"""Random draws of every kind with all their files, for more than one verifier to judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from onedoor.draws.rules import (
    Inspector,
    Recusal,
    build_pool,
    build_roster,
    commit,
    log_digest,
    make_entry,
    make_log,
    make_plan,
    make_proof,
    parse_pool,
    parse_roster,
    plan_digest,
    plan_list,
    pool_face,
    public_form,
    replacement,
    roster_digest,
    texts_digest,
)
from onedoor.draws.rules.change_logs import Standing
from onedoor.draws.rules.seed import reveals_digest
from tests.draws.vectors import evidence, register, reveals, roster, texts

CAPS = [*range(1, 13), 0, 99, 10**9, 2**53 - 1]


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
        nothing = chance.random() < 0.1
        quota = {
            stratum: 0 if nothing else quota_of([row[2] for row in rows if row[1] == stratum and row[3] == "E"], mode, chance)
            for stratum in sorted({row[1] for row in rows if row[3] == "E"})
        }  # fmt: skip
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
    files = {
        "pools": {name: raw.decode() for name, raw in pools.items()},
        "roster": people and people.decode(),
    }
    return {**made, **files, "register": [], "head": None}


def quota_of(weights: list[int], mode: str, chance: Random) -> int:
    if mode == "uniform":
        return chance.randint(0, len(weights))
    return chance.choice([len(weights), (sum(weights) - 1) // max(weights)])


def roster_of(bureaus: set[str], ids: list[str], chance: Random) -> bytes:
    """Few and mostly with little room, so that chains of moves and unfilled slots come about."""
    people = [
        Inspector(f"{bureau}-{number}", bureau, frozenset({"Q"} if chance.random() < 0.7 else ()), chance.random() < 0.5, chance.choice(CAPS))
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
    given: dict[str, bytes | None] = dict(nonces)
    if beacon and chance.random() < 0.5:
        given["C"] = None
    said = [("人大代表", "公开"), ("记者", "公正")][: chance.randint(0, 2)]
    return shown(make_proof(plan, pools, people, given, said, b"0123456789" if beacon else None))


def shown(made: Any) -> dict[str, Any]:
    """Proof and digest, and of a closed draw its public form."""
    public = {"public": public_form(made.proof, made.digest)} if made.proof["plan"]["closed"] else {}
    return {"proof": made.proof, "digest": made.digest.hex(), **public}


def voided(case: dict[str, Any], chance: Random) -> dict[str, Any]:
    """The same draw without an outcome: its source did not speak, or a party withheld."""
    proof = case["proof"]
    given = {**reveals(proof)}
    if not proof["plan"]["beacon"]:
        given[chance.choice([*given])] = None
    files = evidence(case)
    made = make_proof(proof["plan"], files.pools, files.roster, given, texts(proof), b"", "没有产生结果")
    return {**case, **shown(made)}


def entered(case: Mapping[str, Any], logs: Sequence[Any] = ()) -> bytes:
    """A register that has another draw of another line before, and this one with its changes."""
    proof = case["proof"]
    plan, beacon = proof["plan"], proof["plan"]["beacon"]
    ends = "proof" if proof["void"] is None else "void"
    late = beacon["time"] if beacon else "2026-03-02T03:00:00Z"
    steps = [
        ("A-1", "plan", "2026-03-01T01:00:00Z", bytes(32)),
        (plan["line"], "plan", "2026-03-02T01:00:00Z", plan_digest(plan)),
        ("A-1", "texts", "2026-03-02T01:00:00Z", bytes(32)),
        (plan["line"], "texts", "2026-03-02T02:00:00Z", texts_digest(plan, texts(proof))),
        *([(plan["line"], "reveals", "2026-03-02T02:30:00Z", reveals_digest(plan, reveals(proof)))] * bool(beacon)),
        (plan["line"], ends, late, bytes.fromhex(case["digest"])),
        *((plan["line"], "log", late, log_digest(plan["hash"], log)) for log in logs),
    ]  # fmt: skip
    entries: list[Any] = []
    for line, kind, time, digest in steps:
        entries.append(make_entry(entries[-1] if entries else None, time, line, 1, kind, digest))  # type: ignore[arg-type]
    return register(entries)


def log(
    case: Mapping[str, Any], n: int, kind: Any, list_name: str, object_: str, slot: Any, out: Any, into: Any
) -> Any:
    digest = bytes.fromhex(case["digest"])
    return make_log(
        digest, n, kind, list_name=list_name, object_=object_, slot=slot, out=out, into=into, reason="已停业"
    )


def some_changes(case: dict[str, Any], chance: Random, most: int) -> list[Any]:
    """Changes after the draw that the rules give, up to so many."""
    if len(case["proof"]["result"]) < len(case["proof"]["plan"]["lists"]):
        return []
    people = roster(case)
    standing = Standing(case["proof"], {}, parse_roster(people) if people else None)
    logs: list[Any] = []
    for _ in range(most):
        change = _some_change(case, standing, len(logs) + 1, chance)
        if change is not None:
            standing.apply(change)
            logs.append(change)
    return logs


def _some_change(case: dict[str, Any], standing: Standing, n: int, chance: Random) -> Any:
    """A change that the rules give, made from the state before it; None where none can be."""
    proof, plan = case["proof"], case["proof"]["plan"]
    if chance.random() < 0.4:
        waiting = [(key, ids) for key, ids in standing._reserve.items() if ids]
        drawn = [
            (key, ids, out)
            for key, ids in waiting
            for out, at in standing._drawn[key[0]].items()
            if at == key[1]
        ]
        if not drawn:
            return None
        (name, _), ids, out = chance.choice(drawn)
        return log(case, n, "substitute", name, out, None, out, ids[0])
    places: Any = sorted(standing._of)
    if not places or not standing.roster:
        return None
    object_, slot = chance.choice(places)
    sits = standing._seats.get((object_, slot))
    gone = standing._gone.get(object_, set()) | ({sits} if sits else set())
    need, k = standing._needs[object_][slot], standing._times.get((object_, slot), 0) + 1
    seed = bytes.fromhex(proof["seed"])
    found = replacement(
        plan, seed, standing.roster, standing._seats, object_, slot, need, k=k, gone=gone
    ).inspector
    if found is None:
        return None
    return log(
        case, n, "replace" if sits else "fill", standing._of[object_, slot], object_, slot, sits, found
    )
