"""Rows of places of business (经营场所, R-L11, R-T4), and which place of its entity a row is about; pure.

A place is known by the entity's code and its number there. Without a number it is the one at the same address that has
the same name, or where one of the two has none, as when entities are merged (`entities.policies.merges`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from onedoor.entities.rules.firm_rows import CODE, FIRM, FIRM_COLUMNS, OfFirm, alike, read_firm, said
from onedoor.imports.rules.rows import RowReader
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import Column, SourceRow
from onedoor.kernel.text.unicode import normal

NUMBER, NAME, ADDRESS, PLACE = "场所编号", "场所名称", "地址", "所在地"
CLOSED, NOTE = "停用日期", "说明"
HEAD = (FIRM, CODE, NUMBER, NAME, ADDRESS, PLACE, CLOSED, NOTE)
COLUMNS = (
    *FIRM_COLUMNS,
    Column(NUMBER, ("经营场所编号", "门店编号")),
    Column(NAME, ("经营场所名称", "门店名称", "分店名称")),
    Column(ADDRESS, ("经营场所地址", "场所地址", "经营地址", "经营场所")),
    Column(PLACE, ("所在区县", "区县", "行政区划")),
    Column(CLOSED, ("关闭日期", "停业日期")),
    Column(NOTE, ("备注",)),
    # What our own list has beside these.
    Column("类型"),
    Column("状态"),
)
_HIGHEST = 9_999


@dataclass(frozen=True, slots=True)
class PremisesRow(OfFirm):
    """One place as its row has it; `mark` is its number, 0 if the row has none, and `place` the cell of its place."""

    mark: int
    name: str
    address: str
    place: str


class Known(Protocol):
    """A place as the register has it."""

    @property
    def number(self) -> int:
        """Its number at its entity."""

    @property
    def name(self) -> str:
        """What it is called; it may be empty."""

    @property
    def address(self) -> str:
        """Where it is."""

    @property
    def closed_on(self) -> date | None:
        """Since when it is not in use."""


Place = TypeVar("Place", bound=Known)


def read_premises(row: SourceRow, today: date) -> tuple[PremisesRow | None, RowReader]:
    """The place of a row, or None and what is wrong in the reader."""
    reader = RowReader(row)
    if row.problems and not row.cells:
        return None, reader
    code, kind, firm = read_firm(reader)
    mark = read_mark(reader, NUMBER)
    name = reader.text(NAME, longest=100).replace("\n", "")
    address = reader.text(ADDRESS, longest=500).replace("\n", "")
    closed_on = reader.day(CLOSED)
    if not address and (reader.says(ADDRESS) or not (mark or name)):
        reader.refuse(ADDRESS, ClerkError("没有填写“%(column)s”。", column=ADDRESS))
    if closed_on is not None and closed_on > today:
        reader.refuse(CLOSED, ClerkError("日期不能晚于今天。"))
    fields = {
        "name": (NAME, name),
        "address": (ADDRESS, address),
        "closed_on": (CLOSED, closed_on),
        "note": (NOTE, reader.text(NOTE, longest=500)),
    }
    premises = PremisesRow(
        number=row.number,
        code=code,
        entity_kind=kind,
        firm=firm,
        values=said(reader, fields),
        mark=mark,
        name=name,
        address=address,
        place=reader.text(PLACE, longest=60),
    )
    return (None if reader.problems else premises), reader


def read_mark(reader: RowReader, column: str) -> int:
    """The number of a place, as it stands or as 第 3 号; 0 where the row has none."""
    text = normal("NFKC", reader.text(column, longest=20)).strip("第号 ")
    if not text:
        return 0
    number = int(text) if text.isascii() and text.isdecimal() else 0
    if not 0 < number <= _HIGHEST:
        reader.refuse(
            column, ClerkError("“%(text)s”不是一个场所编号，应为 1、2、3 这样的数字。", text=text[:20])
        )
    return number


def place_of_row(row: PremisesRow, places: Sequence[Place]) -> Place | None:
    """The place of its entity that a row is about; None for one that is new.

    Raises ClerkError, with the column as its field, for a number the entity does not have and where several could be it.
    """
    if row.mark:
        found = [one for one in places if one.number == row.mark]
        if not found:
            raise ClerkError(
                "这个主体没有第 %(number)s 号经营场所；新增的场所请不填编号。",
                number=row.mark,
                fields={NUMBER: []},
            )
        return found[0]
    # Those in use come first.
    ordered = sorted(places, key=lambda one: (one.closed_on is not None, one.number))
    if not row.address:
        return _only([one for one in ordered if alike(one.name) == alike(row.name)], row)
    there = [one for one in ordered if alike(one.address) == alike(row.address)]
    named = [one for one in there if alike(one.name) == alike(row.name)]
    if named:
        return named[0]
    if row.name:
        return next((one for one in there if not one.name), None)
    return _only(there, row) if there else None


def is_row_at(row: PremisesRow, place: Known) -> bool:
    """Whether a place has just the name and the address of a row."""
    return (alike(place.name), alike(place.address)) == (alike(row.name), alike(row.address))


def _only(found: Sequence[Place], row: PremisesRow) -> Place:
    if not found:
        raise ClerkError(
            "这个主体没有叫“%(name)s”的经营场所；新增的请填写地址。", name=row.name, fields={ADDRESS: []}
        )
    used = [one for one in found if one.closed_on is None] or list(found)
    if len(used) > 1:
        raise ClerkError(
            "这个主体有 %(count)s 个经营场所与这一行相符，请填写场所编号。",
            count=len(used),
            fields={NUMBER: []},
        )
    return used[0]
