"""Two versions of a text or a list beside each other: what was added, removed, changed (R-L4, R-L10); pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from os.path import commonprefix
from typing import Any, NamedTuple

# Of more lines the two are shown as they are: to pair them would take long, and nobody reads it.
MOST_LINES = 2_000
Facts = Mapping[str, Any]


class Piece(NamedTuple):
    """A piece of a line; `differs` where the other version has something else there."""

    text: str
    differs: bool


Line = tuple[Piece, ...]


class Pair(NamedTuple):
    """A line before and after; None where that version has no such line."""

    before: Line | None
    after: Line | None


@dataclass(frozen=True, slots=True)
class ChangedItem:
    """An item in both versions, and the names of its fields that differ, in the order they are given in."""

    before: Facts
    after: Facts
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of an item list, by number of item."""

    added: tuple[Facts, ...]
    removed: tuple[Facts, ...]
    changed: tuple[ChangedItem, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def compare_items(before: Iterable[Facts], after: Iterable[Facts], fields: Sequence[str]) -> Comparison:
    """What of `fields` differs between two lists, each item known by its number."""
    was = {str(one["number"]): one for one in before}
    now = {str(one["number"]): one for one in after}
    both = (
        (was[number], one, tuple(name for name in fields if was[number].get(name) != one.get(name)))
        for number, one in now.items()
        if number in was
    )
    return Comparison(
        added=tuple(one for number, one in now.items() if number not in was),
        removed=tuple(one for number, one in was.items() if number not in now),
        changed=tuple(ChangedItem(old, new, differing) for old, new, differing in both if differing),
    )


def beside(before: str, after: str) -> list[Pair]:
    """Two texts line by line, those that stand for each other in one pair, with what differs in them."""
    old, new = before.splitlines(), after.splitlines()
    if max(len(old), len(new)) > MOST_LINES:
        return [Pair(_whole(before), _whole(after))]
    matcher = SequenceMatcher(None, old, new)
    return [pair for step in matcher.get_opcodes() for pair in _of_step(step, old, new)]


def _of_step(step: tuple[str, int, int, int, int], old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    tag, first, last, start, end = step
    if tag == "equal":
        yield from (Pair((Piece(line, False),), (Piece(line, False),)) for line in old[first:last])
        return
    together = min(last - first, end - start)
    for place in range(together):
        yield _line(old[first + place], new[start + place])
    yield from (Pair(_whole(line), None) for line in old[first + together : last])
    yield from (Pair(None, _whole(line)) for line in new[start + together : end])


def _line(before: str, after: str) -> Pair:
    """What two lines have in common at both ends, and what differs between."""
    head = len(commonprefix([before, after]))
    tail = len(commonprefix([before[head:][::-1], after[head:][::-1]]))
    if head + tail == 0:
        return Pair(_whole(before), _whole(after))
    return Pair(_parts(before, head, tail), _parts(after, head, tail))


def _parts(line: str, head: int, tail: int) -> Line:
    end = len(line) - tail
    pieces = (Piece(line[:head], False), Piece(line[head:end], True), Piece(line[end:], False))
    return tuple(piece for piece in pieces if piece.text)


def _whole(text: str) -> Line:
    return (Piece(text, True),)
