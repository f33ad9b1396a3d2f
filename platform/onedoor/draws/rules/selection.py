"""Tickets, and who is drawn by them (draw.md, "Tickets"; R-D1, R-J3).

One ticket per object serves every list of a joint draw, so each list draws exactly what it would draw alone.
"""

from collections.abc import Callable
from itertools import repeat
from math import isqrt

from onedoor.draws.rules.documents import ListResult, Plan, PlanList, StratumResult
from onedoor.draws.rules.encoding import hash_function
from onedoor.draws.rules.errors import ProtocolError
from onedoor.draws.rules.pool import NOBODY, Eligible, Pool, salter
from onedoor.draws.rules.seed import key_of

Ticket = Callable[[str], bytes]
Ranked = tuple[bytes, bytes, str]
"""Rank, ticket, id. All 32-byte big-endian integers, so that bytes compare as the numbers do."""


def ticketer(plan: Plan, seed: bytes, z: bytes | None) -> Ticket:
    """``T(id)`` of a draw; ``z`` is the secret of a closed one."""
    h = hash_function(plan["hash"])
    key = key_of(h, seed, "object")
    if z is None:
        starts = [key + bytes((length,)) for length in range(256)]
        return lambda id_: h(starts[len(id_)] + id_.encode())
    salt = salter(h, z)
    return lambda id_: h(key + salt(id_) + bytes((len(id_),)) + id_.encode())


def salted_ticket(plan: Plan, seed: bytes, salt: bytes, id_: str) -> bytes:
    """``T(id)`` for one who holds only its own salt (empty in an open draw)."""
    h = hash_function(plan["hash"])
    return h(key_of(h, seed, "object") + salt + bytes((len(id_),)) + id_.encode())


def rank_of(mode: str, ticket: bytes, weight: int) -> bytes:
    if mode == "uniform":
        return ticket
    return (int.from_bytes(ticket, "big") // weight).to_bytes(32, "big")


def eligible_by_stratum(pool: Pool) -> dict[str, Eligible]:
    """Those of each stratum who can be drawn."""
    return pool.eligible


def check_quotas(entry: PlanList, strata: dict[str, Eligible]) -> None:
    """What must hold before the draw: every stratum has a quota, none above its eligible, no weight too heavy.

    Raises ProtocolError with code ``stratum-without-quota``, ``quota-exceeds`` or ``weight-too-heavy``.
    """
    name, quotas = entry["list"], dict(entry["quota"])
    for stratum in strata:
        if stratum not in quotas:
            raise ProtocolError(
                f"list {name}: stratum {stratum} has no quota",
                "stratum-without-quota",
                list=name,
                stratum=stratum,
            )
    for stratum, quota in quotas.items():
        rows = strata.get(stratum, NOBODY)
        if quota > len(rows):
            raise ProtocolError(
                f"list {name}: the quota {quota} exceeds stratum {stratum}, which has {len(rows)} eligible",
                "quota-exceeds",
                list=name,
                stratum=stratum,
                quota=quota,
                eligible=len(rows),
            )
        if entry["mode"] == "ratio" and quota < len(rows):
            _check_weights(name, stratum, quota, rows)


def _check_weights(name: str, stratum: str, quota: int, rows: Eligible) -> None:
    heaviest = max(rows.weights)
    if quota * heaviest >= sum(rows.weights):
        id_ = rows.ids[rows.weights.index(heaviest)]
        raise ProtocolError(
            f"list {name}: weight too heavy in {stratum}: {id_} with {heaviest} would be drawn for"
            " certain; make the heavy ones a stratum of their own",
            "weight-too-heavy",
            list=name,
            stratum=stratum,
            id=id_,
            weight=heaviest,
        )


def select(entry: PlanList, pool: Pool, ticket: Ticket) -> ListResult:
    """Drawn and substitutes of one list, by stratum in the plan's order. Raises as ``check_quotas`` does."""
    strata = pool.eligible
    check_quotas(entry, strata)
    results = [
        _select_stratum(entry, stratum, quota, strata.get(stratum, NOBODY), ticket)
        for stratum, quota in entry["quota"]
    ]
    return {"list": entry["list"], "strata": results}


def _select_stratum(
    entry: PlanList, stratum: str, quota: int, eligible: Eligible, ticket: Ticket
) -> StratumResult:
    wanted = min(quota + entry["reserve"], len(eligible))
    first = _first(wanted, eligible, entry["mode"], ticket)
    ids = [id_ for _, _, id_ in first]
    return {
        "stratum": stratum,
        "eligible": len(eligible),
        "drawn": ids[:quota],
        "reserve": ids[quota:],
        "cutoff": first[quota - 1][0].hex() if quota else None,
    }


def _first(wanted: int, eligible: Eligible, mode: str, ticket: Ticket) -> list[Ranked]:
    """The ``wanted`` of the least ranks, in their order.

    Few of many are wanted, so most tickets are put aside as they are made: those whose rank is not below a bound
    that somewhat more than ``wanted`` should be below. Whoever ranks below it is kept, so that if enough are, the
    first are among them; if ever too few are, all are kept.
    """
    if not wanted:
        return []
    total = len(eligible) if mode == "uniform" else sum(eligible.weights)
    generous = wanted + 8 * isqrt(wanted) + 32
    found = _below(2**256 * generous // total, eligible, mode, ticket)
    if len(found) < wanted:
        found = _below(2**256, eligible, mode, ticket)
    return sorted(found)[:wanted]


def _below(bound: int, eligible: Eligible, mode: str, ticket: Ticket) -> list[Ranked]:
    """Those whose rank is below the bound: ``T div weight < bound`` exactly if ``T < weight · bound``."""
    weights = repeat(1) if mode == "uniform" else eligible.weights
    limits = {
        weight: _limit(weight * bound) for weight in ({1} if mode == "uniform" else {*eligible.weights})
    }
    return [
        (rank_of(mode, own, weight), own, id_)
        for id_, weight in zip(eligible.ids, weights, strict=False)
        if (own := ticket(id_)) < limits[weight]
    ]


def _limit(number: int) -> bytes:
    """A number that tickets are compared with, as bytes; all tickets are below 2^256."""
    return number.to_bytes(32, "big") if number < 2**256 else b"\xff" * 33
