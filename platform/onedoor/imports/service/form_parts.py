"""Rows that are no entries, told all the same: heads once more, titles of parts, the foot of a form (R-L11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from onedoor.imports.models import Import
from onedoor.imports.rules.rows import is_foot
from onedoor.kernel.spreadsheets import SourceRow, SourceTable

FOOT = "foot"
# So many rows of each part are named.
_MOST_NAMED = 20


def noted(table: SourceTable, run: Import) -> SourceTable:
    """The table, which notes on its load what it passes over."""
    table.rows = _noting(table.rows, run)
    return table


def _noting(rows: Iterator[SourceRow], run: Import) -> Iterator[SourceRow]:
    for row in rows:
        part = row.form_part or (FOOT if is_foot(row) else "")
        if part:
            _note(run, part, row.number)
        yield row


def _note(run: Import, part: str, number: int) -> None:
    """A load may read its file twice, or go on where it stopped: each row is noted once."""
    layout: dict[str, Any] = run.layout or {}
    parts = layout.get("form_parts", {})
    known = parts.get(part, {"count": 0, "last": 0, "rows": []})
    if number <= known["last"]:
        return
    rows = [*known["rows"], number][:_MOST_NAMED]
    fresh = {"count": known["count"] + 1, "last": number, "rows": rows}
    run.layout = {**layout, "form_parts": {**parts, part: fresh}}
