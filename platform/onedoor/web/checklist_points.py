"""Points of a checklist in words, for those who write them and those who answer them (R-L1, R-V4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.items.rules.points import ALWAYS, PointKind

POINT_KINDS = {
    PointKind.YES_NO.value: _l("是或否"),
    PointKind.CHOICE.value: _l("选项"),
    PointKind.NUMBER.value: _l("数字"),
    PointKind.TEXT.value: _l("文字"),
}
ANSWERS = {"yes": _l("是"), "no": _l("否"), "na": _l("不涉及")}


def point_text(point: Mapping[str, Any]) -> str:
    """A point in one line: its wording, how it is answered, and what else is asked for."""
    more = list(_parts(point))
    return (
        _("%(point)s（%(more)s）", point=point["point"], more=_("；").join(more))
        if more
        else str(point["point"])
    )


def _parts(point: Mapping[str, Any]) -> Iterator[str]:
    kind = point.get("kind", PointKind.YES_NO.value)
    if kind == PointKind.CHOICE:
        yield _("选项：%(options)s", options="／".join(point.get("options") or ()))
    elif kind != PointKind.YES_NO:
        yield str(POINT_KINDS.get(kind, kind))
    if point.get("unit"):
        yield str(point["unit"])
    if within(point):
        yield within(point)
    for what, label in (("photo", _("须拍照")), ("note", _("须说明"))):
        if point.get(what):
            yield asked_when(point[what], label)
    if point.get("default"):
        yield _("默认用语：%(text)s", text=point["default"])
    if point.get("hint"):
        yield _("方法提示：%(text)s", text=point["hint"])


def within(point: Mapping[str, Any]) -> str:
    """The bounds of a number in words; nothing without bounds."""
    lowest, highest = point.get("lowest"), point.get("highest")
    if lowest and highest:
        return _("%(lowest)s 到 %(highest)s", lowest=lowest, highest=highest)
    if lowest:
        return _("不小于 %(lowest)s", lowest=lowest)
    return _("不大于 %(highest)s", highest=highest) if highest else ""


def asked_when(answers: Sequence[str], what: str) -> str:
    """Upon which answers a photo or a word more is asked for: 选“否”时须拍照."""
    if ALWAYS in answers:
        return what
    named = "、".join(f"“{ANSWERS.get(answer, answer)}”" for answer in answers)
    return _("选%(answers)s时%(what)s", answers=named, what=what)
