"""Tickets, and who is drawn by them (draw.md, "Tickets"; R-D1, R-J3).

One ticket per object serves every list of a joint draw, so each list draws exactly what it would draw alone.
"""

from collections.abc import Callable, Iterable
from heapq import nsmallest

from onedoor.draws.rules.documents import ListResult, Plan, PlanList, StratumResult
from onedoor.draws.rules.encoding import hash_function
from onedoor.draws.rules.errors import ProtocolError
from onedoor.draws.rules.pool import Pool, Row, salter
from onedoor.draws.rules.seed import key_of

Ticket = Callable[[str], bytes]
Ranked = tuple[bytes, bytes, str]
"""Rank, ticket, id. All 32-byte big-endian integers, so that bytes compare as the numbers do."""


def ticketer(plan: Plan, seed: bytes, z: bytes | None) -> Ticket:
    """``T(id)`` of a draw; ``z`` is the secret of a closed one."""
    h = hash_function(plan["hash"])
    key = key_of(h, seed, "object")
    if z is None:
        return lambda id_: h(key + bytes((len(id_),)) + id_.encode())
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


def eligible_by_stratum(pool: Pool) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in pool.rows:
        if row.status == "E":
            found.setdefault(row.stratum, []).append(row)
    return found


def check_quotas(entry: PlanList, strata: dict[str, list[Row]]) -> None:
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
        rows = strata.get(stratum, [])
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


def _check_weights(name: str, stratum: str, quota: int, rows: list[Row]) -> None:
    heaviest = max(rows, key=lambda row: row.weight)
    if quota * heaviest.weight >= sum(row.weight for row in rows):
        raise ProtocolError(
            f"list {name}: weight too heavy in {stratum}: {heaviest.id} with {heaviest.weight} would be drawn for"
            " certain; make the heavy ones a stratum of their own",
            "weight-too-heavy",
            list=name,
            stratum=stratum,
            id=heaviest.id,
            weight=heaviest.weight,
        )


def select(entry: PlanList, pool: Pool, ticket: Ticket) -> ListResult:
    """Drawn and substitutes of one list, by stratum in the plan's order. Raises as ``check_quotas`` does."""
    strata = eligible_by_stratum(pool)
    check_quotas(entry, strata)
    results = [
        _select_stratum(entry, stratum, quota, strata.get(stratum, []), ticket)
        for stratum, quota in entry["quota"]
    ]
    return {"list": entry["list"], "strata": results}


def _select_stratum(
    entry: PlanList, stratum: str, quota: int, rows: list[Row], ticket: Ticket
) -> StratumResult:
    wanted = min(quota + entry["reserve"], len(rows))
    first = nsmallest(wanted, _ranked(entry["mode"], rows, ticket))
    ids = [id_ for _, _, id_ in first]
    return {
        "stratum": stratum,
        "eligible": len(rows),
        "drawn": ids[:quota],
        "reserve": ids[quota:],
        "cutoff": first[quota - 1][0].hex() if quota else None,
    }


def _ranked(mode: str, rows: list[Row], ticket: Ticket) -> Iterable[Ranked]:
    for row in rows:
        own = ticket(row.id)
        yield rank_of(mode, own, row.weight), own, row.id
