"""The protocol's published test vectors, and small draws of our own."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from onedoor.draws.rules import (
    Evidence,
    MadeProof,
    Plan,
    TeamRule,
    build_pool,
    canonical,
    commit,
    make_plan,
    make_proof,
    parse_pool,
    plan_list,
    pool_face,
    roster_digest,
)

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "draw_vectors.json").read_text("utf-8"))
VECTORS: dict[str, dict[str, Any]] = {vector["name"]: vector for vector in GOLDEN["vectors"]}
NONCES = {"operator": bytes(range(32)), "justice": bytes(range(32, 64))}
SALT = bytes(32)
READ_ALIKE = "22f769867e641a0082bcc4b982d1ca97512fd5c3bec3bf41b2390b1781f19bb2"
"""What NFC makes of each of the protocol's characters, alone and among marks, in one digest: of every Unicode since 9.0."""

Rows = Sequence[tuple[str, str, int, str]]


def files(vector: Mapping[str, Any]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in vector["pools"].items()}


def roster(vector: Mapping[str, Any]) -> bytes | None:
    return vector["roster"].encode() if vector["roster"] else None


def reveals(proof: Mapping[str, Any]) -> dict[str, bytes | None]:
    return {party: bytes.fromhex(nonce) if nonce else None for party, nonce in proof["reveals"]}


def texts(proof: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(who, text) for who, text in proof["witness"]]


def register(entries: Sequence[Mapping[str, Any]]) -> bytes:
    return b"".join(canonical(entry) + b"\n" for entry in entries)


def head(noted: Sequence[Any] | None) -> tuple[int, bytes] | None:
    return (noted[0], bytes.fromhex(noted[1])) if noted else None


def evidence(vector: Mapping[str, Any], **other: Any) -> Evidence:
    """All files of a vector, but for those given otherwise; its proof may be bytes that nobody honest would write."""
    proof = vector["proof"]
    given: dict[str, Any] = {
        "proof": proof if isinstance(proof, bytes) else canonical(proof),
        "pools": files(vector),
        "roster": roster(vector),
        "register": register(vector["register"]),
        "head": head(vector["head"]),
    }
    return Evidence(**(given | other | {"logs": named(other.get("logs", ()))}))


def named(logs: Sequence[bytes]) -> dict[str, bytes]:
    """Files of changes after a draw, under the names that they are downloaded by."""
    return {f"log-{number}.json": raw for number, raw in enumerate(logs, 1)}


def small_plan(
    pools: Mapping[str, bytes],
    quotas: Mapping[str, Mapping[str, int]],
    *,
    teams: Mapping[str, TeamRule] | None = None,
    roster_raw: bytes | None = None,
    draw: str = "draw 1",
    mode: Any = "uniform",
    reserve: int = 0,
) -> Plan:
    """A plan of our own over open or closed pools; another name of the draw is another seed."""
    parsed = {name: parse_pool(raw, name) for name, raw in pools.items()}
    lists = [
        plan_list(
            name,
            pool_face("sha256", pool),
            sorted(quotas[name].items()),
            reserve=reserve,
            mode=mode,
            team=(teams or {}).get(name),
        )
        for name, pool in parsed.items()
    ]
    return make_plan(
        line="TEST-1",
        seq=1,
        prev=None,
        draw=draw,
        lists=lists,
        roster=roster_digest("sha256", roster_raw) if roster_raw else None,
        parties=[(who, commit("sha256", "TEST-1", 1, draw, who, nonce)) for who, nonce in NONCES.items()],
        closed=any(pool.z is not None for pool in parsed.values()),
    )


def small_draw(
    pools: Mapping[str, bytes], quotas: Mapping[str, Mapping[str, int]], **other: Any
) -> MadeProof:
    plan = small_plan(pools, quotas, **other)
    return make_proof(plan, pools, other.get("roster_raw"), NONCES, [])


def firms(number: int, stratum: str = "A", weight: int = 1) -> list[tuple[str, str, int, str]]:
    return [(f"91990100{i:010d}", stratum, weight, "E") for i in range(number)]


def pool_of(number: int, z: bytes | None = None) -> bytes:
    return build_pool(firms(number), z)
