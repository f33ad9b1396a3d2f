"""Walking a chain: what of a bureau's log was altered, removed, inserted or moved, and which entry (R-T6).

`Walk` is given sealed entries in order of their numbers and recomputes every digest. A digest that does not
fit is judged with the entry after it, which says whether a record was altered, inserted or taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel import audit_chain
from onedoor.kernel.audit_chain import GENESIS, Sealed, digest

# How many records taken away without a gap in the numbers are still told apart from altered ones.
FURTHEST = 1000


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head that somebody noted: number and digest, and who says so (a day, a file)."""

    number: int
    digest: str
    source: str


@dataclass(frozen=True, slots=True)
class Break:
    """Something wrong: `kind` altered, removed, inserted, moved, cut, rewritten or unsound; from which number to which."""

    kind: str
    first: int
    last: int
    id: str = ""
    detail: str = ""


@dataclass
class Walk:
    """One chain on its way. `shift` is how far the numbers have slipped against those that were sealed."""

    anchors: Sequence[Anchor] = ()
    breaks: list[Break] = field(default_factory=list)
    number: int = 0
    digest: str = GENESIS
    shift: int = 0
    _doubt: Sealed | None = None
    _before_doubt: str = GENESIS

    def run(self, entries: Iterable[Sealed], head: tuple[int, str] | None = None) -> list[Break]:
        """All that is wrong with these entries, with the head the chain claims, and with the anchors."""
        wanted = {anchor.digest for anchor in self.anchors}
        for entry in entries:
            self._take(entry)
            # A digest stands for its number and all before it, so that one that is there agrees.
            wanted.discard(entry.digest)
        self._settle(None)
        self._compare([one for one in self.anchors if one.digest in wanted and one.number > 0])
        self._end(head)
        return self.breaks

    def _take(self, entry: Sealed) -> None:
        if self._doubt is not None:
            self._settle(entry)
        elif entry.number != self.number + 1:
            self._settle_gap(entry)
        elif digest(entry.number + self.shift, self.digest, entry.canonical) != entry.digest:
            self._doubt, self._before_doubt = entry, self.digest
        self.number, self.digest = entry.number, entry.digest

    def _settle_gap(self, entry: Sealed) -> None:
        if entry.number <= self.number:
            self._break("unsound", entry.number, entry.number, entry.id, "the number stands twice")
        else:
            self._break("removed", self.number + 1, entry.number - 1)

    def _settle(self, entry: Sealed | None) -> None:
        """Judge the entry in doubt by the one after it, or by itself at the end."""
        doubt = self._doubt
        if doubt is None:
            return
        self._doubt = None
        if entry is None:
            self._break("altered", doubt.number, doubt.number, doubt.id)
        elif entry.number != doubt.number + 1:
            self._break("altered", doubt.number, doubt.number, doubt.id)
            self._settle_gap(entry)
        elif _fits(entry, entry.number + self.shift, doubt.digest):
            self._break("altered", doubt.number, doubt.number, doubt.id)
        elif _fits(entry, doubt.number + self.shift, self._before_doubt):
            self._break("inserted", doubt.number, doubt.number, doubt.id)
            self.shift -= 1
        elif slip := self._slipped(entry, doubt.digest):
            self.shift += slip
            self._break(
                "removed", doubt.number, doubt.number + slip - 1, doubt.id, "the numbers were closed up"
            )
        else:
            self._break("altered", doubt.number, doubt.number, doubt.id)
            self._doubt, self._before_doubt = entry, doubt.digest

    def _slipped(self, entry: Sealed, before: str) -> int:
        true = entry.number + self.shift
        return next((by for by in range(1, FURTHEST + 1) if _fits(entry, true + by, before)), 0)

    def _compare(self, strange: list[Anchor]) -> None:
        """Anchors whose digest is nowhere; of those the chain is long enough for, the first says the most."""
        digests = {one.digest for one in strange}
        agreed = [one.number for one in self.anchors if one.digest not in digests]
        for late in [one for one in strange if one.number > self.length]:
            self._break("cut", self.length + 1, late.number, "", late.source)
        rewritten = [one for one in strange if one.number <= self.length]
        if rewritten:
            first = min(rewritten, key=lambda one: one.number)
            since = max((number for number in agreed if number < first.number), default=0)
            self._break("rewritten", since + 1, first.number, "", first.source)

    def _end(self, head: tuple[int, str] | None) -> None:
        number, last = head or (0, GENESIS)
        if number > self.length:
            self._break("cut", self.length + 1, number, "", "the chain's head")
        elif number < self.length:
            self._break("inserted", number + 1, self.length, "", "beyond the chain's head")
        elif last != self.digest:
            self._break("rewritten", number, number, "", "the chain's head")

    @property
    def length(self) -> int:
        """The number of the last entry, as it was when it was sealed."""
        return self.number + self.shift

    def _break(self, kind: str, first: int, last: int, entry: str = "", detail: str = "") -> None:
        self.breaks.append(Break(kind, first, last, entry, detail))


def _fits(entry: Sealed, number: int, before: str) -> bool:
    return digest(number, before, entry.canonical) == entry.digest


def sentences(breaks: Iterable[Break]) -> Iterator[str]:
    """What is wrong, for the person at the terminal."""
    for one in breaks:
        where = f"entry {one.first}" if one.first == one.last else f"entries {one.first} to {one.last}"
        who = f" ({one.id})" if one.id else ""
        yield {
            "altered": f"{where}{who} was altered, or moved here: its digest does not fit what it says after entry {one.first - 1}",
            "removed": f"{where} was removed",
            "inserted": f"{where}{who} was inserted",
            "cut": f"{where} was removed from the end: {one.detail} knows of entry {one.last}",
            "rewritten": f"{where} was rewritten and sealed anew: another digest than {one.detail} has for entry {one.last}",
            "unsound": f"{where}{who}: {one.detail}",
        }[one.kind]


@dataclass(frozen=True, slots=True)
class Examined:
    """What walking a bureau's chain found: entries walked, those that wait for their place, head, breaks."""

    entries: int
    unsealed: int
    head: str
    breaks: list[Break]


def examine(
    connection: sa.Connection,
    bureau: UUID,
    anchors: Sequence[Anchor] = (),
    report: Callable[[int], object] = lambda number: None,
) -> Examined:
    """Recompute a bureau's chain from what this connection may read; `told` hears how far it is, in entries."""
    walk = Walk(anchors)
    breaks = walk.run(
        _told(audit_chain.sealed(connection, bureau), report), audit_chain.head(connection, bureau)
    )
    return Examined(walk.number, audit_chain.unsealed(connection, bureau), walk.digest, breaks)


def _told(entries: Iterable[Sealed], report: Callable[[int], object]) -> Iterator[Sealed]:
    for count, entry in enumerate(entries, start=1):
        if count % 5_000 == 0:
            report(count)
        yield entry
