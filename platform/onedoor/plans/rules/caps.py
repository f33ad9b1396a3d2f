"""The yearly cap of visits (R-P6); pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

OTHERS = "*"


def key_of(entity_kind: str, industry: str = "") -> str:
    """Whom a cap is for: `91`, `*`, or of an industry alone `91/餐饮业`."""
    return f"{entity_kind}/{industry}" if industry else entity_kind


def cap_of(entity_code: str, caps: Mapping[str, int], industry: str = "") -> int | None:
    """The cap of an entity: of its kind and industry, of its industry, of its kind (the first two characters of its code),
    else that of all others, else None."""
    kind = entity_code[:2]
    narrowed = (key_of(kind, industry), key_of(OTHERS, industry)) if industry else ()
    return next((caps[key] for key in (*narrowed, kind, OTHERS) if key in caps), None)


def capped(
    counts: Mapping[str, int],
    codes: Iterable[str],
    caps: Mapping[str, int],
    industries: Mapping[str, str] | None = None,
) -> set[str]:
    """Those of `codes` that one more visit would take beyond their cap; `counts` are visits so far, `industries` by code."""
    return {
        code
        for code in codes
        for cap in [cap_of(code, caps, (industries or {}).get(code, ""))]
        if cap is not None and counts.get(code, 0) >= cap
    }
