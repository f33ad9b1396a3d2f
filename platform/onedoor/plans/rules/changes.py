"""What a new version of a plan changes, in sentences that are published with it (R-P4); pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from onedoor.kernel.sentences import Sentence


class Face(NamedTuple):
    """A line as the published plan shows it: its code, its name, and its cells by column."""

    code: str
    name: str
    cells: Mapping[str, str]


def between(former: Sequence[Face], later: Sequence[Face]) -> list[str]:
    """Lines added, dropped, and what of the others reads differently, in the order of the later plan."""
    before = {face.code: face for face in former}
    after = {face.code for face in later}
    sentences: list[str] = []
    for face in later:
        old = before.get(face.code)
        sentences += [Sentence("新增“%(name)s”。", name=face.name)] if old is None else _of_one(old, face)
    sentences += [Sentence("取消“%(name)s”。", name=face.name) for face in former if face.code not in after]
    return sentences


def _of_one(old: Face, new: Face) -> list[str]:
    sentences: list[str] = (
        [Sentence("“%(old)s”改名为“%(new)s”。", old=old.name, new=new.name)] if old.name != new.name else []
    )
    return sentences + [
        Sentence(
            "“%(name)s”的%(column)s由“%(before)s”改为“%(after)s”。",
            name=new.name,
            column=column,
            before=old.cells.get(column) or Sentence("无"),
            after=cell or Sentence("无"),
        )
        for column, cell in new.cells.items()
        if old.cells.get(column, "") != cell
    ]
