"""Roster files: the inspectors who may be drawn, and their recusals (draw.md, "Inspectors"; R-D5)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from onedoor.draws.rules.pool_lines import check_text
from onedoor.draws.rules.wire.encoding import INTEGER_LIMIT, hash_function
from onedoor.draws.rules.wire.errors import ProtocolError
from onedoor.draws.rules.wire.value_checks import NAME, OBJECT

MAGIC = "onedoor-roster/1"

_HEADER = re.compile(rf"{MAGIC}\t(0|[1-9][0-9]{{0,15}})\t([0-9a-f]{{64}})")
_REASON = re.compile(r"[A-Z]{1,8}")
_CAP = re.compile(r"0|[1-9][0-9]{0,15}")


class Inspector(NamedTuple):
    """One who may be drawn; ``cap`` is the most objects it is given."""

    id: str
    bureau: str
    qualifications: frozenset[str]
    lead: bool
    cap: int


class Recusal(NamedTuple):
    """An inspector who may not check an object, and the reason's code (A to Z, up to eight)."""

    inspector: str
    object: str
    reason: str


@dataclass(frozen=True)
class Roster:
    """A roster file that obeys the grammar."""

    raw: bytes
    inspectors: dict[str, Inspector]
    recusals: list[Recusal]

    def recused(self) -> set[tuple[str, str]]:
        """Pairs of inspector and object that must not meet."""
        return {(recusal.inspector, recusal.object) for recusal in self.recusals}


def roster_digest(hash_name: str, raw: bytes) -> bytes:
    return hash_function(hash_name)(raw)


def build_roster(inspectors: Iterable[Inspector], recusals: Iterable[Recusal], salt: bytes) -> bytes:
    """The roster file, in any order of input; ``salt`` is 32 random bytes. Raises as ``parse_roster`` does."""
    people = sorted(
        "\t".join((i.id, i.bureau, ",".join(sorted(i.qualifications)), str(int(i.lead)), str(i.cap)))
        for i in inspectors
    )
    against = sorted({f"!\t{r.inspector}\t{r.object}\t{r.reason}" for r in recusals})
    raw = "\n".join([f"{MAGIC}\t{len(people)}\t{salt.hex()}", *people, *against, ""]).encode()
    return parse_roster(raw).raw


def names_recusals(raw: bytes) -> bool:
    """Whether a roster says who may not check whom: such lines begin with an exclamation mark, which no id does."""
    return b"\n!\t" in raw


def parse_roster(raw: bytes) -> Roster:
    """A roster file. Raises ProtocolError with the line that breaks the grammar or the order."""
    check_text(raw, "roster")
    header, *lines = raw.decode().split("\n")[:-1]
    head = _HEADER.fullmatch(header)
    if not head or int(head[1]) > len(lines):
        raise ProtocolError("roster: line 1: the roster header is malformed or counts more than there are")
    size = int(head[1])
    inspectors = {}
    for number, line in enumerate(lines[:size], 2):
        inspector = _inspector(line, f"roster: line {number}")
        if inspector.id in inspectors:
            raise ProtocolError(f"roster: line {number}: the inspector {inspector.id} stands twice")
        inspectors[inspector.id] = inspector
    recusals = [
        _recusal(line, inspectors, f"roster: line {number}")
        for number, line in enumerate(lines[size:], size + 2)
    ]
    _check_order(lines[:size], 2)
    _check_order(lines[size:], size + 2)
    return Roster(raw, inspectors, recusals)


def _check_order(lines: list[str], first: int) -> None:
    for number, (before, line) in enumerate(zip(lines, lines[1:], strict=False), first + 1):
        if line <= before:
            raise ProtocolError(f"roster: line {number}: lines must ascend, each once")


def _inspector(line: str, where: str) -> Inspector:
    columns = line.split("\t")
    if len(columns) != 5:
        raise ProtocolError(f"{where}: an inspector's line has 5 columns, not {len(columns)}")
    id_, bureau, listed, lead, cap = columns
    qualifications = listed.split(",") if listed else []
    if not all(NAME.fullmatch(name) for name in (id_, bureau, *qualifications)):
        raise ProtocolError(f"{where}: the inspector, bureau or a qualification is malformed")
    if any(a >= b for a, b in zip(qualifications, qualifications[1:], strict=False)):
        raise ProtocolError(f"{where}: qualifications must ascend, each once")
    if lead not in ("0", "1") or not _CAP.fullmatch(cap) or int(cap) >= INTEGER_LIMIT:
        raise ProtocolError(f"{where}: lead must be 0 or 1, and the cap a whole number below 2^53")
    return Inspector(id_, bureau, frozenset(qualifications), lead == "1", int(cap))


def _recusal(line: str, inspectors: dict[str, Inspector], where: str) -> Recusal:
    columns = line.split("\t")
    if len(columns) != 4 or columns[0] != "!":
        raise ProtocolError(f"{where}: a recusal is '!', inspector, object and reason")
    _, inspector, object_, reason = columns
    if inspector not in inspectors:
        raise ProtocolError(f"{where}: the recusal names an inspector who is not in the file")
    if not OBJECT.fullmatch(object_) or not _REASON.fullmatch(reason):
        raise ProtocolError(f"{where}: the recusal's object or reason is malformed")
    return Recusal(inspector, object_, reason)
