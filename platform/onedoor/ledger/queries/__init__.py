"""Reads of the ledger, for its pages and for the rooms above."""

from onedoor.ledger.queries.lines import all_lines, counts_by_kind, has_come, mine
from onedoor.ledger.queries.outside_checks import (
    corrections,
    former_checks,
    outside_check,
    outside_platform,
    outside_platform_count,
    version_of,
    with_key,
)
from onedoor.ledger.queries.progress import LineProgress, progress_of_line

__all__ = [
    "LineProgress",
    "all_lines",
    "corrections",
    "counts_by_kind",
    "former_checks",
    "has_come",
    "mine",
    "outside_check",
    "outside_platform",
    "outside_platform_count",
    "progress_of_line",
    "version_of",
    "with_key",
]
