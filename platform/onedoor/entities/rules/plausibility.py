"""What a row of an entity file says and can hardly mean: it is taken, and the clerk is told (R-L11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from onedoor.entities.rules.entity_rows import EntityRow
from onedoor.entities.rules.industries import is_known
from onedoor.imports.rules.rows import RowReader
from onedoor.kernel.errors import ClerkError

# An industry is told once a file: a register that writes all of them in its own way would hide what else is wrong.
_MOST_INDUSTRIES = 50


# From so many rows on, and so large a part of them, names that changed to a neighbour's are no accident.
_LEAST_SHIFTED, _SHIFTED_PART = 5, 5


def count_shifted(rows: Sequence[EntityRow], known: Mapping[str, str]) -> int:
    """Rows whose name is another than is known (`known`, by code), and the known one of the row above or below."""
    count = 0
    for place, row in enumerate(rows):
        beside = [rows[at] for at in (place - 1, place + 1) if 0 <= at < len(rows)]
        names = {known[one.code] for one in beside if one.code in known}
        if row.name != known.get(row.code, row.name) and row.name in names:
            count += 1
    return count


def are_shifted(count: int, rows: int) -> bool:
    """Whether so many rows of these say that a column slipped by a row."""
    return count >= _LEAST_SHIFTED and count * _SHIFTED_PART >= rows


class Doubts:
    """Tells them, row by row."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._industries: set[str] = set()

    def tell(self, entity: EntityRow, reader: RowReader) -> None:
        """What is doubtful of one row."""
        day = entity.registered_on
        if day is not None and day > self._today:
            reader.remark(
                "注册日期", ClerkError("日期 %(day)s 在将来，已读入，请核对。", day=day.isoformat())
            )
        word = entity.industry
        if word and word not in self._industries and len(self._industries) < _MOST_INDUSTRIES:
            if is_known(word):
                return
            self._industries.add(word)
            error = ClerkError(
                "“%(word)s”不是国民经济行业分类的门类或大类，已照原文读入，但按行业查找和选取时找不到；"
                "相同的内容只提示这一次。",
                word=word[:20],
            )
            reader.remark("行业", error)
