"""The scale of a bureau's risk levels: what a person writes of it, and the level of a score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.text.unicode import normal

_MOST_LEVELS, _LONGEST, _HIGHEST = 8, 10, 100_000


def read_scale(text: str) -> list[dict[str, Any]]:
    """Levels from lines of a name and its least score (`高 60`), ascending; the first is from 0.

    Raises ClerkError beside the form's field.
    """
    levels: list[dict[str, Any]] = []
    for line in text.splitlines():
        parts = normal("NFKC", line).split()
        if not parts:
            continue
        if len(parts) != 2 or not parts[1].isdecimal() or int(parts[1]) > _HIGHEST:
            raise _wrong("每行写一个等级的名称和最低分，中间空一格，例如：高 60。")
        if len(parts[0]) > _LONGEST:
            raise _wrong("等级名称最多 10 个字。")
        levels.append({"name": parts[0], "from": int(parts[1])})
    if not 2 <= len(levels) <= _MOST_LEVELS:
        raise _wrong("请填写 2 至 8 个等级，每行一个。")
    if len({one["name"] for one in levels}) < len(levels):
        raise _wrong("等级名称不能重复。")
    levels.sort(key=lambda one: one["from"])
    scores = [one["from"] for one in levels]
    if scores[0] != 0 or len(set(scores)) < len(scores):
        raise _wrong("最低的等级从 0 分起，各等级的最低分不能相同。")
    return levels


def written(levels: Sequence[dict[str, Any]]) -> str:
    """The scale as `read_scale` reads it."""
    return "\n".join(f"{one['name']} {one['from']}" for one in levels)


def level_of(score: int, levels: Sequence[dict[str, Any]]) -> str:
    """The highest level whose least score is reached."""
    return str(next(one["name"] for one in reversed(levels) if score >= one["from"]))


def _wrong(text: str) -> ClerkError:
    return ClerkError(text, fields={"levels": [text]})
