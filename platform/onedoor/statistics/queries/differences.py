"""What was learnt after a return was filed: by figure, the records that came, went or changed (R-S2)."""

from __future__ import annotations

from dataclasses import dataclass

from onedoor.statistics.models import Return
from onedoor.statistics.queries import definitions, frozen
from onedoor.statistics.queries.as_of import Ask
from onedoor.statistics.rules.members import Difference, difference
from onedoor.statistics.rules.periods import Level
from onedoor.statistics.rules.sheets import Cell, Sheet


@dataclass(frozen=True)
class Learnt:
    """One figure of the former return, then and as known by the later cut-off."""

    figure: str
    name: str
    before: int
    after: int
    difference: Difference


def learnt(former: Return, made: Return, sheet: Sheet) -> list[Learnt]:
    """Where the return filed before would count otherwise by the later cut-off, or is corrected by `made`."""
    found = []
    for row_name, section, row, cell in _cells(frozen.filed_sheet(former)):
        before = frozen.members(former, cell)
        if former.series_id == made.series_id:
            now = sheet.cell(section, row, cell.figure)
            after = frozen.members(made, now) if now is not None else []
        elif made.level == Level.OWN.value:
            ask = Ask(made.tenant_id, former.starts_on, former.ends_on, made.cutoff, frozen.part_of(cell))
            after = definitions.members(cell.figure, ask)
        else:
            continue
        change = difference(before, after)
        if change.any:
            weights = sum(one.weight for one in before), sum(one.weight for one in after)
            found.append(Learnt(cell.figure, row_name, *weights, change))
    return found


def _cells(sheet: Sheet) -> list[tuple[str, str, str, Cell]]:
    """Each counted cell with its row's name and where it stands; totals of rows that are there are not looked at twice."""
    return [
        (_name(row.cells), section.key, row.key, cell)
        for section in sheet.sections
        for row in section.all_rows()
        for cell in row.cells
        if cell.figure and (cell.digest or (cell.of and cell.of[0][0]))
    ]


def _name(cells: tuple[Cell, ...]) -> str:
    return next((one.text for one in cells if one.text and not one.text.isdigit()), "")
