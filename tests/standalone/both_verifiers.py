"""The same files before both verifiers: the house's rules, and the one that people download."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from hypothesis import HealthCheck, settings

from onedoor.draws.rules import UnknownFile, verify
from onedoor.verifier import verify as standalone
from tests.draws.vectors import evidence


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
            given.proof, pools, given.roster, given.register, head, dict(given.logs), given.lot
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
