"""The records behind a cell of a return: frozen, joined from the returns it adds up, or as the draft counts them now (R-S2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from onedoor.kernel.db import db
from onedoor.statistics.models import Return
from onedoor.statistics.queries import definitions, returns, sheets
from onedoor.statistics.rules import members as sets
from onedoor.statistics.rules import sheets as forms
from onedoor.statistics.rules.figures import FIGURES
from onedoor.statistics.rules.members import Member
from onedoor.statistics.rules.sheets import Cell, Sheet

# Figures whose definition asks for one item or one campaign.
_BY_CAMPAIGN = frozenset(sheets.F8_FIGURES)


def filed_sheet(made: Return) -> Sheet:
    """The form as it was filed."""
    assert made.sheet is not None
    return forms.read(made.sheet)


def members(made: Return, cell: Cell) -> list[Member]:
    """What a cell counted, or counts."""
    if cell.digest:
        return returns.members_of_set(made.tenant_id, cell.digest)
    if cell.of:
        return joined(made, cell)
    return definitions.members(cell.figure, sheets.ask_of(made, part_of(cell)))


def part_of(cell: Cell) -> Any:
    """The item's number or the campaign that a cell is of."""
    if not cell.part:
        return None
    return UUID(cell.part) if cell.figure in _BY_CAMPAIGN else cell.part


def joined(made: Return, cell: Cell) -> list[Member]:
    """The records of the cells that this one adds up: each once, or by all, as its figure says."""
    figure = FIGURES[cell.figure]
    parts = _parts(made, cell.of)
    if figure.joins == "all":
        of = _parts(made, [(*one[:3], figure.of) for one in cell.of])
        return _sorted(sets.in_all(parts, of))
    if figure.joins == "once":
        return _sorted(sets.once(parts.values()))
    return _sorted(one for each in parts.values() for one in each)


def _parts(made: Return, of: Iterable[tuple[str, ...]]) -> dict[str, list[Member]]:
    found = {}
    for return_id, row, figure, section in ((one[0], one[1], one[2], one[3]) for one in of):
        if not return_id and made.filed_at is None:
            found[row] = definitions.members(figure, sheets.ask_of(made, UUID(row)))
            continue
        source = made if not return_id else db.session.get_one(Return, UUID(return_id))
        sheet = filed_sheet(source)
        cell = sheet.cell(section, row, figure)
        if cell is not None:
            found[f"{return_id}/{row}/{section}"] = members(source, cell)
    return found


def _sorted(found: Iterable[Member]) -> list[Member]:
    return sorted(found, key=lambda one: (one.name, one.id))
