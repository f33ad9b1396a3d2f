"""The city's ledger F11 as its supervisor has it, in a workbook (R-V9)."""

from __future__ import annotations

from pathlib import Path

from onedoor.commands.demo.cast import Cast
from onedoor.kernel.sentences import Sentence
from onedoor.ledger import service
from onedoor.supervision import queries


def write(cast: Cast, folder: Path) -> str:
    """The path of the workbook: every check of the city that was begun, a joint one once."""
    records = queries.ledger()
    rows = records.rows.c
    path = folder / "执法检查台账.xlsx"
    with (
        cast.acting("sfj.supervisor", supervisor=True) as person,
        queries.reading(Sentence("下载执法检查台账")) as reader,
    ):
        lines = reader.execute(records.select().order_by(rows.day, rows.number, rows.id))
        path.write_bytes(service.write_f11(lines, person.bureau_name))
    return str(path)
