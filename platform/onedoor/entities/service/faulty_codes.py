"""Refused rows whose code stands in another row, too: mended alone, they would overwrite what that one says (R-L11)."""

from __future__ import annotations

import sqlalchemy as sa

from onedoor.entities.rules.entity_rows import CODE
from onedoor.imports.models import Import
from onedoor.imports.rules.rows import RowReader
from onedoor.imports.service.import_problems import MOST_KEPT, ImportProblems
from onedoor.kernel.codes import read_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError

_FIRST = sa.text(
    "SELECT r.code, min(r.number) AS first FROM import_chunk c, unnest(c.codes, c.rows) AS r (code, number)"
    " WHERE c.import_id = :load AND r.code = ANY (:codes) GROUP BY r.code"
)


# Code, number in the file, line of a text.
FaultyRow = tuple[str, int, int | None]


class FaultyCodes:
    """Gathers them in `rows` while a file is read, whose keeping is the cursor's; no more than are kept of problems."""

    def __init__(self, rows: list[FaultyRow]) -> None:
        self._rows = rows

    def note(self, reader: RowReader) -> None:
        """A row that was refused, though not for its code."""
        if len(self._rows) >= MOST_KEPT or any(one.column in ("", CODE) for one in reader.problems):
            return
        try:
            code = read_credit_code(reader.row.cells.get(CODE, "")).text
        except ClerkError:
            # One without a code, or by its provisional number.
            return
        self._rows.append((code, reader.row.number, reader.row.line))

    def tell(self, run: Import, import_problems: ImportProblems) -> None:
        """When all rows are read: which of them have the code of a good row, or of an earlier one of these."""
        if not self._rows:
            return
        given = {"load": run.id, "codes": [code for code, _number, _line in self._rows]}
        first: dict[str, int] = {row.code: row.first for row in db.session.execute(_FIRST, given)}
        for code, number, line in self._rows:
            other = first.setdefault(code, number)
            if other != number:
                error = ClerkError(
                    "代码与第 %(row)s 行相同，改好后会更新同一个主体；请核对代码是否抄错。", row=other
                )
                import_problems.also(number, line, CODE, error)
        self._rows.clear()
