"""The public register: entries, their chain, and what it says of one draw (draw.md, "Register"; R-D7).

    first = make_entry(None, "2026-03-02T01:00:00Z", "SCJG-2026-07", 1, "plan", plan_digest(plan))
    second = make_entry(first, …)                       # n and prev follow from the entry before
    line = canonical(first) + b"\\n"                     # one line of the published file

The register's own digests are always SHA-256, whatever the draws hash with.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from onedoor.draws.rules.documents import Entry, Kind, Plan
from onedoor.draws.rules.plan import SEQ_LIMIT
from onedoor.draws.rules.wire import value_checks
from onedoor.draws.rules.wire.encoding import canonical, hash_function, parse_canonical, tag
from onedoor.draws.rules.wire.errors import ProtocolError

NO_ENTRY = "0" * 64
KINDS: tuple[str, ...] = get_args(Kind)


def entry_digest(entry: Entry) -> bytes:
    """``tag("entry", …)``: what the next entry, witnesses, parties and the printed record carry."""
    return tag(hash_function("sha256"), "entry", canonical(entry))


def make_entry(before: Entry | None, time: str, line: str, seq: int, kind: Kind, digest: bytes) -> Entry:
    """The entry that follows ``before`` (None for the first). Raises ProtocolError if its time goes back."""
    entry: Entry = {
        "n": before["n"] + 1 if before else 1,
        "prev": entry_digest(before).hex() if before else NO_ENTRY,
        "time": time,
        "line": line,
        "seq": seq,
        "kind": kind,
        "digest": digest.hex(),
    }
    _check_entry(entry, "entry")
    _check_chain(before, entry, "entry")
    return entry


def parse_register(raw: bytes) -> list[Entry]:
    """The entries of a register file. Raises ProtocolError for a line out of shape or an entry out of order."""
    lines = raw.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    entries: list[Entry] = []
    for number, line in enumerate(lines, 1):
        where = f"register: line {number}"
        entry = parse_canonical(line, where)
        _check_entry(entry, where)
        _check_chain(entries[-1] if entries else None, entry, where)
        entries.append(entry)
    check_order(entries)
    return entries


def _check_entry(value: object, where: str) -> None:
    entry = value_checks.fields(value, Entry.__annotations__, where)
    value_checks.count(entry["n"], f"{where}: n", 1)
    value_checks.hexadecimal(entry["prev"], f"{where}: prev")
    value_checks.moment(entry["time"], f"{where}: time")
    value_checks.name(entry["line"], f"{where}: line")
    value_checks.count(entry["seq"], f"{where}: seq", 1, SEQ_LIMIT)
    if entry["kind"] not in KINDS:
        raise ProtocolError(f"{where}: kind must be one of {', '.join(KINDS)}")
    value_checks.hexadecimal(entry["digest"], f"{where}: digest")


def _check_chain(before: Entry | None, entry: Entry, where: str) -> None:
    number = before["n"] + 1 if before else 1
    if entry["n"] != number or entry["prev"] != (entry_digest(before).hex() if before else NO_ENTRY):
        raise ProtocolError(
            f"{where}: chain broken at {entry['n']}: n or prev does not follow the entry before"
        )
    if before and entry["time"] < before["time"]:
        raise ProtocolError(f"{where}: chain broken at {entry['n']}: the time goes back")


@dataclass
class _Line:
    """How far one line has come: the kinds entered for each of its draws."""

    kinds: dict[int, list[str]] = field(default_factory=dict)

    def admits(self, seq: int, kind: str) -> bool:
        last = max(self.kinds, default=0)
        if kind == "plan":
            return seq == last + 1 and (last == 0 or self._ended(last))
        before = self.kinds.get(seq, [])
        if kind == "log":
            return "proof" in before
        return seq == last and before in _BEFORE[kind]

    def _ended(self, seq: int) -> bool:
        return not {"proof", "void"}.isdisjoint(self.kinds[seq])


_BEFORE: dict[str, list[list[str]]] = {
    "texts": [["plan"]],
    "reveals": [["plan", "texts"]],
    "proof": [["plan", "texts"], ["plan", "texts", "reveals"]],
    "void": [["plan", "texts"], ["plan", "texts", "reveals"]],
}


def check_order(entries: Sequence[Entry]) -> None:
    """For each draw one plan, texts, perhaps reveals, one proof or void, then logs; the next draw only then."""
    lines: dict[str, _Line] = {}
    for entry in entries:
        line = lines.setdefault(entry["line"], _Line())
        if not line.admits(entry["seq"], entry["kind"]):
            raise ProtocolError(f"register: {entry['kind']} out of order at {entry['n']}")
        line.kinds.setdefault(entry["seq"], []).append(entry["kind"])


def unended_and_void(entries: Sequence[Entry]) -> tuple[list[str], list[str]]:
    """Every line and number with a plan and no end, and every void one, in the order of their plans."""
    last: dict[tuple[str, int], str] = {}
    for entry in entries:
        if entry["kind"] != "log":
            last[entry["line"], entry["seq"]] = entry["kind"]
    unended = [f"{line} {seq}" for (line, seq), kind in last.items() if kind not in ("proof", "void")]
    return unended, [f"{line} {seq}" for (line, seq), kind in last.items() if kind == "void"]


def has_head(entries: Sequence[Entry], n: int, digest: bytes) -> bool:
    """Whether the entry that someone noted by number and digest is in this register."""
    return 1 <= n <= len(entries) and entry_digest(entries[n - 1]) == digest


def check_head(entries: Sequence[Entry], n: int, digest: bytes) -> None:
    """Refuse a register without the noted entry; one that ends before it may be an older copy, and is said to."""
    if has_head(entries, n, digest):
        return
    short = f"it ends at {len(entries)}, before the noted {n}: take the register as it is now"
    other = f"its entry {n} is another"
    raise ProtocolError(
        f"register: the noted head is not in this register: {short if n > len(entries) else other}"
    )


@dataclass(frozen=True)
class Digests:
    """What a draw's entries must hold; ``proof`` is None where it cannot be computed (closed, without its pool)."""

    plan: bytes
    texts: bytes
    reveals: bytes
    proof: bytes | None
    end: Literal["proof", "void"]


