"""The lines of a pool file: their grammar, order, kinds and columns (draw.md, "Pool")."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from onedoor.draws.rules.wire import pool_sweeps
from onedoor.draws.rules.wire.errors import ProtocolError
from onedoor.draws.rules.wire.second_process import SecondProcess
from onedoor.draws.rules.wire.value_checks import OBJECT, STRATUM

ELIGIBLE = "E"
HEAVIEST = 2**20
NEWLINE = b"\n"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_STATUS = re.compile(r"E|X[A-Z0-9]{1,8}")
_WEIGHT = re.compile(r"[1-9][0-9]{0,6}")
_LINE = re.compile(
    rf"({OBJECT.pattern})\t({STRATUM.pattern})\t({_WEIGHT.pattern})\t({_STATUS.pattern})",
)
_ID = OBJECT.pattern.encode()
_KIND = rf"(?:{STRATUM.pattern})\t(?:{_WEIGHT.pattern})\t(?:{_STATUS.pattern})".encode()

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


class Kind(NamedTuple):
    """What a line says of its object."""

    stratum: str
    weight: int
    status: str

    def __bytes__(self) -> bytes:
        """As it stands in the line."""
        return f"{self.stratum}\t{self.weight}\t{self.status}".encode()


def check_text(raw: bytes, where: str) -> None:
    """A file of lines is ASCII, and each ends with LF alone.

    Raises ProtocolError with the line, and what to do about a file that an editor has kept.
    """
    if raw.startswith(BYTE_ORDER_MARK):
        raise _of_editor(where, 1, "a byte order mark at its beginning")
    try:
        # The check alone: a file of ASCII bytes is not decoded as a whole.
        _ = raw.isascii() or raw.decode("ascii")
    except UnicodeDecodeError as error:
        line = raw.count(NEWLINE, 0, error.start) + 1
        raise ProtocolError(f"{where}: line {line}: a byte that is not ASCII") from None
    if b"\r" in raw:
        raise _of_editor(where, raw.count(NEWLINE, 0, raw.index(b"\r")) + 1, "CR LF instead of LF")
    if not raw.endswith(NEWLINE):
        raise _of_editor(where, raw.count(NEWLINE) + 1, "no LF at its end")


def _of_editor(where: str, line: int, what: str) -> ProtocolError:
    return ProtocolError(f"{where}: line {line}: {what}, as an editor leaves it: download the file anew")


def parse_line(line: str) -> Row:
    """One line of a pool, without its LF. Raises ProtocolError naming the column."""
    found = _LINE.fullmatch(line)
    if not found:
        raise ProtocolError(_fault_of_line(line))
    weight = int(found[3])
    if weight > HEAVIEST:
        raise ProtocolError(f"weight {weight} is above 2^20")
    return Row(found[1], found[2], weight, found[4])


def _fault_of_line(line: str) -> str:
    columns = line.split("\t")
    if len(columns) != 4:
        return f"line has {len(columns)} columns, not 4"
    patterns = (OBJECT, STRATUM, _WEIGHT, _STATUS)
    for title, pattern, value in zip(("id", "stratum", "weight", "status"), patterns, columns, strict=True):
        if not pattern.fullmatch(value):
            return f"the line's {title} {value[:70]!a} is malformed"
    return "malformed line"


def kinds_of(hands: SecondProcess, where: str, first: int) -> dict[Kind, int]:
    """How many lines there are of each kind; only of faulty ones each is looked at, to name the fault."""
    found, before = Counter[bytes](), b""
    for stretch in hands.swept(pool_sweeps.survey, _ID, _KIND):
        if stretch is None:
            raise _fault(bytes(hands.lines), where, first)
        numbers, first_id, last_id = stretch
        if numbers and first_id <= before:
            raise _fault(bytes(hands.lines), where, first)
        found.update(numbers)
        before = last_id
    kinds = {_kind(each): number for each, number in found.items()}
    if any(kind.weight > HEAVIEST for kind in kinds):
        raise _fault(bytes(hands.lines), where, first)
    return kinds


def _kind(text: bytes) -> Kind:
    stratum, weight, status = text.decode().split("\t")
    return Kind(stratum, int(weight), status)


def columns_of(lines: pool_sweeps.Stretch) -> Columns:
    columns = Columns([], [], [], [])
    strata: dict[str, str] = {}
    weights: dict[str, int] = {}
    statuses: dict[str, str] = {}
    for piece in lines.pieces():
        flat = piece.decode().replace("\n", "\t").split("\t")
        columns.ids.extend(flat[:-1:4])
        columns.strata.extend(_shared(flat[1::4], strata, str))
        columns.weights.extend(_shared(flat[2::4], weights, int))
        columns.statuses.extend(_shared(flat[3::4], statuses, str))
    return columns


def _shared(texts: list[str], once: dict[str, Value], made: Callable[[str], Value]) -> Iterable[Value]:
    """The values of a column with few different ones, each kept once."""
    for text in set(texts) - once.keys():
        once[text] = made(text)
    return map(once.__getitem__, texts)


def _fault(lines: bytes, where: str, first: int) -> ProtocolError:
    """What is wrong with the first faulty line."""
    before = ""
    for number, line in enumerate(lines.decode().split("\n")[:-1], first):
        try:
            row = parse_line(line)
        except ProtocolError as error:
            return ProtocolError(f"{where} {number}: {error}")
        if row.id <= before:
            return ProtocolError(f"{where} {number}: ids must ascend, each once", "not-ascending", row=number)
        before = row.id
    return ProtocolError(f"{where} {first}: the lines are not in order")
