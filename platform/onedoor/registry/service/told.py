"""What was wrong with which row, kept for the page of an import (R-L11)."""

from __future__ import annotations

import unicodedata
from typing import Any

import sqlalchemy as sa

from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.masking import masked
from onedoor.kernel.spreadsheets import SourceProblem
from onedoor.registry.models import Import, ImportProblem
from onedoor.registry.rules.rows import RowReader

MOST_KEPT = 10_000


class Told:
    """Gathers problems; `rejected` counts refused rows, `remarks` rows taken with a word."""

    def __init__(self, run: Import) -> None:
        self._run = run
        self._kept: list[dict[str, Any]] = []
        self._lines: dict[int, int | None] = {}
        self._refused: set[int] = set()
        self._remarked: set[int] = set()

    @property
    def rejected(self) -> int:
        return len(self._refused)

    @property
    def remarks(self) -> int:
        return len(self._remarked)

    def add(self, reader: RowReader) -> None:
        """Take up what a row's reader found."""
        number = reader.row.number
        self._lines[number] = reader.row.line
        for problem in reader.problems:
            self.refuse(number, problem.column, problem.error)
        for remark in reader.remarks:
            self._remarked.add(number)
            self._keep(number, remark, fatal=False)

    def refuse(self, number: int, column: str, error: ClerkError) -> None:
        """A row that is not taken."""
        self._refused.add(number)
        self._keep(number, SourceProblem(column, error), fatal=True)

    def forget(self) -> Told:
        """Begin anew, for another pass over the same file."""
        self.__init__(self._run)  # type: ignore[misc]
        return self

    def save(self) -> None:
        """Write what is kept: the first ten thousand, in order of rows."""
        if self._kept:
            ordered = sorted(self._kept, key=lambda one: one["number"])
            db.session.execute(sa.insert(ImportProblem), ordered[:MOST_KEPT])

    def _keep(self, number: int, problem: SourceProblem, *, fatal: bool) -> None:
        self._kept.append(
            {
                "id": new_id(),
                "tenant_id": self._run.tenant_id,
                "import_id": self._run.id,
                "number": number,
                "line": self._lines.get(number),
                "column": problem.column,
                "message": problem.error.message,
                "params": {key: masked(storable(str(value))) for key, value in problem.error.params.items()},
                "fatal": fatal,
            }
        )


def storable(text: str) -> str:
    """What a row quotes of itself, with � for what no database keeps."""
    return "".join("\ufffd" if unicodedata.category(char) in ("Cc", "Cs") else char for char in text)
