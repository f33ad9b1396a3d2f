"""Cells that were merged into one, read as if each of them had been filled in.

A workbook keeps the text of merged cells in the first of them; clerks merge the cells of one column downwards where
rows share what they say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

# A head has no more rows than these; what is merged further down is a remark at the side.
_HIGHEST_HEAD = 4
Place = tuple[int, int]


class Merged(NamedTuple):
    """What merged cells say of a row: the text, by place, of cells merged with one to their left; the row of which a head
    may reach down here (0 if none); the places that are merged with the row above; how many columns the widest cell takes."""

    across: dict[int, str]
    head: int = 0
    down: frozenset[int] = frozenset()
    widest: int = 1


class _Open(NamedTuple):
    """What stands in a merged cell: its text, the first column of what it is merged with, the first and last row."""

    text: str
    column: int
    first: int
    last: int


class Merges:
    """The merged cells of a sheet whose rows are read one after the other; rows and columns count from 0.

    `left` is the first column that rows have. Whatever a workbook declares, a row costs no more than its own width.
    """

    def __init__(self, ranges: Iterable[tuple[Place, Place]], left: int) -> None:
        self._starting: dict[int, list[tuple[int, int, int]]] = {}
        self._open: dict[int, _Open] = {}
        for (top, first), (bottom, last) in ranges:
            if first >= left:
                self._starting.setdefault(top, []).append((first - left, last - left, bottom))

    def fill(self, row: int, cells: list[str]) -> Merged:
        """Fill cells that are merged downwards; returns what else is merged.

        Cells merged sideways are apart because a title or a wide head says its text once. The row of a head is counted
        from 1, and only a cell that is not high is taken for one. A row that says nothing of its own stays empty: all of
        it is merged with the row above.
        """
        if row in self._starting:
            self._begin(row, cells)
        if not self._open:
            return Merged({})
        own = sum(1 for cell in cells if cell.strip())
        across: dict[int, str] = {}
        head = 0
        down, wide = set[int](), dict[int, int]()
        for place, merged in list(self._open.items()):
            if merged.last < row:
                del self._open[place]
                continue
            goes_on = merged.first < row
            if goes_on and not cells[place].strip():
                down.add(place)
            wide[merged.column] = wide.get(merged.column, 0) + 1
            if goes_on and merged.last - merged.first < _HIGHEST_HEAD:
                head = min(head or row, merged.first + 1)
            if cells[place].strip() or own <= (0 if goes_on else 1):
                continue
            if place == merged.column:
                cells[place] = merged.text
            else:
                across[place] = merged.text
        return Merged(across, head, frozenset(down), max(wide.values(), default=1))

    def _begin(self, row: int, cells: list[str]) -> None:
        left = len(cells)
        for first, last, bottom in self._starting.pop(row):
            if first >= len(cells) or not cells[first].strip():
                continue
            for place in range(first, min(last + 1, len(cells))):
                # Honest ranges do not overlap: together they are no wider than the row.
                if left == 0:
                    return
                left -= 1
                self._open[place] = _Open(cells[first], first, row, bottom)
