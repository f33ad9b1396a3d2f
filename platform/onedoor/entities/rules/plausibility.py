"""What a row of an entity file says and can hardly mean: it is taken, and the clerk is told (R-L11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from onedoor.entities.rules.entity_rows import EntityRow
from onedoor.entities.rules.industries import is_known
from onedoor.imports.rules.rows import RowReader
from onedoor.kernel.errors import ClerkError

# An industry is told once a file: a register that writes all of them in its own way would hide what else is wrong.
_MOST_INDUSTRIES = 50


# From so many rows on, and so large a part of them, names that changed to a neighbour's are no accident.
_LEAST_SHIFTED, _SHIFTED_PART = 5, 5
_LEAST_ELSEWHERE = 5


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


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a bureau is: its own place's code, the names of the place and of those above it, and of those below."""

    code: str
    above: tuple[str, ...]
    below: frozenset[str]


def place_elsewhere(row: EntityRow, mine: Surroundings) -> str:
    """Where a row says it is, if that is neither the bureau's place nor above or below it; empty if it may be here.

    What the file says of province and city decides; where it says neither, the division in the code of whoever registered
    it, unless the address names a place of the bureau's.
    """
    if row.region:
        return "" if _names(row.region, mine) else f"{row.province}{row.region}"
    if row.province and len(mine.above) > 1:
        return "" if _names(row.province, mine) else row.province
    digits = 2 if mine.code[2:4] == "00" else 4
    division = row.code[2:6]
    if division[2:] == "00" or division[:digits] == mine.code[:digits] or not division.isdecimal():
        return ""
    return "" if any(name in row.address for name in mine.below) else division


# A file repeats the few it has a million times.
@lru_cache(maxsize=1_000)
def _names(text: str, mine: Surroundings) -> bool:
    return any(text in name or name in text for name in mine.below.union(mine.above))


def is_of_elsewhere(count: int, rows: int) -> bool:
    """Whether so many rows of these say that the file is another city's."""
    return count >= _LEAST_ELSEWHERE and count * 2 > rows


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
