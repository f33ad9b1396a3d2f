"""The same files before both verifiers: the house's rules, and the one that people download."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from hypothesis import HealthCheck, settings

from onedoor.draws.rules import UnknownFile, log_digest, make_entry, plan_digest, texts_digest, verify
from onedoor.draws.rules.seed import reveals_digest
from onedoor.verifier import verify as standalone
from tests.draws.vectors import evidence, register, reveals, texts


def draws(number: int) -> settings:
    """The same random draws at every run, judged by what they say and not by how busy the machine is."""
    slow = [HealthCheck.too_slow]
    return settings(
        max_examples=number, deadline=None, derandomize=True, database=None, suppress_health_check=slow
    )


class Said(NamedTuple):
    """Valid, wrong use (None) or not; the reason; the lot; what could not be checked."""

    valid: bool | None
    reason: str = ""
    drawn: bool | None = None
    unchecked: frozenset[str] = frozenset()


def ours(vector: Mapping[str, Any], **other: Any) -> Said:
    try:
        verdict = verify(evidence(vector, **other))
    except UnknownFile:
        return Said(None)
    return Said(verdict.valid, verdict.reason, verdict.drawn, frozenset(verdict.unchecked))


def theirs(vector: Mapping[str, Any], **other: Any) -> Said:
    """What `verify.py` says; anything but a verdict is an error of the test."""
    given = evidence(vector, **other)
    head = (given.head[0], given.head[1].hex()) if given.head else None
    pools = dict(given.pools)
    try:
        drawn, unchecked = standalone.check(
            given.proof, pools, given.roster, given.register, head, given.logs, given.lot
        )
    except standalone.Fault as fault:
        return Said(False, str(fault))
    except standalone.WrongUse:
        return Said(None)
    return Said(True, "", drawn, frozenset(unchecked))


def both(vector: Mapping[str, Any], **other: Any) -> Said:
    """The verdict, on which both must agree."""
    one, two = ours(vector, **other), theirs(vector, **other)
    assert (bool(one.valid), one.drawn, one.unchecked) == (bool(two.valid), two.drawn, two.unchecked), (
        one,
        two,
    )
    assert one.valid is not False or one.reason, one
    return two


def entered(vector: Mapping[str, Any], logs: Sequence[Any] = ()) -> bytes:
    """A register that has another draw of another line before, and this one with its changes."""
    proof = vector["proof"]
    plan, beacon = proof["plan"], proof["plan"]["beacon"]
    ends = "proof" if proof["void"] is None else "void"
    late = beacon["time"] if beacon else "2026-03-02T03:00:00Z"
    steps = [
        ("A-1", "plan", "2026-03-01T01:00:00Z", bytes(32)),
        (plan["line"], "plan", "2026-03-02T01:00:00Z", plan_digest(plan)),
        ("A-1", "texts", "2026-03-02T01:00:00Z", bytes(32)),
        (plan["line"], "texts", "2026-03-02T02:00:00Z", texts_digest(plan, texts(proof))),
        *([(plan["line"], "reveals", "2026-03-02T02:30:00Z", reveals_digest(plan, reveals(proof)))] * bool(beacon)),
        (plan["line"], ends, late, bytes.fromhex(vector["digest"])),
        *((plan["line"], "log", late, log_digest(plan["hash"], log)) for log in logs),
    ]  # fmt: skip
    entries: list[Any] = []
    for line, kind, time, digest in steps:
        entries.append(make_entry(entries[-1] if entries else None, time, line, 1, kind, digest))  # type: ignore[arg-type]
    return register(entries)
