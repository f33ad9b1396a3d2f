"""What a line of the ledger counts as; pure."""

from __future__ import annotations

from collections.abc import Iterable

from onedoor.visits.rules.results import Method


def is_entered(methods: Iterable[str]) -> bool:
    """Whether a check by these methods went to the object, and so counts for its cap (R-P6, R-V3)."""
    return Method.ON_SITE.value in set(methods)