def check_draw(entries: Sequence[Entry], plan: Plan, digests: Digests) -> None:
    """That the register has this draw, with these digests, in time. Raises ProtocolError with what differs."""
    own = {
        entry["kind"]: entry
        for entry in entries
        if entry["line"] == plan["line"] and entry["seq"] == plan["seq"] and entry["kind"] != "log"
    }
    beacon = plan["beacon"]
    kinds = ["plan", "texts", *(["reveals"] if beacon else []), digests.end]
    if list(own) != kinds:
        raise ProtocolError(f"register: for this draw it has the entries {list(own)}, not {kinds}")
    expected = (
        ("plan", digests.plan),
        ("texts", digests.texts),
        ("reveals", digests.reveals),
        (digests.end, digests.proof),
    )
    for kind, digest in expected:
        if kind in own and digest is not None and own[kind]["digest"] != digest.hex():
            raise ProtocolError(f"register: {kind} is another than was registered")
    if beacon and not _in_time(own["reveals"]["time"], beacon["time"], own[digests.end]):
        raise ProtocolError("register: reveals, beacon and proof out of time")
    _check_before(entries, plan)


def _in_time(reveals: str, beacon: str, end: Entry) -> bool:
    return reveals < beacon and (end["kind"] == "void" or end["time"] >= beacon)


def _check_before(entries: Sequence[Entry], plan: Plan) -> None:
    ends = [
        entry["digest"]
        for entry in entries
        if entry["line"] == plan["line"]
        and entry["seq"] == plan["seq"] - 1
        and entry["kind"] in ("proof", "void")
    ]
    if plan["prev"] is not None and ends != [plan["prev"]]:
        raise ProtocolError("register: prev is not the draw before")
