"""A copy of a shared item and its source: what is taken over when the source has a newer version (R-L1); pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

# Whose law and whose plan it is stays with the bureau: bodies, rate and mode are its own from the start.
TAKEN = (
    "name",
    "basis",
    "object_kinds",
    "content",
    "checklist",
    "method",
    "key",
    "market",
    "life",
    "qualifications",
    "results_use",
)
Facts = Mapping[str, Any]


def taken_from(source: Facts) -> dict[str, Any]:
    """What a copy takes of its source."""
    return {name: source[name] for name in TAKEN}


def brought_up(before: Facts, after: Facts, mine: Facts) -> dict[str, Any]:
    """The fields of a copy that follow its source from `before` to `after`.

    What the bureau changed stays as the bureau has it; points of its own stay at the end of the checklist.
    """
    following = {
        name: after[name]
        for name in TAKEN
        if name != "checklist" and after[name] != before[name] and mine[name] == before[name]
    }
    points = _points(before["checklist"], after["checklist"], mine["checklist"])
    return {**following, **({"checklist": points} if points != list(mine["checklist"]) else {})}


def _points(before: Sequence[Facts], after: Sequence[Facts], mine: Sequence[Facts]) -> list[Facts]:
    """The source's points as they are now, those the bureau wrote otherwise as it has them, then its own."""
    if list(before) == list(after):
        return list(mine)
    was, is_now, held = (_by_wording(points) for points in (before, after, mine))
    kept: list[Facts] = []
    for wording, point in is_now.items():
        own = held.get(wording)
        if own is None and wording in was:
            continue  # the bureau left it out
        kept.append(own if own is not None and own != was.get(wording) else point)
    return [
        *kept,
        *(point for wording, point in held.items() if wording not in was and wording not in is_now),
    ]


def _by_wording(points: Sequence[Facts]) -> dict[str, Facts]:
    return {str(point["point"]): point for point in points}
