"""Pool files: making, reading, digest, root, salts and counts (draw.md, "Pool"; R-D2).

raw = build_pool([("91990100008771776W", "A", 1, "E"), …])      # an open pool; rows ascending by id
pool = parse_pool(raw, "990100-SCJG")                           # rows, and z of a closed one
face = pool_face("sha256", pool)                                # digest, root and n as they stand in the plan
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from operator import lt
from typing import NamedTuple, TypeVar

from onedoor.draws.rules import merkle
from onedoor.draws.rules.documents import PoolFace
from onedoor.draws.rules.encoding import PREFIX, Hash, hash_function, lp
from onedoor.draws.rules.errors import ProtocolError
from onedoor.draws.rules.shape import OBJECT, STRATUM

MAGIC = "onedoor-pool/1"
ELIGIBLE = "E"
HEAVIEST = 2**20
NEWLINE = b"\n"
PIECE = 1_000_000
"""Bytes of a file that are read at a time."""

_HEADER = re.compile(rf"{MAGIC}\t(0|[1-9][0-9]{{0,8}})(?:\t([0-9a-f]{{64}}))?")
_STATUS = re.compile(r"E|X[A-Z0-9]{1,8}")
_WEIGHT = re.compile(r"[1-9][0-9]{0,6}")
_LINE = re.compile(
    rf"({OBJECT.pattern})\t({STRATUM.pattern})\t({_WEIGHT.pattern})\t({_STATUS.pattern})",
)
# The whole body in one sweep. Possessive: a sound line is never tried again, so a faulty one costs no more.
_BODY = re.compile(
    rf"(?:{OBJECT.pattern}\t{STRATUM.pattern}\t{_WEIGHT.pattern}\t(?:{_STATUS.pattern})\n)*+",
)


Value = TypeVar("Value")


class Row(NamedTuple):
    """One target: its id, its stratum, its weight (1 to 2^20) and ``E`` or the reason it was left out."""

    id: str
    stratum: str
    weight: int
    status: str


class Columns(NamedTuple):
    """The lines of a pool, column by column: a million rows cost four lists, not a million tuples."""

    ids: list[str]
    strata: list[str]
    weights: list[int]
    statuses: list[str]


@dataclass(frozen=True, slots=True)
class Eligible:
    """Those of a stratum who can be drawn, ascending by id."""

    ids: list[str]
    weights: list[int]

    def __len__(self) -> int:
        return len(self.ids)


NOBODY = Eligible([], [])


@dataclass(frozen=True)
class Pool:
    """A pool file that obeys the grammar; ``z`` is the secret of a closed one."""

    raw: bytes
    z: bytes | None
    columns: Columns

    def __len__(self) -> int:
        return len(self.columns.ids)

    def __bytes__(self) -> bytes:
        return self.raw

    @property
    def ids(self) -> list[str]:
        """Every id of the file, ascending."""
        return self.columns.ids

    @cached_property
    def rows(self) -> list[Row]:
        """The lines as rows, for who looks at a few; what goes through all of them takes the columns."""
        return list(map(Row, *self.columns))

    @cached_property
    def kinds(self) -> Counter[tuple[str, int, str]]:
        """How many rows there are of each stratum, weight and status."""
        return Counter(zip(self.columns.strata, self.columns.weights, self.columns.statuses, strict=True))

    @cached_property
    def eligible(self) -> dict[str, Eligible]:
        """Those of each stratum who can be drawn."""
        found: dict[str, Eligible] = {}
        for id_, stratum, weight, status in zip(*self.columns, strict=True):
            if status == ELIGIBLE:
                if stratum not in found:
                    found[stratum] = Eligible([], [])
                found[stratum].ids.append(id_)
                found[stratum].weights.append(weight)
        return found

    def lines(self) -> list[bytes]:
        return self.raw.split(b"\n")[1:-1]


def parse_line(line: str) -> Row:
    """One line of a pool, without its LF. Raises ProtocolError naming the column."""
    found = _LINE.fullmatch(line)
    if not found:
        raise ProtocolError(_fault(line))
    weight = int(found[3])
    if weight > HEAVIEST:
        raise ProtocolError(f"weight {weight} is above 2^20")
    return Row(found[1], found[2], weight, found[4])


def _fault(line: str) -> str:
    columns = line.split("\t")
    if len(columns) != 4:
        return f"line has {len(columns)} columns, not 4"
    patterns = (OBJECT, STRATUM, _WEIGHT, _STATUS)
    for title, pattern, value in zip(("id", "stratum", "weight", "status"), patterns, columns, strict=True):
        if not pattern.fullmatch(value):
            return f"the line's {title} {value[:70]!a} is malformed"
    return "malformed line"


def parse_pool(raw: bytes | Pool, name: str) -> Pool:
    """A pool file of the list ``name``; one that was parsed already stands for itself.

    Raises ProtocolError with the line that breaks the grammar or the order.
    """
    if isinstance(raw, Pool):
        return raw
    where = f"pool of {name}"
    _check_text(raw, where)
    start = raw.index(NEWLINE) + 1
    head = _HEADER.fullmatch(raw[: start - 1].decode())
    if not head or int(head[1]) != raw.count(NEWLINE) - 1:
        raise ProtocolError(
            f"{where}: line 1: the pool header is malformed or counts other than {raw.count(NEWLINE) - 1} lines"
        )
    return Pool(raw, bytes.fromhex(head[2]) if head[2] else None, _columns(raw, start, f"{where}: line", 2))


def _columns(raw: bytes, start: int, where: str, first: int) -> Columns:
    """The columns of a file's lines from ``start`` on, read piece by piece, as the whole at once takes much memory.

    Only a faulty file is gone through line by line, to name the fault.
    """
    columns = Columns([], [], [], [])
    strata: dict[str, str] = {}
    weights: dict[str, int] = {}
    statuses: dict[str, str] = {}
    for piece in _pieces(raw, start):
        if not _BODY.fullmatch(piece):
            _check_lines(raw, start, where, first)
        flat = piece.replace("\n", "\t").split("\t")
        columns.ids.extend(flat[:-1:4])
        columns.strata.extend(_shared(flat[1::4], strata, str))
        columns.weights.extend(_shared(flat[2::4], weights, int))
        columns.statuses.extend(_shared(flat[3::4], statuses, str))
    ids = columns.ids
    if max(weights.values(), default=1) > HEAVIEST or not all(map(lt, ids, islice(ids, 1, None))):
        _check_lines(raw, start, where, first)
    return columns


def _pieces(raw: bytes, start: int) -> Iterator[str]:
    """Whole lines, some at a time."""
    while start < len(raw):
        end = raw.find(NEWLINE, start + PIECE) + 1 or len(raw)
        yield raw[start:end].decode()
        start = end


def _shared(texts: list[str], once: dict[str, Value], made: Callable[[str], Value]) -> Iterable[Value]:
    """The values of a column with few different ones, each kept once."""
    for text in set(texts) - once.keys():
        once[text] = made(text)
    return map(once.__getitem__, texts)


def _check_lines(raw: bytes, start: int, where: str, first: int) -> None:
    before = ""
    for number, line in enumerate(raw[start:].decode().split("\n")[:-1], first):
        try:
            row = parse_line(line)
        except ProtocolError as error:
            raise ProtocolError(f"{where} {number}: {error}") from None
        if row.id <= before:
            raise ProtocolError(f"{where} {number}: ids must ascend, each once", "not-ascending", row=number)
        before = row.id


def _check_text(raw: bytes, where: str) -> None:
    try:
        # The check alone: a file of ASCII bytes is not decoded as a whole.
        _ = raw.isascii() or raw.decode("ascii")
    except UnicodeDecodeError as error:
        line = raw.count(NEWLINE, 0, error.start) + 1
        raise ProtocolError(f"{where}: line {line}: a byte that is not ASCII") from None
    if not raw.endswith(NEWLINE):
        raise ProtocolError(f"{where}: the file must end with LF")


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
    _columns(file, 0, "row", 1)
    return pool_file(file, z)


def pool_file(body: bytes, z: bytes | None = None) -> bytes:
    """The file of a body that comes as text, as out of a database; ``parse_pool`` says whether it is sound."""
    header = f"{MAGIC}\t{body.count(NEWLINE)}" + (f"\t{z.hex()}" if z else "")
    return header.encode() + NEWLINE + body


def salter(h: Hash, z: bytes) -> Callable[[str], bytes]:
    """``salt(id) = tag("salt", z, id)`` of a closed draw, as a function of the id."""
    start = lp((PREFIX + "salt").encode()) + lp(z)
    return lambda id_: h(start + lp(id_.encode()))


def leaves(h: Hash, pool: Pool) -> Iterator[bytes]:
    """The leaf of every line, in order."""
    if pool.z is None:
        return (h(b"\0" + line) for line in pool.lines())
    salt = salter(h, pool.z)
    return (merkle.leaf(h, line, salt(id_)) for id_, line in zip(pool.ids, pool.lines(), strict=True))


def pool_digest(hash_name: str, raw: bytes) -> bytes:
    return hash_function(hash_name)(raw)


def pool_root(hash_name: str, pool: Pool) -> bytes:
    h = hash_function(hash_name)
    return merkle.root(h, leaves(h, pool))


def pool_face(hash_name: str, pool: Pool) -> PoolFace:
    """What the plan publishes of a pool."""
    digest, root = pool_digest(hash_name, pool.raw), pool_root(hash_name, pool)
    return {"digest": digest.hex(), "root": root.hex(), "n": len(pool)}


def check_together(pools: Mapping[str, bytes | Pool]) -> None:
    """All pools of a draw share one ``z``, and no code stands beside the same code with a number.

    Files are read only if there are numbers in them.
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
        raise ProtocolError(f"a code beside the same code with a number: {first}", "mixed-units", id=first)


def _secret(pool: bytes | Pool) -> bytes | None:
    """The ``z`` of a pool, of a file as its header has it."""
    if isinstance(pool, Pool):
        return pool.z
    _, _, z = pool[: pool.index(NEWLINE)].decode().partition("\t")[2].partition("\t")
    return bytes.fromhex(z) if z else None
