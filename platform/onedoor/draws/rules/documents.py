"""The JSON documents of the protocol, as types. Digests and nonces in them are lower-case hex."""

from typing import Literal, TypedDict

# A key named "list" hides the type of that name inside its class.
Names = list[str]
Quotas = list[tuple[str, int]]


class PoolFace(TypedDict):
    digest: str
    root: str
    n: int


class TeamRule(TypedDict):
    """How many inspectors of which bureau, with which qualifications, visit an object that the list drew."""

    bureau: str
    size: int
    qualifications: list[str]


class PlanList(TypedDict):
    """One bureau's part in the draw."""

    list: str
    mode: Literal["uniform", "ratio"]
    quota: Quotas
    reserve: int
    pool: PoolFace
    team: TeamRule | None


class Party(TypedDict):
    id: str
    commit: str


class Beacon(TypedDict):
    name: str
    round: str
    time: str


class Plan(TypedDict):
    """All that is fixed before any randomness exists."""

    v: str
    line: str
    seq: int
    prev: str | None
    draw: str
    hash: Literal["sha256", "sm3"]
    closed: bool
    lists: list[PlanList]
    roster: str | None
    parties: list[Party]
    beacon: Beacon | None


class StratumResult(TypedDict):
    stratum: str
    eligible: int
    drawn: list[str]
    reserve: list[str]
    cutoff: str | None


StratumResults = list[StratumResult]


class ListResult(TypedDict):
    list: str
    strata: StratumResults


class Member(TypedDict):
    bureau: str
    inspector: str
    lead: int


class Team(TypedDict):
    object: str
    team: list[Member]


class _Shown(TypedDict):
    """What a proof and its public form have in common."""

    v: str
    plan: Plan
    reveals: list[tuple[str, str | None]]
    witness: list[tuple[str, str]]
    beacon: str
    seed: str | None
    teams: list[Team]
    unfilled: list[tuple[str, int]]
    void: str | None


class Proof(_Shown):
    result: list[ListResult]


class PublicStratum(TypedDict):
    stratum: str
    eligible: int
    cutoff: str | None


PublicStrata = list[PublicStratum]


class PublicResult(TypedDict):
    list: str
    drawn: Names
    strata: PublicStrata


class PublicProof(_Shown):
    """What the public gets of a closed draw; ``proof`` is the proof's digest."""

    result: list[PublicResult]
    proof: str


class Lot(TypedDict):
    """One firm's own line of a pool, and its way to the root."""

    v: str
    list: str
    line: str
    index: int
    path: Names
    salt: str


Kind = Literal["plan", "texts", "reveals", "proof", "void", "log"]


class Entry(TypedDict):
    """One line of the register."""

    n: int
    prev: str
    time: str
    line: str
    seq: int
    kind: Kind
    digest: str


Log = TypedDict(
    "Log",
    {
        "v": str,
        "proof": str,
        "n": int,
        "kind": Literal["substitute", "replace", "fill"],
        "list": str,
        "object": str,
        "slot": int | None,
        "out": str | None,
        "in": str | None,
        "reason": str,
    },
)
"""A change after the draw; its digest is what the register's ``log`` entry holds."""
