"""Changes after the draw: replacing an inspector, filling a slot, substituting an object, and their log (R-D6).

    seats = seats_of(plan, proof["result"], proof["teams"], proof["unfilled"])
    found = replacement(plan, seed, roster, seats, object_id, 0, need, k=1, gone={"S04"})
    log = make_log(…)                     # its digest goes into the register as a "log" entry

A substitute for an object is the next in its stratum's ``reserve``; its slots come after those the object has, and the
slots of that list at the object that goes end: who sat there has so much less load. ``logs`` checks all of it.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NamedTuple

from onedoor.draws.rules.documents import ListResult, Log, Plan, PublicResult, Team
from onedoor.draws.rules.partial_checks import drawn_ids
from onedoor.draws.rules.roster import Roster
from onedoor.draws.rules.seed import key_of
from onedoor.draws.rules.teams import Fitting, Need, Order, Place, slots_of
from onedoor.draws.rules.wire import value_checks
from onedoor.draws.rules.wire.encoding import canonical, hash_function, tag
from onedoor.draws.rules.wire.errors import ProtocolError

LOG_VERSION = "onedoor-log/1"
REPLACEMENTS_ALONE = 3
"""Replacements at one slot that need no supervisor; the next one does."""

Results = Sequence[ListResult] | Sequence[PublicResult]


class Replacement(NamedTuple):
    """Who comes in, or None if nobody fits and has room; ``fit`` are all who could have."""

    inspector: str | None
    fit: list[str]


def needs_of(plan: Plan, result: Results) -> dict[str, list[Need]]:
    """What each slot of each drawn object asks for, by slot number."""
    return slots_of(plan, drawn_ids(result))


def needs_of_substitute(plan: Plan, name: str, held: int) -> list[Need]:
    """The slots that a substitute drawn for the list ``name`` gets after the ``held`` it has already."""
    team = next(entry["team"] for entry in plan["lists"] if entry["list"] == name)
    if team is None:
        return []
    other = Need(team["bureau"], frozenset(team["qualifications"]), False)
    return [other._replace(lead=not (held or number)) for number in range(team["size"])]


def seats_of(
    plan: Plan, result: Results, teams: Sequence[Team], unfilled: Sequence[tuple[str, int]]
) -> dict[Place, str]:
    """Who sits where right after the draw; apply every logged change to it before the next."""
    empty = {(object_, slot) for object_, slot in unfilled}
    slots = needs_of(plan, result)
    seats: dict[Place, str] = {}
    for team in teams:
        object_ = team["object"]
        filled = [slot for slot in range(len(slots[object_])) if (object_, slot) not in empty]
        members = (member["inspector"] for member in team["team"])
        seats |= {(object_, slot): inspector for slot, inspector in zip(filled, members, strict=True)}
    return seats


def replacement(
    plan: Plan,
    seed: bytes,
    roster: Roster,
    seats: Mapping[Place, str],
    object_: str,
    slot: int,
    need: Need,
    *,
    k: int,
    gone: Collection[str] = (),
) -> Replacement:
    """The next inspector at a slot: step 1 of the placing under a key of this replacement, and no chain.

    ``seats`` is the state before it, with the one who leaves, if any, still in its seat; ``gone`` are all who have
    left this object, that one included. ``k`` counts the replacements at this slot from 1, also those of other
    inspectors before.
    """
    now = {place: inspector for place, inspector in seats.items() if place != (object_, slot)}
    load: dict[str, int] = {}
    for inspector in now.values():
        load[inspector] = load.get(inspector, 0) + 1
    team = {inspector for (other, _), inspector in now.items() if other == object_}
    fit = [
        i.id
        for i in Fitting(roster).fit(object_, need)
        if i.id not in team and i.id not in gone and load.get(i.id, 0) < i.cap
    ]
    h = hash_function(plan["hash"])
    t = Order(plan["hash"], key_of(h, seed, f"assign#{object_}#{slot}#{k}"), roster.inspectors)
    best = min(fit, key=lambda i: (load.get(i, 0), t(object_, i)), default=None)
    return Replacement(best, sorted(fit))


def make_log(
    proof: bytes,
    n: int,
    kind: Literal["substitute", "replace", "fill"],
    *,
    list_name: str,
    object_: str,
    slot: int | None,
    out: str | None,
    into: str | None,
    reason: str,
) -> Log:
    """The file of one change: ``proof`` is the draw's proof digest, ``n`` counts its changes from 1.

    In a ``substitute``, ``out`` is the object that goes, ``object_`` too, ``into`` the one that comes, and there is no
    slot; else they are inspectors, and ``out`` is None for a slot that was empty. Raises ProtocolError for a value out
    of shape.
    """
    if kind not in ("substitute", "replace", "fill"):
        raise ProtocolError("log: kind must be substitute, replace or fill")
    value_checks.count(n, "log: n", 1)
    value_checks.name(list_name, "log: list")
    value_checks.matching(value_checks.OBJECT, object_, "log: object")
    value_checks.text(reason, "log: reason")
    if slot is not None:
        value_checks.count(slot, "log: slot")
    return {
        "v": LOG_VERSION,
        "proof": proof.hex(),
        "n": n,
        "kind": kind,
        "list": list_name,
        "object": object_,
        "slot": slot,
        "out": out,
        "in": into,
        "reason": reason,
    }


def log_digest(hash_name: str, log: Log) -> bytes:
    """``tag("log", …)``: what the register's ``log`` entry holds."""
    return tag(hash_function(hash_name), "log", canonical(log))
