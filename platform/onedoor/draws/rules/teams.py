"""Teams: the slots of the drawn objects, who fits them, and in which order they come (draw.md, "Inspectors"; R-D1, R-D5)."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from onedoor.draws.rules.documents import Plan, Team
from onedoor.draws.rules.roster import Inspector, Roster
from onedoor.draws.rules.wire.pool_sweeps import digests, hashing, lp

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

    They are as many as the plan says: whoever did not make it looks at ``slot_count`` before.
    """
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

    def __init__(self, hash_name: str, key: bytes, inspectors: Iterable[str]) -> None:
        self._new = hashing(hash_name)
        self._key = key
        self._ends = {inspector: lp(inspector.encode()) for inspector in inspectors}

    def __call__(self, object_: str, inspector: str) -> bytes:
        return self.many(object_, (inspector,))[0]

    def many(self, object_: str, inspectors: Sequence[str]) -> list[bytes]:
        """``t`` of each, in the order asked."""
        start = self._new(self._key + lp(object_.encode()))
        return digests(start, map(self._ends.__getitem__, inspectors))


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
            self._able[need] = self.those(self._inspectors, need)
        return self._able[need]

    def those(self, inspectors: Iterable[str], need: Need) -> list[Inspector]:
        """Those of them who fit such a slot of an object from which nobody is recused."""
        return [
            i
            for i in map(self._inspectors.__getitem__, inspectors)
            if i.bureau == need.bureau and need.qualifications <= i.qualifications and i.lead >= need.lead
        ]

    def recused(self, object_: str) -> Collection[str]:
        """Those who are recused from an object."""
        return self._of_object.get(object_, ())

    def fit(self, object_: str, need: Need) -> list[Inspector]:
        able = self.able(need)
        recused = self.recused(object_)
        return [i for i in able if i.id not in recused] if recused else able
