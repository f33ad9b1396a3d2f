"""Certificates from a file of justice's (R-T4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from onedoor.imports.models import Import
from onedoor.imports.rules.rows import RowReader
from onedoor.imports.service import checkpoints, two_pass
from onedoor.imports.service.import_problems import ImportProblems
from onedoor.imports.service.row_outcomes import RowOutcomes
from onedoor.kernel.clock import today
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.job_progress import NoProgress
from onedoor.kernel.spreadsheets import SourceRow, SourceTable
from onedoor.officers.rules.certificate_rows import CertificateRow, read_certificate
from onedoor.officers.service.certificate_register import put_certificate, require_keeper


def load_certificates(
    reading: Callable[[int], SourceTable],
    run: Import,
    import_problems: ImportProblems,
    verdicts: RowOutcomes,
    progress: NoProgress,
) -> dict[str, Any]:
    """Every row adds or updates one, known by its number. Raises `cursor.Stopped` where asked to stop."""
    require_keeper()
    steps = checkpoints.Steps(run, import_problems, verdicts, progress)
    return two_pass.load(steps, reading, lambda written: _Certificates(written=written))


class _Certificates:
    whole = True
    absent = two_pass.Absent(
        "certificate c WHERE c.tenant_id = :tenant AND c.status = 'valid'"
        " AND NOT EXISTS (SELECT FROM given g WHERE g.code = c.number)",
        "c.number",
        "c.name",
        "c.sort_key, c.id",
    )

    def __init__(self, *, written: bool) -> None:
        self._written = written

    def lock(self) -> None:
        """Justice alone writes them."""

    def read(self, row: SourceRow) -> tuple[CertificateRow | None, RowReader]:
        return read_certificate(row, today())

    def judged(
        self, read: Sequence[tuple[CertificateRow, RowReader]], known: Mapping[int, str]
    ) -> list[CertificateRow]:
        return [row for row, reader in read if not reader.problems]

    def key(self, row: CertificateRow) -> str:
        return row.mark

    def doubled(self, first: int) -> tuple[str, ClerkError]:
        return "证件编号", ClerkError("与第 %(row)s 行的编号相同，只读入第 %(row)s 行。", row=first)

    def put(self, rows: Sequence[CertificateRow]) -> Iterable[two_pass.RowResult]:
        return two_pass.done_one_by_one(rows, _put, written=self._written)


def _put(row: CertificateRow) -> two_pass.RowResult:
    return two_pass.RowResult(row.number, row.mark, row.values["name"], put_certificate(row))
