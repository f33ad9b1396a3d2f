"""Tickets, and who is drawn by them (draw.md, "Tickets"; R-D1, R-J3).

One ticket per object serves every list of a joint draw, so each list draws exactly what it would draw alone.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import isqrt

from onedoor.draws.rules.documents import ListResult, Plan, PlanList, StratumResult
from onedoor.draws.rules.pool import Pool, salter
from onedoor.draws.rules.pool_lines import ELIGIBLE, Kind
from onedoor.draws.rules.seed import key_of
from onedoor.draws.rules.wire import pool_sweeps
from onedoor.draws.rules.wire.encoding import hash_function
from onedoor.draws.rules.wire.errors import ProtocolError

Ranked = tuple[bytes, bytes, str]
"""Rank, ticket, id. All 32-byte big-endian integers, so that bytes compare as the numbers do."""
NO_LIMIT = b"\xff" * 33
"""Above every ticket."""


@dataclass(frozen=True)
class Ticket:
    """``T(id)`` of a draw, as a function of the id; ``z`` is the secret of a closed one."""

    hash_name: str
    key: bytes
    z: bytes | None

    def __call__(self, id_: str, /) -> bytes:
        salt = b"" if self.z is None else salter(self.hash_name, self.z)(id_)
        return hash_function(self.hash_name)(self.key + salt + bytes((len(id_),)) + id_.encode())


class Stratum:
    """Those of a stratum who can be drawn: how many, what they weigh together, and the heaviest."""

    def __init__(self, kinds: Mapping[Kind, int]) -> None:
        self.eligible = sum(kinds.values())
        self.weight = sum(kind.weight * number for kind, number in kinds.items())
        self.heaviest = max((kind.weight for kind in kinds), default=0)


NOBODY = Stratum({})


def ticketer(plan: Plan, seed: bytes, z: bytes | None) -> Ticket:
    """``T(id)`` of a draw; ``z`` is the secret of a closed one."""
    return Ticket(plan["hash"], key_of(hash_function(plan["hash"]), seed, "object"), z)


def salted_ticket(plan: Plan, seed: bytes, salt: bytes, id_: str) -> bytes:
    """``T(id)`` for one who holds only its own salt (empty in an open draw)."""
    h = hash_function(plan["hash"])
    return h(key_of(h, seed, "object") + salt + bytes((len(id_),)) + id_.encode())


def rank_of(mode: str, ticket: bytes, weight: int) -> bytes:
    if mode == "uniform":
        return ticket
    return (int.from_bytes(ticket, "big") // weight).to_bytes(32, "big")


def strata_of(pool: Pool) -> dict[str, Stratum]:
    """Those of each stratum who can be drawn."""
    kinds: dict[str, dict[Kind, int]] = defaultdict(dict)
    for kind, number in pool.kinds.items():
        if kind.status == ELIGIBLE:
            kinds[kind.stratum][kind] = number
    return {stratum: Stratum(each) for stratum, each in kinds.items()}


def check_quotas(entry: PlanList, pool: Pool) -> None:
    """What must hold before the draw: every stratum has a quota, none above its eligible, no weight too heavy.

    Raises ProtocolError with code ``stratum-without-quota``, ``quota-exceeds`` or ``weight-too-heavy``.
    """
    name, quotas, strata = entry["list"], dict(entry["quota"]), strata_of(pool)
    for stratum in strata:
        if stratum not in quotas:
            raise ProtocolError(
                f"list {name}: stratum {stratum} has no quota",
                "stratum-without-quota",
                list=name,
                stratum=stratum,
            )
    for stratum, quota in quotas.items():
        own = strata.get(stratum, NOBODY)
        if quota > own.eligible:
            raise ProtocolError(
                f"list {name}: the quota {quota} exceeds stratum {stratum}, which has {own.eligible} eligible",
                "quota-exceeds",
                list=name,
                stratum=stratum,
                quota=quota,
                eligible=own.eligible,
            )
        if entry["mode"] == "ratio" and quota < own.eligible and quota * own.heaviest >= own.weight:
            raise _too_heavy(name, Kind(stratum, own.heaviest, ELIGIBLE), pool)


def _too_heavy(name: str, kind: Kind, pool: Pool) -> ProtocolError:
    """Whose weight it is, is in the message alone, for whoever holds the file: a room's sentence other bureaus read."""
    id_ = next(row.id for row in pool.rows if row[1:] == kind)
    return ProtocolError(
        f"list {name}: weight too heavy in {kind.stratum}: {id_} with {kind.weight} would be drawn for"
        " certain; make the heavy ones a stratum of their own",
        "weight-too-heavy",
        list=name,
        stratum=kind.stratum,
    )


