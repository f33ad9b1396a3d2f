"""What happened, and what is said of it to whom."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from onedoor.kernel.sentences import Sentence


@dataclass(frozen=True)
class Occurrence:
    """An act: what was done to which thing, by which bureau, and by whom as far as that is known here."""

    event: str
    kind: str
    thing: UUID
    bureau: UUID
    did: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Notice:
    """A sentence for some people of the current bureau, with the page it is about; `occasion` is what they are told of once."""

    people: frozenset[UUID]
    text: Sentence
    link: str
    occasion: str

    def without(self, those: Collection[UUID]) -> Notice:
        """The same for the others."""
        return replace(self, people=self.people.difference(those))


@dataclass(frozen=True)
class Audience:
    """Whom an act concerns: which bureaus, asked where it was done; and in the scope of each, which people."""

    bureaus: Callable[[Occurrence], Iterable[UUID]]
    notices: Callable[[Occurrence], Iterable[Notice]]


def own_bureau(occurrence: Occurrence) -> Iterable[UUID]:
    """The bureau that acted, alone."""
    return (occurrence.bureau,)
