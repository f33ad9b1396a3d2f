"""Answers to the points of an item's checklist (R-V4)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from onedoor.items.rules.points import asks
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_

YES, NO, NOT_APPLICABLE = "yes", "no", "na"
YES_NO_NAMES = {YES: N_("是"), NO: N_("否"), NOT_APPLICABLE: N_("不涉及")}

_DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
_LONGEST = 2_000

Point = Mapping[str, Any]


def read_answers(checklist: Sequence[Point], given: Mapping[str, str]) -> list[dict[str, Any]]:
    """The answers, in the checklist's order; `given` maps `point-0`, `note-0`, `point-1`, … to what was entered.

    Each answer keeps the point it answers, so that a later list does not change an old record. An empty
    answer is kept as empty: a draft may be incomplete. Raises `ClerkError` naming the field.
    """
    return [
        _answer(point, f"point-{n}", given.get(f"point-{n}", "").strip(), given.get(f"note-{n}", "").strip())
        for n, point in enumerate(checklist)
    ]


def unanswered(answers: Sequence[Mapping[str, Any]]) -> list[str]:
    """The points nobody has answered."""
    return [answer["point"] for answer in answers if answer["value"] == ""]


def lacking(
    checklist: Sequence[Point], answers: Sequence[Mapping[str, Any]], photos: Collection[int]
) -> list[Sentence]:
    """What is still to be filled in, a sentence each; `photos` are the places of the points that have one (R-L1, R-V4)."""
    found = []
    for place, (point, answer) in enumerate(zip(checklist, answers, strict=True)):
        named, value = answer["point"], str(answer["value"])
        if not value:
            found.append(Sentence("要点“%(point)s”还没有填写。", point=named))
        if asks(point, "note", value) and not answer.get("note"):
            found.append(Sentence("要点“%(point)s”须写明情况。", point=named))
        if asks(point, "photo", value) and place not in photos:
            found.append(Sentence("要点“%(point)s”须拍照。", point=named))
    return found


def failing(checklist: Sequence[Point], answers: Sequence[Mapping[str, Any]]) -> list[str]:
    """The points whose answer is a failing one, by the checklist of the day."""
    return [
        str(answer["point"])
        for point, answer in zip(checklist, answers, strict=False)
        if asks(point, "fails", str(answer["value"]))
    ]


def shown(answer: Mapping[str, Any]) -> str:
    """An answer as a document writes it."""
    value = str(answer["value"])
    if answer["kind"] == "yes_no":
        return YES_NO_NAMES.get(value, "")
    return f"{value} {answer['unit']}" if value and answer.get("unit") else value


def to_fill_in(point: Mapping[str, Any]) -> str:
    """What a paper check sheet has beside a point: boxes for its answers, or a line with unit and bounds."""
    kind = point.get("kind", "yes_no")
    if kind == "yes_no":
        return "　".join(f"□{name}" for name in YES_NO_NAMES.values())
    if kind == "choice":
        return "　".join(f"□{option}" for option in point.get("options") or ())
    if kind != "number":
        return ""
    lowest, highest = point.get("lowest"), point.get("highest")
    within = (
        f"（{lowest} 至 {highest}）" if lowest and highest
        else f"（不小于 {lowest}）" if lowest
        else f"（不大于 {highest}）" if highest
        else ""
    )  # fmt: skip
    return f"＿＿＿＿ {point.get('unit') or ''}".rstrip() + within


def in_full(answer: Mapping[str, Any]) -> str:
    """An answer with its explanation, as a document writes it."""
    return "：".join(text for text in (shown(answer), answer.get("note") or "") if text)


def _answer(point: Point, field: str, value: str, note: str) -> dict[str, Any]:
    kind = point.get("kind", "yes_no")
    if value and kind == "yes_no" and value not in YES_NO_NAMES:
        raise _wrong(field, point, N_("请选择“是”“否”或“不涉及”。"))
    if value and kind == "choice" and value not in (point.get("options") or ()):
        raise _wrong(field, point, N_("请从所列选项中选择。"))
    if value and kind == "number":
        value = _number(field, point, value)
    answer = {
        "point": point["point"],
        "kind": kind,
        "value": value[:_LONGEST],
        "unit": point.get("unit") or "",
    }
    return {**answer, "note": note[:_LONGEST]} if point.get("note") else answer


def _number(field: str, point: Point, value: str) -> str:
    if not _DECIMAL.fullmatch(value):
        raise _wrong(field, point, N_("请填写数字。"))
    lowest, highest = point.get("lowest"), point.get("highest")
    if (lowest and Decimal(value) < Decimal(lowest)) or (highest and Decimal(value) > Decimal(highest)):
        raise _wrong(field, point, N_("超出了要点规定的范围，请核对数值和单位。"))
    return format(Decimal(value).normalize(), "f")


def _wrong(field: str, point: Point, text: str) -> ClerkError:
    return ClerkError("“%(point)s”填写有误。", point=point["point"], fields={field: [text]})
