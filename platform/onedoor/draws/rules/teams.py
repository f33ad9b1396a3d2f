"""Teams: the slots of the drawn objects, and who is placed in them (draw.md, "Inspectors"; R-D1, R-D5, R-J2)."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from onedoor.draws.rules.documents import Member, Plan, Team
from onedoor.draws.rules.encoding import Hash, hash_function
from onedoor.draws.rules.errors import ProtocolError
from onedoor.draws.rules.roster import Inspector, Roster
from onedoor.draws.rules.seed import key_of
from onedoor.draws.rules.sweeps import lp

SLOT_LIMIT = 5_000_000

Place = tuple[str, int]
"""A slot of an object: the object's id and the slot's number from 0."""


class Need(NamedTuple):
    """What a slot asks for."""

    bureau: str
    qualifications: frozenset[str]
    lead: bool


class Assignment(NamedTuple):
    """The proof's ``teams`` and ``unfilled``."""

    teams: list[Team]
    unfilled: list[Place]


def slot_count(plan: Plan, drawn: Sequence[Sequence[str]]) -> int:
    """How many slots a draw has, without making them."""
    lists = zip(plan["lists"], drawn, strict=True)
    return sum(entry["team"]["size"] * len(ids) for entry, ids in lists if entry["team"])


def slots_of(plan: Plan, drawn: Sequence[Sequence[str]]) -> dict[str, list[Need]]:
    """The slots of every object that has one; ``drawn`` are the ids that each list drew, in the plan's order.

    Raises ProtocolError above five million slots, which no city staffs.
    """
    if slot_count(plan, drawn) > SLOT_LIMIT:
        raise ProtocolError(f"the teams of this draw have more than {SLOT_LIMIT} slots")
    slots: dict[str, list[Need]] = {}
    for entry, ids in zip(plan["lists"], drawn, strict=True):
        team = entry["team"]
        if team is None:
            continue
        other = Need(team["bureau"], frozenset(team["qualifications"]), False)
        first = other._replace(lead=True)
        for id_ in ids:
            held = slots.setdefault(id_, [])
            held += [other if held else first] + [other] * (team["size"] - 1)
    return slots


class Order:
    """``t(object, inspector)`` under a key: of one pair, or of many inspectors for one object at once."""

    def __init__(self, h: Hash, key: bytes, inspectors: Iterable[str]) -> None:
        self._h = h
        self._key = key
        self._ends = {inspector: lp(inspector.encode()) for inspector in inspectors}

    def __call__(self, object_: str, inspector: str) -> bytes:
        return self.many(object_, (inspector,))[0]

    def many(self, object_: str, inspectors: Sequence[str]) -> list[bytes]:
        """``t`` of each, in the order asked."""
        h, start, ends = self._h, self._key + lp(object_.encode()), self._ends
        return [h(start + ends[inspector]) for inspector in inspectors]


class Fitting:
    """Who fits a slot: of the bureau, with all qualifications, lead where needed, not recused from the object."""

    def __init__(self, roster: Roster) -> None:
        self._inspectors = roster.inspectors
        self._of_object: dict[str, set[str]] = {}
        for inspector, object_ in roster.recused():
            self._of_object.setdefault(object_, set()).add(inspector)
        self._able: dict[Need, list[Inspector]] = {}

    def able(self, need: Need) -> list[Inspector]:
        """Those who fit a slot of an object from which nobody is recused."""
        if need not in self._able:
            self._able[need] = [
                i
                for i in self._inspectors.values()
                if i.bureau == need.bureau and need.qualifications <= i.qualifications and i.lead >= need.lead
            ]
        return self._able[need]

    def recused(self, object_: str) -> Collection[str]:
        """Those who are recused from an object."""
        return self._of_object.get(object_, ())

    def fit(self, object_: str, need: Need) -> list[Inspector]:
        able = self.able(need)
        recused = self.recused(object_)
        return [i for i in able if i.id not in recused] if recused else able


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
    def __init__(self, slots: Mapping[str, Sequence[Need]], roster: Roster, t: Order) -> None:
        self.slots = slots
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
            for number in range(len(self.slots[object_])):
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
        """Step 2, breadth first; also says whom the search has seen."""
        came_from: dict[Place, Place] = {}
        reached, seen = {start}, set[str]()
        queue = deque([start])

        def reach(place: Place, source: Place) -> None:
            if place not in reached:
                reached.add(place)
                came_from[place] = source
                queue.append(place)

        while queue:
            place = queue.popleft()
            object_ = place[0]
            for inspector in self._passing(place, seen):
                if inspector.id in self.at[object_]:
                    reach((object_, self.at[object_][inspector.id]), place)
                    continue
                seen.add(inspector.id)
                if self.load[inspector.id] < inspector.cap:
                    return _Search(inspector.id, place, came_from), seen
                for held in self._places_of(inspector.id):
                    reach(held, place)
        return None, seen

    def _places_of(self, inspector: str) -> list[Place]:
        held = self.held[inspector]
        return [(object_, held[object_]) for object_ in sorted(held, key=lambda o: self.t(o, inspector))]

    def _passing(self, place: Place, seen: set[str]) -> list[Inspector]:
        """Those who fit a slot and are not passed over, in ascending ``t``."""
        object_, number = place
        on_team = self.at[object_]
        going = [
            i
            for i in self.fitting.fit(object_, self.slots[object_][number])
            if i.id in on_team or not (i.id in seen or i.id in self.dead)
        ]
        return sorted(going, key=lambda i: self.t(object_, i.id))

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
    h = hash_function(plan["hash"])
    slots = slots_of(plan, drawn)
    objects = sorted(slots, key=lambda id_: (ticket(id_), id_))
    assigner = _Assigner(slots, roster, Order(h, key_of(h, seed, "assign"), roster.inspectors))
    assigner.run(objects)
    return Assignment([_team(id_, slots[id_], assigner.seated) for id_ in objects], assigner.unfilled)


def _team(object_: str, needs: Sequence[Need], seated: Mapping[Place, str]) -> Team:
    members: list[Member] = [
        {"bureau": need.bureau, "inspector": seated[object_, number], "lead": int(need.lead)}
        for number, need in enumerate(needs)
        if (object_, number) in seated
    ]
    return {"object": object_, "team": members}
