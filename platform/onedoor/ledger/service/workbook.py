"""F11 as a workbook, laid out as the form: title, who fills it in, table, note (forms.md)."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from onedoor.kernel.clock import today
from onedoor.kernel.spreadsheets import write_xlsx
from onedoor.ledger.rules import f11

_WIDTHS = (6, 10, 12, 28, 18, 32, 14, 20, 24, 36, 22, 12, 20, 18, 26)


def write_f11(lines: Iterable[Any], bureau: str) -> bytes:
    """The ledger of a bureau, or of those it supervises, numbered in the order of its lines."""
    columns = (*f11.HEADS, *f11.MORE)
    rows = (
        [number, *(cells[name] for name in columns)]
        for number, cells in enumerate(map(f11.words, lines), start=1)
    )
    file = io.BytesIO()
    write_xlsx(
        file,
        ["序号", *f11.HEADS.values(), *f11.MORE.values()],
        rows,
        sheet=f11.TITLE,
        above=[[f11.TITLE], ["填报单位：", bureau, "填表时间：", today().isoformat()]],
        below=[[f11.NOTE]],
        widths=_WIDTHS,
    )
    return file.getvalue()
