"""What changed after a draw, as figures: how often each list gave an object up, and how often people were replaced (draw.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Changed:
    """Of one list: objects drawn, those for which another came, the share in percent, replacements of people."""

    bureau: str
    drawn: int
    substituted: int
    replaced: int
    filled: int

    @property
    def share(self) -> str:
        """Substituted of drawn, to a tenth of a percent."""
        return f"{100 * self.substituted / self.drawn:.1f}%" if self.drawn else "—"


def by_list(content: dict[str, Any]) -> list[Changed]:
    """The figures of each list, in the plan's order; nothing where the changes were published without their lists."""
    changes = content.get("changes") or []
    if not all(each.get("list") for each in changes):
        return []
    return [_of(each, changes) for each in content.get("lists") or [] if each.get("strata") is not None]


def _of(list_: dict[str, Any], changes: list[dict[str, Any]]) -> Changed:
    kinds = [each["kind"] for each in changes if each["list"] == list_["list"]]
    return Changed(
        list_["bureau"],
        sum(row.get("quota") or 0 for row in list_["strata"]),
        kinds.count("substitute"),
        kinds.count("replace"),
        kinds.count("fill"),
    )
