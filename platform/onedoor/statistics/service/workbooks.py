"""A form as a workbook, laid out as forms.md: title, head, tables one below the other, foot."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from onedoor.kernel.spreadsheets import write_xlsx
from onedoor.statistics.queries import forms, returns
from onedoor.statistics.rules.sheets import Section, Sheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Lines = list[list[Any]]


def workbook(return_id: UUID) -> tuple[str, bytes]:
    """The workbook of a return, with its file name."""
    sheet = forms.sheet_of(returns.a_return(return_id))
    return file_name(sheet), workbook_of(sheet)


def file_name(sheet: Sheet) -> str:
    """As it is kept on a disk."""
    return f"{sheet.title}.xlsx"


def workbook_of(sheet: Sheet) -> bytes:
    """The whole form in one table sheet; what only stands beside it on the page is left out."""
    file, shown = io.BytesIO(), [one for one in sheet.sections if not one.aside]
    first, *others = shown
    above: Lines = [[sheet.title], [text for pair in sheet.above for text in (f"{pair[0]}：", pair[1])]]
    if first.title:
        above.append([first.title])
    below = [*_end(first)]
    for one in others:
        below += [[one.title], list(one.heads), *_rows(one), *_end(one)]
    below += [[note] for note in sheet.notes]
    below.append([text for pair in sheet.below for text in (f"{pair[0]}：", pair[1])])
    columns = max(len(one.heads) for one in shown)
    write_xlsx(
        file,
        list(first.heads),
        _rows(first),
        sheet="统计表",
        above=above,
        below=below,
        widths=(24, 22, *(14 for _ in range(max(0, columns - 2)))),
    )
    return file.getvalue()


def _rows(section: Section) -> Lines:
    return [[cell.shown for cell in row.cells] for row in section.rows]


def _end(section: Section) -> Lines:
    """The total, as a row where it has all columns, and the sentence below."""
    end: Lines = []
    if section.total is not None and len(section.total.cells) == len(section.heads):
        end.append([cell.shown for cell in section.total.cells])
    if section.note:
        end.append([section.note])
    return end
