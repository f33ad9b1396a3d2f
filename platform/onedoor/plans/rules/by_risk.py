"""Method and frequency of a line by risk level: of a level that has its own they stand in the place of the line's (R-P5); pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence
from onedoor.targets.rules.codes import RISK_NAMES

MOST_TIMES = 12
_PART = re.compile(r"(.+?)：每年 *(\d+) *次(?:，(.+))?")


def check_by_risk(
    given: Mapping[str, Any] | None, methods: Mapping[str, Any] | list[str] | tuple[str, ...]
) -> dict[str, Any]:
    """Times a year and method by level (`R2`), those alone that have any. Raises ClerkError for what is none."""
    kept: dict[str, Any] = {}
    for level, own in (given or {}).items():
        times, method = own.get("times"), own.get("method") or ""
        if times is None and not method:
            continue
        if level not in RISK_NAMES:
            raise _wrong(Sentence("没有“%(name)s”这个风险等级。", name=level))
        if not isinstance(times, int) or not 1 <= times <= MOST_TIMES:
            raise _wrong(Sentence("按风险等级另定的频次为每年 1 至 12 次。"))
        if method and method not in methods:
            raise _wrong(Sentence("没有“%(name)s”这种检查方式。", name=method))
        kept[level] = {"times": times, "method": method}
    return {level: kept[level] for level in RISK_NAMES if level in kept}


def by_risk_text(by_risk: Mapping[str, Any]) -> list[Sentence]:
    """In words, a sentence for each level: 风险等级 3 级：每年 4 次，实地检查."""
    found = []
    for level, own in by_risk.items():
        said = {"level": Sentence(RISK_NAMES[level]), "times": own["times"]}
        if method := own["method"]:
            text = Sentence("%(level)s：每年 %(times)s 次，%(method)s", **said, method=Sentence(method))
        else:
            text = Sentence("%(level)s：每年 %(times)s 次", **said)
        found.append(text)
    return found


def read_by_risk(text: str) -> tuple[str, dict[str, Any]]:
    """A cell of F6 without the levels it names, and what they have: 每年 1 次；风险等级 3 级：每年 4 次，实地检查."""
    levels = {str(name): code for code, name in RISK_NAMES.items()}
    plain, found = [], {}
    for part in (each.strip() for each in re.split(r"[；;\n]", text)):
        named = _PART.fullmatch(part)
        if named is None or named[1].strip() not in levels:
            plain.append(part)
            continue
        found[levels[named[1].strip()]] = {"times": int(named[2]), "method": (named[3] or "").strip()}
    return "；".join(part for part in plain if part), found


def _wrong(text: Sentence) -> ClerkError:
    return ClerkError("按风险等级另定的频次和方式有误。", fields={"by_risk": [text]})
