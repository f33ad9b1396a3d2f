"""Figures of a pool: how many rows of each stratum and status, and their weights (R-D2)."""

from dataclasses import dataclass

from onedoor.draws.rules.pool import Pool
from onedoor.draws.rules.pool_lines import ELIGIBLE

OUT_OF_SCOPE = frozenset({"XGONE", "XSCOPE"})


@dataclass
class Counts:
    """A stratum in figures: all rows, those in scope (all but gone and not subject), eligible, and their weights."""

    rows: int = 0
    in_scope: int = 0
    eligible: int = 0
    least_weight: int = 0
    greatest_weight: int = 0


def counts_by_stratum(pool: Pool) -> dict[str, Counts]:
    """Figures of each stratum, by name ascending; weights are those of the eligible (0 if there are none)."""
    found: dict[str, Counts] = {}
    for (stratum, weight, status), rows in pool.kinds.items():
        counts = found.setdefault(stratum, Counts())
        counts.rows += rows
        if status not in OUT_OF_SCOPE:
            counts.in_scope += rows
        if status == ELIGIBLE:
            counts.eligible += rows
            counts.least_weight = min(counts.least_weight or weight, weight)
            counts.greatest_weight = max(counts.greatest_weight, weight)
    return dict(sorted(found.items()))


def counts_by_status(pool: Pool) -> dict[str, int]:
    """How many rows have each status, ``E`` and every reason for leaving out (R-D2)."""
    found: dict[str, int] = {}
    for (_, _, status), rows in pool.kinds.items():
        found[status] = found.get(status, 0) + rows
    return dict(sorted(found.items()))
