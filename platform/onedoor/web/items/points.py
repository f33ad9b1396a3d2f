"""Points of a checklist in the fields of their editor (R-L1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from onedoor.items.rules.points import MEANINGS, MOST_OPTIONS, MOST_POINTS, Point, PointKind

_TEXTS = ("point", "kind", "unit", "lowest", "highest", "default", "hint")
# So many empty lines wait for further options.
_SPARE = 2


def fields_of(points: Sequence[Point]) -> dict[str, Any]:
    """The points as fields of the editor's form, `p-<n>-…`."""
    fields: dict[str, Any] = {}
    for place, point in enumerate(points):
        head = f"p-{place}-"
        fields.update({f"{head}{name}": point.get(name, "") for name in _TEXTS})
        fields.update({f"{head}{what}": list(point.get(what) or ()) for what in MEANINGS})
        for number, option in enumerate(point.get("options") or ()):
            fields[f"{head}option-{number}"] = option
            for what in MEANINGS:
                fields[f"{head}option-{number}-{what}"] = option in (point.get(what) or ())
    return fields


def option_places(point: Mapping[str, Any]) -> range:
    """The lines for options that the editor shows: those there are, and some to spare."""
    return range(min(MOST_OPTIONS, len(point.get("options") or ()) + _SPARE))


def read(given: MultiDict[str, str]) -> list[Point]:
    """The points as they stand in the form that was sent, finished or not."""
    places = range(min(_whole(given.get("count", "")) or 0, MOST_POINTS + 1))
    return [_read_one(given, f"p-{place}-") for place in places]


def _whole(text: str) -> int | None:
    """A number of a few digits; longer ones than Python reads would be an error of ours."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _place(text: str, points: Sequence[Point]) -> int | None:
    """A place among the points, told by its number."""
    place = _whole(text)
    return place if place is not None and place < len(points) else None


def _read_one(given: MultiDict[str, str], head: str) -> Point:
    point: Point = {name: given.get(f"{head}{name}", "").strip() for name in _TEXTS}
    if point["kind"] != PointKind.CHOICE:
        return {**point, **{what: given.getlist(f"{head}{what}") for what in MEANINGS}}
    lines = [
        (f"{head}option-{place}", given.get(f"{head}option-{place}", "").strip())
        for place in range(MOST_OPTIONS)
    ]
    named = [(name, " ".join(text.split())) for name, text in lines if text]
    point["options"] = [text for _name, text in named]
    for what in MEANINGS:
        point[what] = [text for name, text in named if given.get(f"{name}-{what}")]
    return point


def moved(points: list[Point], do: str) -> tuple[list[Point], str]:
    """The points after `up-2`, `down-2`, `move-2-0`, `remove-2` or `add`, and the id of the control that keeps the focus."""
    what, _dash, text = do.partition("-")
    text, _dash, further = text.partition("-")
    place, made = _place(text, points), list(points)
    if what == "add" and len(made) < MOST_POINTS:
        made.append({"point": "", "kind": PointKind.YES_NO.value})
        return made, f"f-p-{len(made) - 1}-point"
    if place is None:
        return made, ""
    if what == "remove":
        del made[place]
        return made, f"f-p-{min(place, len(made) - 1)}-point" if made else "add"
    to = {"up": place - 1, "down": place + 1, "move": _place(further, points)}.get(what)
    if to is not None and 0 <= to < len(made):
        what = "up" if to < place else "down"
        made.insert(to, made.pop(place))
        place = to
        # The button of that direction is shut at the end.
        what = {("up", 0): "down", ("down", len(made) - 1): "up"}.get((what, place), what)
    if what == "options":
        return made, f"f-p-{place}-option-{max(0, len(option_places(made[place])) - _SPARE)}"
    return made, f"{what}-{place}"
