"""What a new version of a plan changes, in sentences that are published with it (R-P4); pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Face(NamedTuple):
    """A line as the published plan shows it: its code, its name, and its cells by column."""

    code: str
    name: str
    cells: Mapping[str, str]


def between(former: Sequence[Face], later: Sequence[Face]) -> list[str]:
    """Lines added, dropped, and what of the others reads differently, in the order of the later plan."""
    before = {face.code: face for face in former}
    after = {face.code for face in later}
    told: list[str] = []
    for face in later:
        old = before.get(face.code)
        told += [f"新增“{face.name}”。"] if old is None else _of_one(old, face)
    told += [f"取消“{face.name}”。" for face in former if face.code not in after]
    return told


def _of_one(old: Face, new: Face) -> list[str]:
    told = [f"“{old.name}”改名为“{new.name}”。"] if old.name != new.name else []
    return told + [
        f"“{new.name}”的{column}由“{old.cells.get(column) or '无'}”改为“{cell or '无'}”。"
        for column, cell in new.cells.items()
        if old.cells.get(column, "") != cell
    ]
