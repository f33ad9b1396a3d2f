"""What is done with every line of a pool: reading it, hashing it, giving it a ticket (draw.md, "Pool", "Tickets").

A sweep goes over whole lines, each ending with LF, and what it finds of two stretches is what it finds of both
together. So another process can take one stretch (``hands``): it runs this very file, which needs the standard
library only. What is hashed a million times goes on from a state that has begun with what all have in common.
"""

import hashlib
import marshal
import re
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache, partial
from itertools import islice
from operator import lt
from typing import Any, Protocol

RUN = 1024
"""Lines under one node that ``tops`` gives: a power of two, so that these are where RFC 9162 splits the tree."""
PIECE = 1_000_000
"""Bytes of a file that are read at a time, as the lines of a whole file take much memory."""

PREFIX = b"onedoor-draw/1/"
_IDS = re.compile(rb"([^\t]+)\t[^\n]+\n")
_KINDS = re.compile(rb"\t([^\n]+)\n")
_FEW = 16
"""Kinds that are quicker counted one by one than taken out of every line."""


class State(Protocol):
    """A hash that is under way."""

    def update(self, data: bytes, /) -> None:
        """Hash on."""

    def digest(self) -> bytes:
        """The hash of all so far."""

    def copy(self) -> "State":
        """Another one that goes on from here."""


New = Callable[[bytes], State]


@cache
def hashing(name: str) -> New:
    """Begins a hash of this name with some bytes; SM3 in plain Python where OpenSSL has none. ValueError for others."""
    if name == "sha256":
        return hashlib.sha256
    try:
        hashlib.new(name)
    except ValueError:
        if name != "sm3":
            raise
        from onedoor.draws.rules.sm3 import SM3  # noqa: PLC0415 - the one thing beyond the standard library, if need be

        return SM3
    return partial(hashlib.new, name)


def lp(data: bytes) -> bytes:
    """``LP(x)``: the length in four bytes, then the bytes."""
    return len(data).to_bytes(4, "big") + data


def salting(new: New, z: bytes) -> Callable[[bytes], bytes]:
    """``salt(id) = tag("salt", z, id)`` of a closed draw, as a function of the id."""
    start = new(lp(PREFIX + b"salt") + lp(z)).copy

    def salt(id_: bytes) -> bytes:
        state = start()
        state.update(lp(id_))
        return state.digest()

    return salt


def pieces(lines: bytes) -> Iterator[bytes]:
    """Whole lines, some at a time."""
    start = 0
    while start < len(lines):
        end = lines.find(b"\n", start + PIECE) + 1 or len(lines)
        yield lines[start:end]
        start = end


def survey(lines: bytes, grammar: bytes) -> tuple[dict[bytes, int], bytes, bytes] | None:
    """How many lines there are of each kind, the first id and the last one.

    None if a line with its LF does not match ``grammar``, or if the ids do not ascend, each once.
    """
    # Possessive: a sound line is never tried again, so a faulty one costs no more.
    sound, kinds = re.compile(b"(?:%s)*+" % grammar).fullmatch, Counter[bytes]()
    first = last = b""
    for piece in pieces(lines):
        if not sound(piece):
            return None
        ids = _IDS.findall(piece)
        if not (last < ids[0] and all(map(lt, ids, islice(ids, 1, None)))):
            return None
        kinds.update(_kinds_in(piece, len(ids), kinds))
        first, last = first or ids[0], ids[-1]
    return dict(kinds), first, last


def _kinds_in(piece: bytes, number: int, known: Collection[bytes]) -> Mapping[bytes, int]:
    """How many of its ``number`` sound lines are of each kind: of those known already, unless there are others."""
    if len(known) <= _FEW:
        # A sound line has three TABs, so that a kind between the first of them and LF is all that follows the id.
        found = {kind: piece.count(b"\t%s\n" % kind) for kind in known}
        if sum(found.values()) == number:
            return found
    return Counter(_KINDS.findall(piece))


def tops(lines: bytes, hash_name: str, z: bytes | None) -> list[bytes]:
    """The roots over every ``RUN`` lines, the last of which may be fewer; ``z`` salts the leaves of a closed pool.

    A run is climbed while it is at hand: the tree of a million lines never stands in memory, and a run of digests
    stays in the processor's cache.
    """
    new, found, rest = hashing(hash_name), list[bytes](), list[bytes]()
    salt = salting(new, z) if z is not None else None
    for piece in pieces(lines):
        rest += piece.split(b"\n")[:-1]
        whole = len(rest) - len(rest) % RUN
        found += [climb(new, _leaves(new, rest[at : at + RUN], salt)) for at in range(0, whole, RUN)]
        rest = rest[whole:]
    return [*found, climb(new, _leaves(new, rest, salt))] if rest else found


def _leaves(new: New, lines: list[bytes], salt: Callable[[bytes], bytes] | None) -> list[bytes]:
    if salt is not None:
        lines = [salt(line.partition(b"\t")[0]) + line for line in lines]
    return _digests(new(b"\0"), lines)


def climb(new: New, level: list[bytes]) -> bytes:
    """The root over nodes of one height: pairs are joined, an odd last one goes up as it is."""
    start = new(b"\1")
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = _digests(start, map(bytes.__add__, level[::2], level[1::2])) + odd
    return level[0]


def _digests(start: State, parts: Iterable[bytes]) -> list[bytes]:
    copy, found = start.copy, list[bytes]()
    for part in parts:
        state = copy()
        state.update(part)
        found.append(state.digest())
    return found


def below(
    lines: bytes, hash_name: str, key: bytes, z: bytes | None, limits: Mapping[bytes, bytes]
) -> list[tuple[bytes, bytes, bytes]]:
    """Ticket, id and kind of each line whose ticket is below the limit of its kind; a kind without one is passed over."""
    new, found = hashing(hash_name), list[tuple[bytes, bytes, bytes]]()
    salt = salting(new, z) if z is not None else None
    starts = [new(key + (b"" if salt else bytes((length,)))).copy for length in range(256)]
    limit_of, highest = limits.get, max(limits.values(), default=b"")
    for piece in pieces(lines):
        for id_, line in zip(_IDS.findall(piece), piece.split(b"\n"), strict=False):
            state = starts[len(id_)]()
            state.update(id_ if salt is None else salt(id_) + bytes((len(id_),)) + id_)
            ticket = state.digest()
            # Most are put aside here, before it is asked of what kind they are.
            if ticket < highest:
                kind = line[len(id_) + 1 :]
                limit = limit_of(kind)
                if limit is not None and ticket < limit:
                    found.append((ticket, id_, kind))
    return found


def main() -> None:
    """The other process: the sweep's name and what is given it come in, what it finds goes out."""
    sweeps: dict[str, Callable[..., Any]] = {"survey": survey, "tops": tops, "below": below}
    name, given, lines = marshal.load(sys.stdin.buffer)  # noqa: S302 # nosec B302 - its parent wrote it
    marshal.dump(sweeps[name](lines, *given), sys.stdout.buffer)


if __name__ == "__main__":
    main()
