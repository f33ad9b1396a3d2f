"""The yearly cap of visits (R-P6); pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

OTHERS = "*"


def cap_of(entity_code: str, caps: Mapping[str, int]) -> int | None:
    """The cap of an entity by the first two characters of its code, else that of all others, else None."""
    return caps.get(entity_code[:2], caps.get(OTHERS))


def capped(counts: Mapping[str, int], codes: Iterable[str], caps: Mapping[str, int]) -> set[str]:
    """Those of `codes` that one more visit would take beyond their cap; `counts` are visits so far."""
    return {
        code
        for code in codes
        for cap in [cap_of(code, caps)]
        if cap is not None and counts.get(code, 0) >= cap
    }
