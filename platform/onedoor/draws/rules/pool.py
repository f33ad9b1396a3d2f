"""Pool files: making, reading, digest, root, salts and counts (draw.md, "Pool"; R-D2).

raw = build_pool([("91990100008771776W", "A", 1, "E"), …])      # an open pool; rows ascending by id
pool = parse_pool(raw, "990100-SCJG")                           # rows, and z of a closed one
face = pool_face("sha256", pool)                                # digest, root and n as they stand in the plan
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from onedoor.draws.rules.documents import PoolFace
from onedoor.draws.rules.pool_lines import (
    NEWLINE,
    Columns,
    Kind,
    Row,
    Value,
    check_text,
    columns_of,
    kinds_of,
)
from onedoor.draws.rules.wire import merkle, pool_sweeps
from onedoor.draws.rules.wire.encoding import hash_function
from onedoor.draws.rules.wire.errors import ProtocolError
from onedoor.draws.rules.wire.second_process import SecondProcess

MAGIC = "onedoor-pool/1"

_HEADER = re.compile(rf"{MAGIC}\t(0|[1-9][0-9]{{0,15}})(?:\t([0-9a-f]{{64}}))?")


@dataclass(frozen=True)
class Pool:
    """A pool file that obeys the grammar: how many rows of each kind it has; ``z`` is the secret of a closed one."""

    raw: bytes
    z: bytes | None
    kinds: Mapping[Kind, int]
    hands: SecondProcess = field(repr=False, compare=False)

    def __len__(self) -> int:
        return sum(self.kinds.values())

    def __bytes__(self) -> bytes:
        return self.raw

    def __contains__(self, id_: object) -> bool:
        """Whether it has a line of this id, which is looked for by halving, as the ids ascend."""
        wanted, low, high = str(id_).encode(), self.start, len(self.raw)
        while low < high:
            line = self.raw.rfind(NEWLINE, 0, (low + high) // 2) + 1
            found = self.raw[line : self.raw.index(b"\t", line)]
            if found == wanted:
                return True
            if found < wanted:
                low = self.raw.index(NEWLINE, line) + 1
            else:
                high = line
        return False

    @property
    def start(self) -> int:
        """Where its first line begins."""
        return self.raw.index(NEWLINE) + 1

    @cached_property
    def columns(self) -> Columns:
        """All lines column by column, for who needs every row."""
        return columns_of(self.hands.lines)

    @property
    def ids(self) -> list[str]:
        """Every id of the file, ascending."""
        return self.columns.ids

    @cached_property
    def rows(self) -> list[Row]:
        """The lines as rows, for who looks at a few; what goes through all of them takes the columns."""
        return list(map(Row, *self.columns))

    @property
    def numbered(self) -> bool:
        """Whether some object is a code with a number: no other part of a line has a colon."""
        return b":" in self.raw

    def lines(self) -> list[bytes]:
        return self.raw.split(b"\n")[1:-1]

    def swept(self, sweep: Callable[..., Value], *given: Any) -> list[Value]:
        """What a sweep finds of its lines, stretch by stretch."""
        return self.hands.swept(sweep, *given)


def parse_pool(raw: bytes | Pool, name: str) -> Pool:
    """A pool file of the list ``name``; one that was parsed already stands for itself.

    Raises ProtocolError with the line that breaks the grammar or the order.
    """
    if isinstance(raw, Pool):
        return raw
    where = f"pool of {name}"
    check_text(raw, where)
    start = raw.index(NEWLINE) + 1
    head = _HEADER.fullmatch(raw[: start - 1].decode())
    if not head or int(head[1]) != raw.count(NEWLINE) - 1:
        raise ProtocolError(
            f"{where}: line 1: the pool header is malformed or counts other than {raw.count(NEWLINE) - 1} lines"
        )
    z = bytes.fromhex(head[2]) if head[2] else None
    hands = SecondProcess(raw, start)
    return Pool(raw, z, kinds_of(hands, f"{where}: line", 2), hands)


def build_pool(rows: Iterable[tuple[str, str, int, str]], z: bytes | None = None) -> bytes:
    """The pool file of rows ``(id, stratum, weight, status)`` that ascend by id (``COLLATE "C"``).

    ``z``, 32 random bytes, makes a closed pool. Raises ProtocolError with the row's number for a row that is
    malformed or out of order (code ``not-ascending``).
    """
    lines = [f"{id_}\t{stratum}\t{weight}\t{status}\n" for id_, stratum, weight, status in rows]
    body = "".join(lines)
    if body.count("\n") != len(lines):
        raise ProtocolError("a row holds a line feed")
    file = body.encode(errors="replace")
    kinds_of(SecondProcess(file, 0), "row", 1)
    return pool_file(file, z)


def pool_file(body: bytes, z: bytes | None = None) -> bytes:
    """The file of a body that comes as text, as out of a database; ``parse_pool`` says whether it is sound."""
    header = f"{MAGIC}\t{body.count(NEWLINE)}" + (f"\t{z.hex()}" if z else "")
    return header.encode() + NEWLINE + body


def salter(hash_name: str, z: bytes) -> Callable[[str], bytes]:
    """``salt(id) = tag("salt", z, id)`` of a closed draw, as a function of the id."""
    salt = pool_sweeps.salting(pool_sweeps.hashing(hash_name), z)
    return lambda id_: salt(id_.encode())


def leaves(hash_name: str, pool: Pool) -> Iterator[bytes]:
    """The leaf of every line, in order."""
    h = hash_function(hash_name)
    if pool.z is None:
        return (merkle.leaf(h, line) for line in pool.lines())
    salt = salter(hash_name, pool.z)
    return (merkle.leaf(h, line, salt(id_)) for id_, line in zip(pool.ids, pool.lines(), strict=True))


def pool_digest(hash_name: str, raw: bytes) -> bytes:
    return hash_function(hash_name)(raw)


def pool_root(hash_name: str, pool: Pool) -> bytes:
    nodes = [top for tops in pool.swept(pool_sweeps.tops, hash_name, pool.z) for top in tops]
    return (
        pool_sweeps.climb(pool_sweeps.hashing(hash_name), nodes) if nodes else hash_function(hash_name)(b"")
    )


def pool_face(hash_name: str, pool: Pool) -> PoolFace:
    """What the plan publishes of a pool."""
    digest, root = pool_digest(hash_name, pool.raw), pool_root(hash_name, pool)
    return {"digest": digest.hex(), "root": root.hex(), "n": len(pool)}


def check_together(pools: Mapping[str, bytes | Pool]) -> None:
    """All pools of a draw share one ``z``, and no code stands beside the same code with a number.

    Files are read only if there are numbers in them: of one without, its first line stands for it.
    Raises ProtocolError (code ``mixed-units`` with the id for the latter).
    """
    if len({_secret(pool) for pool in pools.values()}) > 1:
        raise ProtocolError("one z for all lists: the pools are not all open, or closed with the same z")
    if not any(b":" in bytes(pool) for pool in pools.values()):
        return
    whole: set[str] = set()
    numbered: set[str] = set()
    for name, pool in pools.items():
        for id_ in parse_pool(pool, name).ids:
            code, colon, _ = id_.partition(":")
            (numbered if colon else whole).add(code)
    both = whole & numbered
    if both:
        first = min(both)
        raise ProtocolError(
            f"{_line_of(first, pools)}: a code beside the same code with a number: {first}",
            "mixed-units",
            id=first,
        )


def _line_of(id_: str, pools: Mapping[str, bytes | Pool]) -> str:
    """The file and the line of an id that one of them has."""
    for name, pool in pools.items():
        ids = parse_pool(pool, name).ids
        if id_ in ids:
            return f"pool of {name}: line {list(ids).index(id_) + 2}"
    return "pools"


def _secret(pool: bytes | Pool) -> bytes | None:
    """The ``z`` of a pool, of a file as its header has it."""
    if isinstance(pool, Pool):
        return pool.z
    _, _, z = pool[: pool.index(NEWLINE)].decode().partition("\t")[2].partition("\t")
    return bytes.fromhex(z) if z else None
