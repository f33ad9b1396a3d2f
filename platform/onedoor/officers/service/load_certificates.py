"""Certificates from a file of justice's (R-T4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onedoor.imports.models import Import
from onedoor.imports.rules.rows import is_foot
from onedoor.imports.service.import_problems import ImportProblems
from onedoor.imports.service.row_outcomes import RowOutcomes
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.job_progress import NoProgress
from onedoor.kernel.spreadsheets import SourceTable
from onedoor.officers.models import Certificate
from onedoor.officers.queries import certificates as kept_certificates
from onedoor.officers.rules.certificate_rows import VALID, CertificateRow, read_certificate
from onedoor.officers.service.certificate_register import put_certificate, require_keeper


def load_certificates(
    reading: Callable[[int], SourceTable],
    run: Import,
    problems_file: ImportProblems,
    verdicts: RowOutcomes,
    progress: NoProgress,
) -> dict[str, Any]:
    """Every row adds or updates one, known by its number; found by doing it, in a savepoint."""
    require_keeper()
    table = reading(0)
    rows, certificates = _read(table, problems_file)
    writing = run.mode == "good" or (run.mode == "all" and not problems_file.rejected)
    valid = kept_certificates.my_certificates().where(Certificate.status == VALID)
    standing = {one.number: one.name for one in db.session.scalars(valid)}
    with db.session.begin_nested() as savepoint:
        for one in certificates:
            put = put_certificate(one)
            standing.pop(one.number, None)
            name = one.values["name"]
            verdicts.add(put.verdict, one.row, one.number, name, put.changes, put.made, put.before)
        if not writing:
            savepoint.rollback()
    verdicts.add_gone(len(standing), standing.items())
    progress(rows, rows)
    return {"rows": rows, "valid": len(certificates), **verdicts.figures(written=writing)}


def _read(table: SourceTable, problems_file: ImportProblems) -> tuple[int, list[CertificateRow]]:
    seen: dict[str, int] = {}
    rows, certificates, day = 0, [], today()
    for row in table:
        if is_foot(row):
            continue
        rows += 1
        one, reader = read_certificate(row, day)
        if one is not None and one.number in seen:
            first = seen[one.number]
            reader.refuse(
                "证件编号", ClerkError("与第 %(row)s 行的编号相同，只读入第 %(row)s 行。", row=first)
            )
        elif one is not None:
            seen[one.number] = row.number
            certificates.append(one)
        problems_file.add(reader)
    return rows, certificates
