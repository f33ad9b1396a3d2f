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

    def fill(self, row: int, cells: list[str]) -> tuple[dict[int, str], int]:
        """Fill cells that are merged downwards; returns those merged sideways, and the row that heads may begin in.

        The former are apart because a title or a wide head says its text once. The latter is the row, counted from 1,
        of which a cell that is not high reaches down here; 0 if none does. A row that says nothing of its own stays
        empty: all of it is merged with the row above.
        """
        if row in self._starting:
            self._begin(row, cells)
        if not self._open:
            return {}, 0
        own = sum(1 for cell in cells if cell.strip())
        across: dict[int, str] = {}
        head = 0
        for place, merged in list(self._open.items()):
            if merged.last < row:
                del self._open[place]
                continue
            goes_on = merged.first < row
            if goes_on and merged.last - merged.first < _HIGHEST_HEAD:
                head = min(head or row, merged.first + 1)
            if cells[place].strip() or own <= (0 if goes_on else 1):
                continue
            if place == merged.column:
                cells[place] = merged.text
            else:
                across[place] = merged.text
        return across, head

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
