"""Lots of a large pool at small cost: a tree of which only the upper levels are kept (draw.md, "Proof"; R-D8).

    book = LotBook(raw, "sha256")                            # every line is hashed once
    book.lots(raw, "990100-SCJG", "91990100008771776W")      # those of a code and its places: a thousand hashes or so

For whoever answers many askers about one pool that was checked before. Of a million lines it keeps 100 KB.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import islice

from onedoor.draws.rules.documents import Lot
from onedoor.draws.rules.lot import VERSION
from onedoor.draws.rules.pool import salter
from onedoor.draws.rules.wire import merkle
from onedoor.draws.rules.wire.encoding import hash_function

LEVELS = 10
BLOCK = 2**LEVELS
"""Lines under one node that is kept. A power of two, so that these nodes are a level of the whole tree."""


class LotBook:
    """The tree of one pool file from its tenth level up, and where each block of lines begins."""

    def __init__(self, raw: bytes, hash_name: str) -> None:
        self._h = hash_function(hash_name)
        header = raw[: raw.index(b"\n")].split(b"\t")
        self._salt = salter(hash_name, bytes.fromhex(header[2].decode())) if len(header) > 2 else None
        self._starts: list[int] = []
        self._first: list[bytes] = []
        nodes = [self._levels(lines)[-1][0] for lines in self._blocks(raw)]
        self._upper = merkle.levels(self._h, nodes)

    @property
    def root(self) -> bytes:
        return self._upper[-1][0]

    def _blocks(self, raw: bytes) -> Iterator[list[bytes]]:
        file = BytesIO(raw)
        file.readline()
        while True:
            start = file.tell()
            lines = [line[:-1] for line in islice(iter(file.readline, b""), BLOCK)]
            if not lines:
                return
            self._starts.append(start)
            self._first.append(_id(lines[0]))
            yield lines

    def _levels(self, lines: list[bytes]) -> list[Sequence[bytes]]:
        salts = (self._salt(_id(line).decode()) if self._salt else b"" for line in lines)
        return merkle.levels(
            self._h, [merkle.leaf(self._h, line, salt) for line, salt in zip(lines, salts, strict=True)]
        )

    def lots(self, raw: bytes, name: str, code: str) -> list[Lot]:
        """The lots of a credit code and of its places, in the order of the file; none if it is not in it."""
        wanted, found = code.encode(), []
        for number in self._near(wanted):
            end = self._starts[number + 1] if number + 1 < len(self._starts) else len(raw)
            lines = raw[self._starts[number] : end].split(b"\n")[:-1]
            own = [at for at, line in enumerate(lines) if _id(line).partition(b":")[0] == wanted]
            tree = self._levels(lines) if own else []
            found += [self._lot(name, lines[at], number, at, tree) for at in own]
        return found

    def _near(self, wanted: bytes) -> Iterator[int]:
        """The blocks in which ids can begin with a code."""
        for number, first in enumerate(self._first):
            after = self._first[number + 1] if number + 1 < len(self._first) else None
            if first <= wanted + b"\x7f" and (after is None or after > wanted):
                yield number

    def _lot(self, name: str, line: bytes, number: int, at: int, tree: list[Sequence[bytes]]) -> Lot:
        id_ = _id(line).decode()
        way = [*merkle.path(tree, at), *merkle.path(self._upper, number)]
        return {
            "v": VERSION,
            "list": name,
            "line": line.decode(),
            "index": number * BLOCK + at,
            "path": [node.hex() for node in way],
            "salt": self._salt(id_).hex() if self._salt else "",
        }


def _id(line: bytes) -> bytes:
    return line.partition(b"\t")[0]
