"""Checking the log after the draw: every change is registered in its place, and is the one the protocol gives (R-D6).

    unchecked = check_logs(standing, {"log-1.json": raw, …}, digest, entries)

Changes build on one another, so a change is checked only if all before it are given; of one that is not, only its
digest is held against the register.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, cast

from onedoor.draws.rules.changes import (
    LOG_VERSION,
    REPLACEMENTS_ALONE,
    log_digest,
    needs_of,
    needs_of_substitute,
    replacement,
    seats_of,
)
from onedoor.draws.rules.documents import Entry, ListResult, Log, Proof, PublicProof
from onedoor.draws.rules.partial_checks import drawn_ids
from onedoor.draws.rules.roster import Roster
from onedoor.draws.rules.teams import Need, Place
from onedoor.draws.rules.wire import value_checks
from onedoor.draws.rules.wire.encoding import parse_canonical
from onedoor.draws.rules.wire.errors import ProtocolError


def parse_log(raw: bytes, where: str = "log") -> Log:
    """A log file. Raises ProtocolError for other bytes than canonical JSON of exactly its keys; ``where`` names it."""
    log = cast(Log, value_checks.fields(parse_canonical(raw, where), Log.__annotations__, where))
    if log["v"] != LOG_VERSION:
        raise ProtocolError(f"{where}: the version is not {LOG_VERSION}")
    value_checks.count(log["n"], f"{where}: n", 1)
    value_checks.hexadecimal(log["proof"], f"{where}: proof")
    value_checks.name(log["list"], f"{where}: list")
    value_checks.matching(value_checks.OBJECT, log["object"], f"{where}: object")
    value_checks.text(log["reason"], f"{where}: reason")
    _check_who(log, where)
    return log


def _check_who(log: Log, where: str) -> None:
    if log["kind"] == "substitute":
        if log["slot"] is not None:
            raise ProtocolError(f"{where}: slot: a substitute has none")
        value_checks.matching(value_checks.OBJECT, log["out"], f"{where}: out")
        value_checks.matching(value_checks.OBJECT, log["in"], f"{where}: in")
        return
    if log["kind"] not in ("replace", "fill"):
        raise ProtocolError(f"{where}: kind: must be substitute, replace or fill")
    value_checks.count(log["slot"], f"{where}: slot")
    value_checks.name(log["in"], f"{where}: in")
    if log["kind"] == "replace":
        value_checks.name(log["out"], f"{where}: out")
    elif log["out"] is not None:
        raise ProtocolError(f"{where}: out: must be null where an empty slot is filled")


class Seat(NamedTuple):
    """A slot as it is now: its list, what it asks for, who sits there (None: nobody), who has left its object, how
    often it was filled anew."""

    list_name: str
    need: Need
    inspector: str | None
    gone: frozenset[str]
    times: int


class Standing:
    """A draw as the changes so far have left it.

    ``recomputed`` are the results of the lists whose pools are at hand: a public form has no reserves of its own.
    """

    def __init__(
        self, proof: Proof | PublicProof, recomputed: Mapping[str, ListResult], roster: Roster | None
    ) -> None:
        self.proof, self.plan, self.roster = proof, proof["plan"], roster
        self.unchecked: list[str] = []
        self._needs = needs_of(self.plan, proof["result"]) if proof["void"] is None else {}
        self._of: dict[Place, str] = {}
        self._seats: dict[Place, str] = {}
        self._gone: dict[str, set[str]] = {}
        self._times: dict[Place, int] = {}
        self._drawn: dict[str, dict[str, str | None]] = {}
        self._reserve: dict[tuple[str, str], list[str]] = {}
        if proof["void"] is None:
            self._seats = seats_of(self.plan, proof["result"], proof["teams"], proof["unfilled"])
            self._begin(recomputed)

    @property
    def seats(self) -> Mapping[Place, str]:
        """Who sits where now."""
        return self._seats

    def seat(self, object_: str, slot: int) -> Seat | None:
        """A slot as it is now; None if the object has none of this number, or its list gave the object up."""
        name = self._of.get((object_, slot))
        if name is None:
            return None
        return Seat(
            name,
            self._needs[object_][slot],
            self._seats.get((object_, slot)),
            frozenset(self._gone.get(object_, ())),
            self._times.get((object_, slot), 0),
        )

    def places(self, name: str, object_: str) -> list[int]:
        """The slots that a list has at an object now, ascending."""
        return sorted(slot for (of, slot), list_ in self._of.items() if of == object_ and list_ == name)

    def stratum(self, name: str, object_: str) -> str | None:
        """The stratum in which a list has this object drawn now; None if it has not, or that is not known."""
        return self._drawn.get(name, {}).get(object_)

    def reserve(self, name: str, stratum: str) -> list[str]:
        """The substitutes that are left in a stratum, in the order they come in."""
        return list(self._reserve.get((name, stratum), ()))

    def _begin(self, recomputed: Mapping[str, ListResult]) -> None:
        count: dict[str, int] = {}
        for entry, ids in zip(self.plan["lists"], drawn_ids(self.proof["result"]), strict=True):
            self._drawn[entry["list"]] = dict.fromkeys(ids)
            for id_ in ids if entry["team"] else ():
                self._number(id_, entry["list"], count.get(id_, 0), len(self._slots(entry["list"])))
                count[id_] = count.get(id_, 0) + len(self._slots(entry["list"]))
        for claimed in self.proof["result"]:
            known = recomputed.get(claimed["list"]) or (None if "drawn" in claimed else claimed)
            for stratum in known["strata"] if known else ():
                self._drawn[claimed["list"]] |= dict.fromkeys(stratum["drawn"], stratum["stratum"])
                self._reserve[claimed["list"], stratum["stratum"]] = list(stratum["reserve"])

    def _slots(self, name: str, held: int = 0) -> list[Need]:
        return needs_of_substitute(self.plan, name, held)

    def _number(self, object_: str, name: str, first: int, size: int) -> None:
        self._of |= {(object_, slot): name for slot in range(first, first + size)}

    def apply(self, log: Log) -> None:
        """Make the change. Raises ProtocolError if it is not the one that the protocol gives."""
        where = f"log {log['n']}"
        if log["kind"] == "substitute":
            self._substitute(log, where)
        else:
            self._seat(log, where)

    def _substitute(self, log: Log, where: str) -> None:
        name, out, comes = log["list"], cast(str, log["out"]), cast(str, log["in"])
        if out not in self._drawn.get(name, {}) or log["object"] not in (out, comes):
            raise ProtocolError(f"{where}: {out} is not drawn for the list {name}")
        if comes in self._drawn[name]:
            raise ProtocolError(f"{where}: {comes} is drawn for the list {name} already")
        stratum = self._drawn[name].pop(out)
        self._drawn[name][comes] = stratum
        if stratum is None:
            self.unchecked.append(f"{where}: the substitute not checked: the pool of {name} was not given")
        else:
            reserve = self._reserve[name, stratum]
            if not reserve:
                raise ProtocolError(
                    f"{where}: the reserve of stratum {stratum} is exhausted: a new draw is due"
                )
            if reserve.pop(0) != comes:
                raise ProtocolError(f"{where}: {comes} is not the next in the reserve of stratum {stratum}")
        ended = [place for place, of in self._of.items() if place[0] == out and of == name]
        for place in ended:
            del self._of[place]
            self._seats.pop(place, None)
        needs = self._needs.setdefault(comes, [])
        self._number(comes, name, len(needs), len(self._slots(name)))
        needs += self._slots(name, len(needs))

    def _seat(self, log: Log, where: str) -> None:
        object_, out, comes = log["object"], log["out"], cast(str, log["in"])
        place = (object_, cast(int, log["slot"]))
        if self._of.get(place) != log["list"]:
            raise ProtocolError(f"{where}: the list {log['list']} has no slot {place[1]} at {object_}")
        if self._seats.get(place) != out:
            raise ProtocolError(
                f"{where}: {self._seats.get(place) or 'nobody'} sits there, not {out or 'nobody'}"
            )
        gone = self._gone.setdefault(object_, set())
        gone |= {out} if out else set()
        self._times[place] = self._times.get(place, 0) + 1
        self._check_comes(where, place, comes, gone)
        if self._times[place] > REPLACEMENTS_ALONE:
            self.unchecked.append(
                f"{where}: the supervisor's consent to more than {REPLACEMENTS_ALONE} at one slot not checked"
            )
        self._seats[place] = comes

    def _check_comes(self, where: str, place: Place, comes: str, gone: set[str]) -> None:
        object_, slot = place
        team = {i for other, i in self._seats.items() if other[0] == object_ and other != place}
        if comes in gone | team:
            raise ProtocolError(f"{where}: {comes} is on the team or has left it")
        if self.roster is None:
            self.unchecked.append(f"{where}: who came in not checked: the roster was not given")
            return
        found = replacement(
            self.plan,
            bytes.fromhex(self.proof["seed"] or ""),
            self.roster,
            self._seats,
            object_,
            slot,
            self._needs[object_][slot],
            k=self._times[place],
            gone=gone,
        )
        if found.inspector != comes:
            raise ProtocolError(f"{where}: {found.inspector or 'nobody'} is the one drawn, not {comes}")


def check_logs(
    standing: Standing, raws: Mapping[str, bytes], digest: bytes | None, entries: Sequence[Entry] | None
) -> list[str]:
    """What could not be checked of the changes after the draw. Raises ProtocolError for one that is not right.

    ``raws`` are the files by name; ``digest`` is the proof's, None where it could not be computed; ``entries`` the register's, None without one.
    """
    plan = standing.plan
    registered = [
        entry["digest"]
        for entry in entries or ()
        if (entry["line"], entry["seq"], entry["kind"]) == (plan["line"], plan["seq"], "log")
    ]
    # A browser names a second download otherwise: the very same bytes are read once, under their first name.
    names: dict[bytes, str] = {}
    for name, raw in raws.items():
        names.setdefault(raw, name)
    logs = sorted(
        (parse_log(raw, f"log file {name}") for raw, name in names.items()), key=lambda log: log["n"]
    )
    if logs and standing.proof["void"] is not None:
        raise ProtocolError("log: nothing changes after a void draw")
    for one, other in pairwise(logs):
        if one["n"] == other["n"]:
            raise ProtocolError(f"log {one['n']}: two files have the same n")
    for number, log in enumerate(logs, 1):
        where = f"log {log['n']}"
        if digest is not None and log["proof"] != digest.hex():
            raise ProtocolError(f"{where}: it is of another draw")
        if (
            entries is not None
            and log_digest(plan["hash"], log).hex() not in registered[log["n"] - 1 : log["n"]]
        ):
            raise ProtocolError(f"{where}: the register does not have it in this place")
        if log["n"] == number:
            standing.apply(log)
        else:
            standing.unchecked.append(f"{where} not checked: one before it was not given")
    if len(registered) > len(logs):
        missing = len(registered) - len(logs)
        standing.unchecked.append(
            f"changes after the draw not checked: {missing} of the register's were not given"
        )
    return standing.unchecked
