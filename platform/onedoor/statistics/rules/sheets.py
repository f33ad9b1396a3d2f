"""A form as it is shown, printed, filed and sent as data: one shape for all, with the figure behind each number (R-S1, R-S2); pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from onedoor.statistics.rules.figures import FIGURES


@dataclass(frozen=True)
class Cell:
    """A text, or the number of a figure. `part` narrows the figure to one item or campaign; `digest` names the set that a filed
    return counted; `of` are the filed returns and their figures that a place's number joins: [return, row, figure]."""

    text: str = ""
    number: int | None = None
    figure: str = ""
    part: str = ""
    digest: str = ""
    of: tuple[tuple[str, str, str, str], ...] = ()

    @property
    def shown(self) -> Any:
        """What stands in the cell."""
        return self.text if self.number is None else self.number


@dataclass(frozen=True)
class Row:
    """A row; `key` names it within its section."""

    key: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Section:
    """A table of a form with its title above, its total and a sentence below. One that stands `aside` is not on the paper form."""

    key: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row | None = None
    note: str = ""
    aside: bool = False

    def all_rows(self) -> Iterator[Row]:
        """The rows and the total."""
        yield from self.rows
        if self.total is not None:
            yield self.total


@dataclass(frozen=True)
class Sheet:
    """A whole form: title, what stands above its tables and below them."""

    title: str
    above: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    below: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = field(default=())

    def figures(self) -> list[str]:
        """The keys of the figures in it, each once, in order."""
        found = [c.figure for s in self.sections for r in s.all_rows() for c in r.cells if c.figure]
        return list(dict.fromkeys(found))

    def words(self) -> list[tuple[str, str]]:
        """Each figure's head and its definition, which stand beside the numbers."""
        return [(FIGURES[key].head, FIGURES[key].words) for key in self.figures()]

    def section(self, key: str) -> Section | None:
        """The section of that key."""
        return next((one for one in self.sections if one.key == key), None)

    def cell(self, section: str, row: str, figure: str) -> Cell | None:
        """A figure by where it stands."""
        found = self.section(section)
        rows = found.all_rows() if found else ()
        return next((c for r in rows if r.key == row for c in r.cells if c.figure == figure), None)

    def kept(self) -> dict[str, Any]:
        """As it is stored."""
        kept: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return kept


def read(stored: dict[str, Any]) -> Sheet:
    """A sheet as it was stored."""
    return Sheet(
        stored["title"],
        tuple((one[0], one[1]) for one in stored["above"]),
        tuple(_section(one) for one in stored["sections"]),
        tuple((one[0], one[1]) for one in stored["below"]),
        tuple(stored["notes"]),
    )


def _section(stored: dict[str, Any]) -> Section:
    total = stored["total"]
    return Section(
        stored["key"],
        stored["title"],
        tuple(stored["heads"]),
        tuple(_row(one) for one in stored["rows"]),
        _row(total) if total else None,
        stored["note"],
        stored["aside"],
    )


def _row(stored: dict[str, Any]) -> Row:
    return Row(stored["key"], tuple(_cell(one) for one in stored["cells"]))


def _cell(stored: dict[str, Any]) -> Cell:
    return Cell(**{**stored, "of": tuple(tuple(one) for one in stored["of"])})
