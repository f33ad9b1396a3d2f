"""The rules of a draw once more, by the plainest means and from the protocol's text alone: what the tests judge by.

Nothing of `onedoor` is imported here, so that no mistake of the engine is its own judge.
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

Place = tuple[str, int]
Row = tuple[str, str, int, str]


def lp(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def tag(what: str, *parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(map(lp, (b"onedoor-draw/1/" + what.encode(), *parts)))).digest()


def ticket_of(seed: bytes, z: bytes | None = None) -> Callable[[str], bytes]:
    """T(id), of a closed draw with its secret."""
    key = tag("key", seed, b"object")

    def ticket(id_: str) -> bytes:
        salt = b"" if z is None else tag("salt", z, id_.encode())
        return hashlib.sha256(key + salt + bytes([len(id_)]) + id_.encode()).digest()

    return ticket


def in_order(
    rows: Iterable[Row], stratum: str, mode: str, ticket: Callable[[str], bytes]
) -> list[tuple[int, str]]:
    """Rank and id of all who can be drawn, by (rank, T, id)."""
    found = []
    for id_, own, weight, status in rows:
        if own == stratum and status == "E":
            number = int.from_bytes(ticket(id_), "big")
            found.append((number // weight if mode == "ratio" else number, number, id_))
    return [(rank, id_) for rank, _, id_ in sorted(found)]


def stratum_of(order: Sequence[tuple[int, str]], stratum: str, quota: int, reserve: int) -> dict[str, Any]:
    """What the proof must say of a stratum."""
    ids = [id_ for _, id_ in order]
    return {
        "stratum": stratum,
        "eligible": len(ids),
        "drawn": ids[:quota],
        "reserve": ids[quota : quota + reserve],
        "cutoff": f"{order[quota - 1][0]:064x}" if quota else None,
    }


# ---- Inspectors ---------------------------------------------------------------------------------------------------


class Slot(NamedTuple):
    """What a slot asks for."""

    bureau: str
    qualifications: frozenset[str]
    lead: bool


def slots(teams: Sequence[Any], drawn: Sequence[Sequence[str]]) -> dict[str, list[Slot]]:
    """Of each object: for each list that drew it, so many slots; its very first one asks for a lead."""
    found: dict[str, list[Slot]] = {}
    for team, ids in zip(teams, drawn, strict=True):
        for id_ in ids if team else ():
            for _ in range(team["size"]):
                own = found.setdefault(id_, [])
                own.append(Slot(team["bureau"], frozenset(team["qualifications"]), not own))
    return found


def fits(person: Any, slot: Slot, object_: str, recused: set[tuple[str, str]]) -> bool:
    return (
        person.bureau == slot.bureau
        and all(each in person.qualifications for each in slot.qualifications)
        and (person.lead or not slot.lead)
        and (person.id, object_) not in recused
    )


class Seating:
    """Steps 1 to 3, word by word."""

    def __init__(
        self,
        seed: bytes,
        wanted: Mapping[str, Sequence[Slot]],
        people: Sequence[Any],
        recused: set[tuple[str, str]],
    ) -> None:
        self.key, self.wanted, self.recused = tag("key", seed, b"assign"), wanted, recused
        self.people = {person.id: person for person in people}
        self.seats: dict[Place, str] = {}
        self.unfilled: list[Place] = []
        self.dead: set[str] = set()
        self.chains = 0

    def t(self, object_: str, inspector: str) -> bytes:
        return hashlib.sha256(self.key + lp(object_.encode()) + lp(inspector.encode())).digest()

    def load(self, inspector: str) -> int:
        return list(self.seats.values()).count(inspector)

    def room(self, inspector: str) -> bool:
        return bool(self.load(inspector) < self.people[inspector].cap)

    def fit(self, place: Place) -> list[str]:
        object_, number = place
        slot = self.wanted[object_][number]
        return [i for i, person in self.people.items() if fits(person, slot, object_, self.recused)]

    def team(self, object_: str) -> dict[str, Place]:
        return {i: place for place, i in self.seats.items() if place[0] == object_}

    def run(self, objects: Sequence[str]) -> None:
        for object_ in objects:
            for number in range(len(self.wanted[object_])):
                self.fill((object_, number))

    def fill(self, place: Place) -> None:
        free = [i for i in self.fit(place) if self.room(i) and i not in self.team(place[0])]
        if free:
            self.seats[place] = min(free, key=lambda i: (self.load(i), self.t(place[0], i)))
        else:
            self.search(place)

    def search(self, start: Place) -> None:
        before: dict[Place, Place | None] = {start: None}
        queue, seen = deque([start]), set[str]()
        while queue:
            here = queue.popleft()
            team = self.team(here[0])
            for i in sorted(self.fit(here), key=lambda i: self.t(here[0], i)):
                if i in team:
                    reached = [team[i]]
                elif i in seen or i in self.dead:
                    continue
                else:
                    seen.add(i)
                    if self.room(i):
                        self.move(i, here, before)
                        return
                    held = [place for place, who in self.seats.items() if who == i]
                    reached = sorted(held, key=lambda place: self.t(place[0], i))
                for place in reached:
                    if place not in before:
                        before[place] = here
                        queue.append(place)
        self.unfilled.append(start)
        self.dead |= seen

    def move(self, comes: str, here: Place | None, before: Mapping[Place, Place | None]) -> None:
        """Each one on the chain moves back one slot."""
        self.chains += 1
        going: str | None = comes
        while here is not None and going is not None:
            was = self.seats.get(here)
            self.seats[here] = going
            going, here = was, before[here]


def check_seats(
    made: Any, wanted: Mapping[str, Sequence[Slot]], people: Sequence[Any], recused: set[tuple[str, str]]
) -> None:
    """That everyone sits where that one may: each slot once, nobody twice at an object, nobody above the cap."""
    known = {person.id: person for person in people}
    load: Counter[str] = Counter()
    empty = set(made.unfilled)
    assert {team["object"] for team in made.teams} == set(wanted)
    for team in made.teams:
        object_ = team["object"]
        left = [slot for number, slot in enumerate(wanted[object_]) if (object_, number) not in empty]
        for member, slot in zip(team["team"], left, strict=True):
            assert fits(known[member["inspector"]], slot, object_, recused), (object_, member)
            assert (member["bureau"], member["lead"]) == (slot.bureau, int(slot.lead))
            load[member["inspector"]] += 1
        names = [member["inspector"] for member in team["team"]]
        assert len(set(names)) == len(names), team
    assert all(number <= known[i].cap for i, number in load.items()), load
