"""How points are answered, as a cell of F1 says it: one entry a point, in their order (R-L1); pure.

是否 · 选项 齐全/缺项 · 数字 ℃ -30至8 · 文字
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from onedoor.items.rules.points import Point, PointKind, checked_points
from onedoor.kernel.errors import ClerkError

COLUMN = "要点填写方式"
_WORDS = {
    "是否": PointKind.YES_NO,
    "是或否": PointKind.YES_NO,
    "选项": PointKind.CHOICE,
    "选择": PointKind.CHOICE,
    "数字": PointKind.NUMBER,
    "数值": PointKind.NUMBER,
    "文字": PointKind.TEXT,
    "文本": PointKind.TEXT,
}
_ENTRY = re.compile(rf"\s*({'|'.join(sorted(_WORDS, key=len, reverse=True))})\s*[:：]?\s*(.*?)\s*", re.DOTALL)
# Digits and signs as an input method writes them; a unit (℃) stays as it is.
_WIDE = str.maketrans("０１２３４５６７８９．－～，", "0123456789.-~,")
_BOUNDS = re.compile(r"(.*?)\s*(-?\d+(?:\.\d+)?)?\s*(?:至|到|~)\s*(-?\d+(?:\.\d+)?)?", re.DOTALL)


def with_kinds(points: Sequence[Point], text: str) -> list[Point]:
    """The points, each answered as its entry says. Raises ClerkError for entries that are too few, too many or unclear."""
    entries = [one for one in re.split(r"[\n；;]", text) if one.strip()]
    if not entries:
        return list(points)
    if len(entries) != len(points):
        raise ClerkError(
            "检查内容有 %(points)s 条要点，这里写了 %(entries)s 种填写方式；请一条一种，顺序相同。",
            points=len(points),
            entries=len(entries),
        )
    made = [{**point, **_read(entry)} for point, entry in zip(points, entries, strict=True)]
    try:
        return checked_points(made)
    except ClerkError as error:
        first = next((texts[0] for texts in error.fields.values()), str(error))
        raise ClerkError(first) from None


def kept(fresh: Sequence[Point], before: Sequence[Point]) -> list[Point]:
    """The points of a file, those that are answered as before with all that the editor gave them (photos, hints)."""
    known = {_plain(point): point for point in before}
    return [known.get(_plain(point), point) for point in fresh]


def _plain(point: Point) -> tuple[Any, ...]:
    kind = point.get("kind", PointKind.YES_NO.value)
    shape = (
        tuple(point.get("options") or ()),
        *(point.get(name) or "" for name in ("unit", "lowest", "highest")),
    )
    return (point["point"], str(kind), *shape)


def _read(entry: str) -> dict[str, Any]:
    found = _ENTRY.fullmatch(entry.translate(_WIDE))
    if found is None:
        raise ClerkError(
            "“%(text)s”不是填写方式，可填：是否；选项 齐全/缺项；数字 ℃ -30至8；文字。",
            text=entry.strip()[:20],
        )
    kind, rest = _WORDS[found[1]], found[2]
    if kind is PointKind.CHOICE:
        return {"kind": kind.value, "options": re.split(r"[/|、,]", rest)}
    if kind is PointKind.NUMBER:
        bounds = _BOUNDS.fullmatch(rest)
        unit, lowest, highest = (bounds[1], bounds[2], bounds[3]) if bounds else (rest, None, None)
        return {"kind": kind.value, "unit": unit, "lowest": lowest or "", "highest": highest or ""}
    return {"kind": kind.value}
