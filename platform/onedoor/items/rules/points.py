"""Points of a checklist (R-L1): how each is answered, within what, and when a photo or a word more is asked for; pure.

A point is kept as JSON: `point` (its wording), `kind` (yes_no, choice, number, text), and where they were given `options`
(of a choice), `unit`, `lowest` and `highest` (of a number, as decimal text, both included), `default` (wording that
stands in the field before the officer writes), `hint` (how to check), `photo` and `note`: the answers upon which a photo
or an explanation is required (`ALWAYS`: whatever the answer); `fails`: the answers that are failing ones, with which "no problem
found" contradicts itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

from onedoor.kernel.errors import ClerkError

Point = dict[str, Any]
ALWAYS = "always"
YES_NO = ("yes", "no", "na")
# What an answer may ask for or mean.
MEANINGS = ("photo", "note", "fails")
MOST_POINTS, MOST_OPTIONS = 100, 20
LONGEST = {"point": 500, "option": 100, "unit": 20, "default": 1_000, "hint": 500}
_DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)


class PointKind(StrEnum):
    """How a point is answered."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    NUMBER = "number"
    TEXT = "text"


KIND_NAMES: dict[str, str] = {
    PointKind.YES_NO: "是或否",
    PointKind.CHOICE: "选项",
    PointKind.NUMBER: "数字",
    PointKind.TEXT: "文字",
}


def checked_points(given: Sequence[Mapping[str, Any]]) -> list[Point]:
    """The points as they are kept, those without any wording left out. Raises ClerkError naming the fields `p-<n>-…`."""
    if len(given) > MOST_POINTS:
        raise ClerkError("检查要点最多 %(most)s 条，请合并或删去一些。", most=MOST_POINTS)
    wrong: dict[str, list[str]] = {}
    points = [_checked(place, one, wrong) for place, one in enumerate(given)]
    kept = [one for one in points if one["point"]]
    twice = _twice(one["point"] for one in kept)
    if twice:
        place = max(place for place, one in enumerate(points) if one["point"] == twice)
        wrong.setdefault(f"p-{place}-point", []).append("与前面的一条相同，请改写或删去。")
    if wrong:
        raise ClerkError("检查要点填写有误，请修改后再保存。", fields=wrong)
    return kept


def asks(point: Mapping[str, Any], what: str, answer: str) -> bool:
    """Whether `what` (photo or note) is required with this answer, or it `fails`; nothing does, before there is one."""
    value = point.get(what) or ()
    return bool(answer) and (answer in value or ALWAYS in value)


def conditions(point: Mapping[str, Any]) -> tuple[str, ...]:
    """The answers upon which something can be required."""
    kind = point.get("kind", PointKind.YES_NO)
    if kind == PointKind.YES_NO:
        return YES_NO
    return tuple(point.get("options") or ()) if kind == PointKind.CHOICE else (ALWAYS,)


def _checked(place: int, given: Mapping[str, Any], wrong: dict[str, list[str]]) -> Point:
    def refuse(field: str, text: str) -> None:
        wrong.setdefault(f"p-{place}-{field}", []).append(text)

    kind = given.get("kind") or PointKind.YES_NO
    point: Point = {"point": _one_line(given.get("point", "")), "kind": str(kind)}
    if kind not in KIND_NAMES:
        refuse("kind", "请选择填写方式。")
    if not point["point"] and any(given.get(name) for name in ("options", "unit", "default", "hint")):
        refuse("point", "请写明检查要点。")
    if kind == PointKind.CHOICE:
        point["options"] = _options(given, refuse)
    if kind == PointKind.NUMBER:
        point.update(_bounds(given, refuse))
    for name in ("default", "hint"):
        text = str(given.get(name, "")).strip()
        point.update({name: text} if text else {})
    for name, longest in LONGEST.items():
        if len(str(point.get(name, ""))) > longest:
            refuse(name, "太长，请缩短。")
    for what in MEANINGS:
        answers = [answer for answer in conditions(point) if answer in (given.get(what) or ())]
        point.update({what: answers} if answers else {})
    return point


def _options(given: Mapping[str, Any], refuse: Any) -> list[str]:
    options = [_one_line(one) for one in given.get("options") or () if _one_line(one)]
    if len(options) < 2:
        refuse("options", "请至少写两个选项。")
    elif len(options) > MOST_OPTIONS:
        refuse("options", "选项太多，请合并一些。")
    elif _twice(options):
        refuse("options", "有两个选项相同，请改写或删去一个。")
    elif max(map(len, options)) > LONGEST["option"]:
        refuse("options", "有的选项太长，请缩短。")
    return options


def _bounds(given: Mapping[str, Any], refuse: Any) -> Point:
    point: Point = {"unit": _one_line(given.get("unit", ""))} if given.get("unit") else {}
    for name in ("lowest", "highest"):
        text = _one_line(given.get(name, ""))
        if text and not _DECIMAL.fullmatch(text):
            refuse(name, "请填写数字。")
        elif text:
            point[name] = format(Decimal(text).normalize(), "f")
    if "lowest" in point and "highest" in point and Decimal(point["lowest"]) > Decimal(point["highest"]):
        refuse("highest", "最大值不能小于最小值。")
    return point


def _one_line(text: Any) -> str:
    return " ".join(str(text).split())


def _twice(words: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for word in words:
        if word in seen:
            return word
        seen.add(word)
    return None
