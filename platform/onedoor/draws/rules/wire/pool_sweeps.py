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
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from itertools import islice
from operator import lt
from string import ascii_uppercase, digits
from typing import Any, Protocol

RUN = 1024
"""Lines under one node that ``tops`` gives: a power of two, so that these are where RFC 9162 splits the tree."""
PIECE = 65_536
"""Bytes of a file that are read at a time: their lines fit into the memory, and the cache, that those before them had."""

PREFIX = b"onedoor-draw/1/"
_IDS = re.compile(rb"([^\t]+)\t[^\n]+\n")
_KINDS = re.compile(rb"\t([^\n]+)\n")
_SIGNS = bytes(ord("0") if chr(sign) in digits + ascii_uppercase else sign for sign in range(256))


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
        from onedoor.draws.rules.wire.sm3 import SM3  # noqa: PLC0415 - the one thing beyond the standard library, if need be

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


class Stretch:
    """The whole lines of a file between two places."""

    def __init__(self, file: bytes, start: int, end: int) -> None:
        self.file, self.start, self.end = file, start, end

    def __bytes__(self) -> bytes:
        return self.file[self.start : self.end]

    def __len__(self) -> int:
        return self.end - self.start

    def pieces(self) -> Iterator[bytes]:
        """Its lines, some at a time."""
        start = self.start
        while start < self.end:
            end = self.file.find(b"\n", start + PIECE, self.end) + 1 or self.end
            yield self.file[start:end]
            start = end


def survey(
    stretch: Stretch, id_grammar: bytes, kind_grammar: bytes
) -> tuple[dict[bytes, int], bytes, bytes] | None:
    """How many lines there are of each kind, the first id and the last one.

    None if a line is not an id, TAB, a kind and LF, or if the ids do not ascend, each once.

    What is said of an object is the same in most lines. So the kinds are taken out, each once for all its lines,
    and what is left must be the ids.
    """
    # Possessive: a sound id is never tried again, so a faulty one costs no more.
    sound_id, sound_kind = (
        re.compile(b"(?:(?:%s)\0)*+" % id_grammar).fullmatch,
        re.compile(kind_grammar).fullmatch,
    )
    kinds, first, last = Counter[bytes](), b"", b""
    for piece in stretch.pieces():
        bare = _without_kinds(piece, kinds)
        ids = bare.split(b"\0")[:-1]
        if not (_codes(bare, len(ids)) or sound_id(bare)):
            return None
        if not (last < ids[0] and all(map(lt, ids, islice(ids, 1, None)))):
            return None
        first, last = first or ids[0], ids[-1]
    if not all(map(sound_kind, kinds)):
        return None
    return dict(kinds), first, last


def _without_kinds(piece: bytes, kinds: Counter[bytes]) -> bytes:
    """The ids of its lines with a NUL after each, which is no part of a sound id or kind; its kinds are counted.

    A NUL stands for one TAB, kind and LF: whatever else a line may hold besides its id is left in what is returned.
    """
    if b"\0" in piece:
        return piece
    common = kinds.total() // 16
    for kind in [kind for kind, number in kinds.items() if number > common]:
        bare = piece.replace(b"\t%s\n" % kind, b"\0")
        kinds[kind] += (len(piece) - len(bare)) // (len(kind) + 1)
        piece = bare
    kinds.update(_KINDS.findall(piece))
    return _KINDS.sub(b"\0", piece)


def _codes(ids: bytes, number: int) -> bool:
    """Whether these are so many unified social credit codes, as most are: told at once for all, and sound ids."""
    return ids.translate(_SIGNS) == (b"0" * 18 + b"\0") * number


def tops(stretch: Stretch, hash_name: str, z: bytes | None) -> list[bytes]:
    """The roots over every ``RUN`` lines, the last of which may be fewer; ``z`` salts the leaves of a closed pool.

    A run is climbed while it is at hand: the tree of a million lines never stands in memory, and a run of digests
    stays in the processor's cache.
    """
    new, found, rest = hashing(hash_name), list[bytes](), list[bytes]()
    salt = salting(new, z) if z is not None else None
    for piece in stretch.pieces():
        rest += piece.split(b"\n")[:-1]
        whole = len(rest) - len(rest) % RUN
        found += [climb(new, _leaves(new, rest[at : at + RUN], salt)) for at in range(0, whole, RUN)]
        rest = rest[whole:]
    return [*found, climb(new, _leaves(new, rest, salt))] if rest else found


def _leaves(new: New, lines: list[bytes], salt: Callable[[bytes], bytes] | None) -> list[bytes]:
    if salt is not None:
        lines = [salt(line.partition(b"\t")[0]) + line for line in lines]
    return digests(new(b"\0"), lines)


def climb(new: New, level: list[bytes]) -> bytes:
    """The root over nodes of one height: pairs are joined, an odd last one goes up as it is."""
    start = new(b"\1")
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = digests(start, map(bytes.__add__, level[::2], level[1::2])) + odd
    return level[0]


def digests(start: State, parts: Iterable[bytes]) -> list[bytes]:
    """The hash of each part after what ``start`` has begun with."""
    copy, found = start.copy, list[bytes]()
    for part in parts:
        state = copy()
        state.update(part)
        found.append(state.digest())
    return found


def below(
    stretch: Stretch, hash_name: str, key: bytes, z: bytes | None, limits: Mapping[bytes, bytes]
) -> list[tuple[bytes, bytes, bytes]]:
    """Ticket, id and kind of each line whose ticket is below the limit of its kind; a kind without one is passed over."""
    new, found = hashing(hash_name), list[tuple[bytes, bytes, bytes]]()
    salt = salting(new, z) if z is not None else None
    starts = [new(key + (b"" if salt else bytes((length,)))).copy for length in range(256)]
    limit_of, highest = limits.get, max(limits.values(), default=b"")
    for piece in stretch.pieces():
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


def answer(said: bytes) -> None:
    """What the other process says to the one that began it: how long it is, then the bytes."""
    sys.stdout.buffer.write(len(said).to_bytes(8, "big") + said)
    sys.stdout.buffer.flush()


def main() -> None:
    """The other process: a sweep's name and what is given it come in, what it finds goes out.

    Lines come once, so many bytes after what is asked of them first, under a number by which they are known until it
    is among those that are ``gone``.
    """
    sweeps: dict[str, Callable[..., Any]] = {"survey": survey, "tops": tops, "below": below}
    stretches: dict[int, Stretch] = {}
    while True:
        try:
            name, given, number, length, gone = marshal.load(sys.stdin.buffer)  # noqa: S302 # nosec B302 - its parent wrote it
        except EOFError:
            return
        for each in gone:
            stretches.pop(each, None)
        if length is not None:
            stretches[number] = Stretch(sys.stdin.buffer.read(length), 0, length)
        answer(marshal.dumps(sweeps[name](stretches[number], *given)))


if __name__ == "__main__":
    main()
