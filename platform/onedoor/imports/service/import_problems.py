"""What was wrong with which row, kept for the page of an import (R-L11)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from onedoor.imports.models import Import, ImportProblem
from onedoor.imports.rules.columns import row_label
from onedoor.imports.rules.row_numbers import row_name
from onedoor.imports.rules.rows import RowReader
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import Column, SourceProblem, SourceRow
from onedoor.kernel.text.masking import mask_numbers_in

MOST_KEPT = 200_000
# Whose rows are read once more to be named.
_MOST_NAMED = 20_000


class ImportProblems:
    """Gathers problems: `rejected` counts refused rows, `remarks` rows taken with a word, `kept` what can be read of them.

    The first two hundred thousand are kept, as they were found.
    """

    def __init__(self, run: Import, columns: Sequence[Column] = ()) -> None:
        self._run = run
        self._columns = columns
        self._waiting: list[dict[str, Any]] = []
        self.rejected = self.remarks = self.kept = 0

    def go_on(self, rejected: int, remarks: int, kept: int) -> None:
        """Begin with what another worker counted and kept."""
        self.rejected, self.remarks, self.kept = rejected, remarks, kept

    def add(self, reader: RowReader) -> None:
        """Take up what a row's reader found, once a row."""
        self.rejected += bool(reader.problems)
        self.remarks += bool(reader.remarks)
        name = row_label(reader.row, self._columns) if reader.problems or reader.remarks else ""
        for fatal, found in ((True, reader.problems), (False, reader.remarks)):
            for problem in found:
                self._keep(reader.row.number, reader.row.line, problem, fatal=fatal, name=name)

    def refuse(self, number: int, line: int | None, column: str, error: ClerkError) -> None:
        """A row that is not taken after all."""
        self.rejected += 1
        self._keep(number, line, SourceProblem(column, error), fatal=True)

    def also(self, number: int, line: int | None, column: str, error: ClerkError) -> None:
        """One more thing wrong with a row that was refused already."""
        self._keep(number, line, SourceProblem(column, error), fatal=True)

    def save(self) -> None:
        """Write what is kept."""
        if self._waiting:
            db.session.execute(sa.insert(ImportProblem), self._waiting)
        self._waiting = []

    def unnamed(self) -> list[int]:
        """The rows of problems that were found when the row was not at hand any more."""
        self.save()
        of_load = sa.and_(ImportProblem.import_id == self._run.id, ImportProblem.name == "")
        found = sa.select(ImportProblem.number).where(of_load).distinct().order_by(ImportProblem.number)
        return list(db.session.scalars(found.limit(_MOST_NAMED)))

    def give_names(self, rows: Iterable[SourceRow]) -> None:
        """Say of these rows what they are about."""
        for row in rows:
            name = mask_numbers_in(storable(row_label(row, self._columns)))
            of_row = sa.and_(
                ImportProblem.import_id == self._run.id,
                ImportProblem.number == row.number,
                ImportProblem.name == "",
            )
            if name:
                db.session.execute(sa.update(ImportProblem).where(of_row).values(name=name))

    def _keep(
        self, number: int, line: int | None, problem: SourceProblem, *, fatal: bool, name: str = ""
    ) -> None:
        if self.kept >= MOST_KEPT:
            return
        self.kept += 1
        self._waiting.append(
            {
                "id": new_id(),
                "tenant_id": self._run.tenant_id,
                "import_id": self._run.id,
                "number": number,
                "line": line,
                "column": problem.column,
                "name": mask_numbers_in(storable(name)),
                "message": problem.error.message,
                "params": {
                    key: mask_numbers_in(storable(self._said(key, value)))
                    for key, value in problem.error.params.items()
                },
                "fatal": fatal,
            }
        )

    def _said(self, key: str, value: object) -> str:
        return row_name(value, self._run.layout) if key == "row" and isinstance(value, int) else str(value)


def storable(text: str) -> str:
    """What a row quotes of itself, with � for what no database keeps."""
    return "".join("\ufffd" if unicodedata.category(char) in ("Cc", "Cs") else char for char in text)