def select(entry: PlanList, pool: Pool, ticket: Ticket) -> ListResult:
    """Drawn and substitutes of one list, by stratum in the plan's order. Raises as ``check_quotas`` does."""
    check_quotas(entry, pool)
    strata = strata_of(pool)
    wanted = {
        stratum: min(quota + entry["reserve"], strata[stratum].eligible)
        for stratum, quota in entry["quota"]
        if stratum in strata
    }
    first = _first(entry["mode"], pool, wanted, ticket)
    return {
        "list": entry["list"],
        "strata": [
            _result(stratum, quota, strata.get(stratum, NOBODY), first.get(stratum, []))
            for stratum, quota in entry["quota"]
        ],
    }


def _result(stratum: str, quota: int, own: Stratum, first: list[Ranked]) -> StratumResult:
    ids = [id_ for _, _, id_ in first]
    return {
        "stratum": stratum,
        "eligible": own.eligible,
        "drawn": ids[:quota],
        "reserve": ids[quota:],
        "cutoff": first[quota - 1][0].hex() if quota else None,
    }


def _first(mode: str, pool: Pool, wanted: Mapping[str, int], ticket: Ticket) -> dict[str, list[Ranked]]:
    """Of each stratum the ``wanted`` of the least ranks, in their order.

    Few of many are wanted, so most tickets are put aside as they are made: those whose rank is not below a bound
    that somewhat more than ``wanted`` should be below. Whoever ranks below it is kept, so that if enough are, the
    first are among them; if ever too few are, all of the stratum are kept.
    """
    found = _below(_limits(mode, pool, wanted), mode, pool, ticket)
    short = {stratum for stratum, number in wanted.items() if len(found[stratum]) < number}
    if short:
        limits = {
            bytes(kind): NO_LIMIT for kind in pool.kinds if kind.stratum in short and kind.status == ELIGIBLE
        }
        found |= _below(limits, mode, pool, ticket)
    return {stratum: sorted(found[stratum])[:number] for stratum, number in wanted.items()}


def _limits(mode: str, pool: Pool, wanted: Mapping[str, int]) -> dict[bytes, bytes]:
    """Below what the tickets of each kind are kept: ``T div weight < bound`` exactly if ``T < weight · bound``."""
    limits, strata = {}, strata_of(pool)
    for kind in pool.kinds:
        number = wanted.get(kind.stratum, 0)
        if number and kind.status == ELIGIBLE:
            generous, own = number + 8 * isqrt(number) + 32, strata[kind.stratum]
            weight, whole = (1, own.eligible) if mode == "uniform" else (kind.weight, own.weight)
            limit = weight * (2**256 * generous // whole)
            limits[bytes(kind)] = limit.to_bytes(32, "big") if limit < 2**256 else NO_LIMIT
    return limits


def _below(limits: Mapping[bytes, bytes], mode: str, pool: Pool, ticket: Ticket) -> dict[str, list[Ranked]]:
    """Those whose tickets are below the limit of their kind, by stratum."""
    found: dict[str, list[Ranked]] = defaultdict(list)
    kinds = {bytes(kind): kind for kind in pool.kinds}
    for stretch in pool.swept(pool_sweeps.below, ticket.hash_name, ticket.key, ticket.z, limits):
        for own, id_, text in stretch:
            kind = kinds[text]
            found[kind.stratum].append((rank_of(mode, own, kind.weight), own, id_.decode()))
    return found
