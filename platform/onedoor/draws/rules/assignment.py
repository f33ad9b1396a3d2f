"""Who is placed in the slots of the drawn objects: steps 1 to 3 of the protocol (draw.md, "Inspectors"; R-D1, R-D5, R-J2).

    made = assign(plan, seed, drawn, roster, ticket)

An inspector is of one bureau and a slot is for one, so bureaus have nothing to do with each other, and of a large draw
another process (``hands``) seats those of half of them.
"""

import marshal
import sys
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from onedoor.draws.rules.documents import Member, Plan, Team
from onedoor.draws.rules.roster import Inspector, Roster, parse_roster
from onedoor.draws.rules.seed import key_of
from onedoor.draws.rules.teams import Assignment, Fitting, Need, Order, Place, slots_of
from onedoor.draws.rules.wire import pool_sweeps, second_process
from onedoor.draws.rules.wire.encoding import hash_function

WORTH = 1_000_000
"""Pairs of a slot and an inspector of its bureau from which on a second process gains more than its start costs."""
CHILD = "from onedoor.draws.rules.assignment import main; main()"

Seats = tuple[dict[Place, str], list[Place]]
"""Who sits where, and the slots that stay empty."""


class _Levels:
    """Those who fit a need and are below their cap, by their load; each level in the roster's order."""

    def __init__(self, able: Iterable[Inspector], load: Mapping[str, int]) -> None:
        self.levels: dict[int, dict[str, None]] = {}
        self.cap = {i.id: i.cap for i in able}
        for inspector in self.cap:
            self._enter(inspector, load[inspector])

    def _enter(self, inspector: str, load: int) -> None:
        if load < self.cap[inspector]:
            self.levels.setdefault(load, {})[inspector] = None

    def rise(self, inspector: str, load: int) -> None:
        """The inspector has one more than before, ``load`` in all."""
        if inspector in self.cap:
            before = self.levels[load - 1]
            del before[inspector]
            if not before:
                del self.levels[load - 1]
            self._enter(inspector, load)

    def least(self, out: Collection[str]) -> list[str]:
        """Those with the least load, but for those who are out."""
        for load in sorted(self.levels):
            found = [inspector for inspector in self.levels[load] if inspector not in out]
            if found:
                return found
        return []


class _Search(NamedTuple):
    """Where a chain of moves ended: the free inspector, its slot, and from which slot each other was reached."""

    inspector: str
    place: Place
    came_from: dict[Place, Place]


class _Assigner:
    """Fills the slots of some bureaus. Whoever fits a slot is of its bureau, so no step ever leads to another one."""

    def __init__(
        self, slots: Mapping[str, Sequence[Need]], roster: Roster, t: Order, bureaus: Collection[str]
    ) -> None:
        self.slots = slots
        self.bureaus = bureaus
        self.fitting = Fitting(roster)
        self.t = t
        self.load = dict.fromkeys(roster.inspectors, 0)
        self.levels: dict[Need, _Levels] = {}
        self.known: dict[str, bytes] = {}
        self.at: dict[str, dict[str, int]] = {object_: {} for object_ in slots}
        self.held: dict[str, dict[str, int]] = {inspector: {} for inspector in roster.inspectors}
        self.seated: dict[Place, str] = {}
        self.dead: set[str] = set()
        self.unfilled: list[Place] = []

    def run(self, objects: Iterable[str]) -> None:
        for object_ in objects:
            self.known.clear()
            for number, need in enumerate(self.slots[object_]):
                if need.bureau in self.bureaus:
                    self._fill((object_, number))

    def _fill(self, place: Place) -> None:
        inspector = self._least(place)
        if inspector is not None:
            self._seat(inspector, place)
            self._burden(inspector)
            return
        found, seen = self._chain(place)
        if found is None:
            self.unfilled.append(place)
            self.dead |= seen
            return
        self._move(found, place)
        self._burden(found.inspector)

    def _burden(self, inspector: str) -> None:
        self.load[inspector] += 1
        for levels in self.levels.values():
            levels.rise(inspector, self.load[inspector])

    def _least(self, place: Place) -> str | None:
        """Step 1. Loads come first, so only those with the least load need a hash."""
        object_, number = place
        need = self.slots[object_][number]
        if need not in self.levels:
            self.levels[need] = _Levels(self.fitting.able(need), self.load)
        out = {*self.at[object_], *self.fitting.recused(object_)}
        free = self.levels[need].least(out)
        if len(free) < 2:
            return free[0] if free else None
        # Hashed once for all slots of the object.
        new = [inspector for inspector in free if inspector not in self.known]
        self.known.update(zip(new, self.t.many(object_, new), strict=True))
        return min(free, key=self.known.__getitem__)

    def _chain(self, start: Place) -> tuple[_Search | None, set[str]]:
        """Step 2, breadth first; also says whom the search has seen.

        Who waits in the queue is an inspector, whose slots are put in order when its turn has come: most searches end
        before. `left` are those who fit a need and have not been seen.
        """
        came_from: dict[Place, Place] = {}
        seen, left = set[str](), dict[Need, dict[str, Inspector]]()
        queue: deque[tuple[Place, Place | str]] = deque([(start, start)])
        while queue:
            source, waiting = queue.popleft()
            for place in self._places_of(waiting) if isinstance(waiting, str) else (waiting,):
                if place in came_from:
                    continue
                came_from[place] = source
                object_ = place[0]
                for inspector in self._passing(place, seen, left):
                    if inspector.id in self.at[object_]:
                        queue.append((place, (object_, self.at[object_][inspector.id])))
                        continue
                    seen.add(inspector.id)
                    for unseen in left.values():
                        unseen.pop(inspector.id, None)
                    if self.load[inspector.id] < inspector.cap:
                        return _Search(inspector.id, place, came_from), seen
                    queue.append((place, inspector.id))
        return None, seen

    def _places_of(self, inspector: str) -> list[Place]:
        held = self.held[inspector]
        return [(object_, held[object_]) for object_ in sorted(held, key=lambda o: self.t(o, inspector))]

    def _passing(
        self, place: Place, seen: Collection[str], left: dict[Need, dict[str, Inspector]]
    ) -> list[Inspector]:
        """Those who fit a slot and are not passed over, in ascending ``t``."""
        object_, number = place
        need = self.slots[object_][number]
        if need not in left:
            able = self.fitting.able(need)
            left[need] = {i.id: i for i in able if not (i.id in seen or i.id in self.dead)}
        recused = self.fitting.recused(object_)
        going = [i for i in left[need].values() if i.id not in recused]
        going += [i for i in self.fitting.those(self.at[object_], need) if i.id not in left[need]]
        if len(going) < 2:
            return going
        order = dict(zip(going, self.t.many(object_, [i.id for i in going]), strict=True))
        return sorted(going, key=order.__getitem__)

    def _move(self, found: _Search, start: Place) -> None:
        """Each one on the chain moves back one slot, from the start of the chain to the free one."""
        moves = [(found.inspector, found.place)]
        place = found.place
        while place != start:
            source = found.came_from[place]
            moves.append((self.seated[place], source))
            place = source
        for inspector, to in reversed(moves):
            self._seat(inspector, to)

    def _seat(self, inspector: str, place: Place) -> None:
        object_, number = place
        before = self.seated.get(place)
        if before is not None and self.at[object_].get(before) == number:
            del self.at[object_][before]
            del self.held[before][object_]
        self.seated[place] = inspector
        self.at[object_][inspector] = number
        self.held[inspector][object_] = number


