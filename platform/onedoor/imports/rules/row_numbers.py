"""Numbers of rows where several sheets are read as one table: each further sheet's begin anew, `SHEET_STEP` higher (R-L11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onedoor.kernel.spreadsheets import SHEET_STEP


def sheet_and_row(number: int, layout: Mapping[str, Any] | None) -> tuple[str, int]:
    """The sheet of a row, and its number there; no sheet where only one is read."""
    step, row = divmod(number, SHEET_STEP)
    known = layout or {}
    names = [known.get("sheet", ""), *(name for name, _ in known.get("more", ()))]
    if len(names) == 1 or step >= len(names):
        return "", row
    return str(names[step]), row


def row_name(number: int, layout: Mapping[str, Any] | None) -> str:
    """How a row is named to whoever has the file: 12, or 12（二季度）."""
    sheet, row = sheet_and_row(number, layout)
    return f"{row}（{sheet}）" if sheet else str(row)
