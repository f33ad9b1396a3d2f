"""Officers from F2 into the library (R-L7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.progress import Unwatched
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.spreadsheets import SourceTable
from onedoor.registry import queries
from onedoor.registry.models import Import, Inspector
from onedoor.registry.rules.codes import InspectorStatus
from onedoor.registry.rules.inspectors import InspectorRow, read_inspector
from onedoor.registry.rules.items import is_foot
from onedoor.registry.rules.rows import RowReader
from onedoor.registry.rules.vocabulary import Vocabulary
from onedoor.registry.service.inspectors import account_of
from onedoor.registry.service.library import note_update
from onedoor.registry.service.proposals import Moves, propose_entry, propose_exit
from onedoor.registry.service.put_inspectors import put_inspector
from onedoor.registry.service.told import Told
from onedoor.registry.service.verdicts import Verdicts
from tenants import queries as tenants


def load_inspectors(
    reading: Callable[[int], SourceTable],
    run: Import,
    told: Told,
    verdicts: Verdicts,
    progress: Unwatched,
) -> dict[str, Any]:
    """Every row becomes or updates an officer, known by certificate number, or by name without one.

    What would become of the rows is found by doing it, in a savepoint that is given up again.
    """
    table = reading(0)
    rows, inspectors = _read(table, told)
    present = frozenset(table.columns)
    writing = run.mode == "good" or (run.mode == "all" and not told.rejected)
    standing = {
        _key(one.certificate_number, one.name): one.name
        for one in db.session.scalars(queries.inspectors().where(Inspector.status != InspectorStatus.LEFT))
    }
    moves = Moves()
    with db.session.begin_nested() as savepoint:
        for inspector in inspectors:
            put = put_inspector(inspector, present, moves)
            name = inspector.values["name"]
            key = _key(inspector.values["certificate_number"], name)
            standing.pop(key, None)
            verdicts.add(put.verdict, inspector.row, key, name, put.changes, put.made, put.before)
        if not writing:
            savepoint.rollback()
    verdicts.add_gone(len(standing), standing.items())
    if writing:
        source = Sentence("导入 %(file)s", file=run.file_name)
        note_update(0, 0, source)
        propose_entry(moves.entering, source, load=run.id)
        propose_exit(moves.leaving, source, load=run.id)
    progress(rows, rows)
    asked = {"entering": len(moves.entering), "leaving": len(moves.leaving)}
    return {"rows": rows, "valid": len(inspectors), **asked, **verdicts.told(written=writing)}


def _key(certificate: str | None, name: str) -> str:
    return certificate or name


def _read(table: SourceTable, told: Told) -> tuple[int, list[InspectorRow]]:
    bureau = tenants.my_bureau().name
    units = {unit.name for unit in tenants.units()}
    words = queries.qualifications.vocabulary()
    seen: dict[str, int] = {}
    rows, inspectors = 0, []
    for row in table:
        if is_foot(row):
            continue
        rows += 1
        inspector, reader = read_inspector(row, bureau=bureau)
        if inspector is not None:
            inspector = _by_vocabulary(inspector, reader, words)
        if inspector is not None:
            name = inspector.values["certificate_number"] or inspector.values["name"]
            if name in seen:
                reader.refuse(
                    "执法证编号", ClerkError("与第 %(row)s 行是同一人，只读入第 %(row)s 行。", row=seen[name])
                )
            elif inspector.unit and inspector.unit not in units:
                reader.refuse(
                    "所在科室", ClerkError("本单位没有“%(unit)s”这个科室，请核对名称。", unit=inspector.unit)
                )
            elif inspector.account and account_of(inspector.account) is None:
                reader.refuse(
                    "登录账号", ClerkError("本单位没有“%(name)s”这个账号。", name=inspector.account)
                )
            else:
                seen[name] = row.number
                inspectors.append(inspector)
        told.add(reader)
    return rows, inspectors


def _by_vocabulary(inspector: InspectorRow, reader: RowReader, words: Vocabulary) -> InspectorRow | None:
    """Qualifications by their one name; an unknown one is this row's problem, with the nearest."""
    given = inspector.values["qualifications"]
    names = reader.read("资格专长", lambda: words.read(given))
    return None if names is None else replace(inspector, values={**inspector.values, "qualifications": names})