def assign(
    plan: Plan, seed: bytes, drawn: Sequence[Sequence[str]], roster: Roster, ticket: Callable[[str], bytes]
) -> Assignment:
    """Every team of a draw, by steps 1 to 3 of the protocol; it fills as many slots as can be filled."""
    slots = slots_of(plan, drawn)
    objects = sorted(slots, key=lambda id_: (ticket(id_), id_))
    key = key_of(hash_function(plan["hash"]), seed, "assign")
    seated, unfilled = _seats(plan, key, slots, objects, drawn, roster)
    return Assignment([_team(id_, slots[id_], seated) for id_ in objects], unfilled)


def _seats(
    plan: Plan,
    key: bytes,
    slots: Mapping[str, Sequence[Need]],
    objects: Sequence[str],
    drawn: Sequence[Sequence[str]],
    roster: Roster,
) -> Seats:
    """Those of every bureau, by two processes if it is worth it."""
    own, others = _shares(slots, roster)
    other = second_process.another("-P", "-c", CHILD) if others else None
    if other is None:
        return _seated(plan["hash"], key, slots, objects, roster, own | others)
    teams = [entry["team"] and dict(entry["team"]) for entry in plan["lists"]]
    asked: Any = (plan["hash"], key, teams, [list(ids) for ids in drawn], objects, roster.raw, list(others))
    try:
        (seated, unfilled), reply = second_process.beside(
            other,
            [marshal.dumps(asked)],
            lambda: _seated(plan["hash"], key, slots, objects, roster, own),
        )
    finally:
        second_process.end(other)
    if reply is None:
        more: Seats = _seated(plan["hash"], key, slots, objects, roster, others)
    else:
        more = marshal.loads(reply)  # noqa: S302 # nosec B302 - our child's
    place = {object_: nth for nth, object_ in enumerate(objects)}
    return seated | more[0], sorted([*unfilled, *more[1]], key=lambda slot: (place[slot[0]], slot[1]))


def _shares(slots: Mapping[str, Sequence[Need]], roster: Roster) -> tuple[set[str], set[str]]:
    """The bureaus that this process seats, and those that another one does: none if there is too little to do."""
    people = Counter(inspector.bureau for inspector in roster.inspectors.values())
    pairs = Counter[str]()
    for need, number in Counter(need for needs in slots.values() for need in needs).items():
        pairs[need.bureau] += number * people[need.bureau]
    if pairs.total() < WORTH or second_process.processors() < 2:
        return set(pairs), set()
    shares: tuple[set[str], set[str]] = (set(), set())
    load = [0, 0]
    for bureau, number in pairs.most_common():
        less = int(load[1] < load[0])
        shares[less].add(bureau)
        load[less] += number
    return shares


def _seated(
    hash_name: str,
    key: bytes,
    slots: Mapping[str, Sequence[Need]],
    objects: Iterable[str],
    roster: Roster,
    bureaus: Collection[str],
) -> Seats:
    assigner = _Assigner(slots, roster, Order(hash_name, key, roster.inspectors), bureaus)
    assigner.run(objects)
    return assigner.seated, assigner.unfilled


def _team(object_: str, needs: Sequence[Need], seated: Mapping[Place, str]) -> Team:
    members: list[Member] = [
        {"bureau": need.bureau, "inspector": seated[object_, number], "lead": int(need.lead)}
        for number, need in enumerate(needs)
        if (object_, number) in seated
    ]
    return {"object": object_, "team": members}


def main() -> None:
    """The other process: seats the bureaus it is told of."""
    hash_name, key, teams, drawn, objects, roster, bureaus = marshal.load(sys.stdin.buffer)  # noqa: S302 # nosec B302 - its parent wrote it
    plan: Any = {"lists": [{"team": team} for team in teams]}
    seats = _seated(hash_name, key, slots_of(plan, drawn), objects, parse_roster(roster), set(bureaus))
    pool_sweeps.answer(marshal.dumps(seats))
