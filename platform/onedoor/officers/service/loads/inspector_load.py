"""Officers from F2 into the library (R-L7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from onedoor.imports.models import Import
from onedoor.imports.rules.rows import RowReader, is_foot
from onedoor.imports.rules.vocabulary import Vocabulary
from onedoor.imports.service.bureau_names import BureauNames
from onedoor.imports.service.import_problems import ImportProblems
from onedoor.imports.service.library_updates import note_update
from onedoor.imports.service.row_outcomes import UNCHANGED, RowOutcomes
from onedoor.items import queries as item_queries
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.job_progress import NoProgress
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.spreadsheets import SourceTable
from onedoor.officers import queries as officer_queries
from onedoor.officers.models import Inspector
from onedoor.officers.rules.codes import InspectorStatus
from onedoor.officers.rules.inspector_rows import InspectorRow, read_inspector
from onedoor.officers.service.certificate_register import by_register
from onedoor.officers.service.inspector_match import InspectorMatch
from onedoor.officers.service.inspector_writes import expect_seat_kept, put_inspector
from onedoor.officers.service.inspectors import oneself
from onedoor.officers.service.officer_changes import propose_changes
from onedoor.officers.service.proposals import Moves, propose_entry, propose_exit
from tenants import approvals
from tenants import queries as tenants
from tenants.units import is_others, others


def load_inspectors(
    reading: Callable[[int], SourceTable],
    run: Import,
    import_problems: ImportProblems,
    verdicts: RowOutcomes,
    progress: NoProgress,
) -> dict[str, Any]:
    """Every row becomes or updates an officer, known by certificate, identity number, or name (`known_inspectors`).

    What would become of the rows is found by doing it, in a savepoint that is given up again.
    """
    rows, inspectors = _read(reading(0), import_problems)
    writing = run.mode == "good" or (run.mode == "all" and not import_problems.rejected)
    standing = {
        one.id: (one.certificate_number or one.name, one.name)
        for one in db.session.scalars(
            officer_queries.inspectors().where(Inspector.status != InspectorStatus.LEFT)
        )
    }
    moves = Moves()
    with db.session.begin_nested() as savepoint:
        for inspector, known in inspectors:
            put = put_inspector(inspector, known, moves)
            name = inspector.values["name"]
            key = inspector.values["certificate_number"] or (known and known.certificate_number) or name
            if known is not None:
                standing.pop(known.id, None)
            former = put.former if writing else ""
            verdicts.add(put.verdict, inspector.row, key, name, put.changes, put.made, put.before, former)
        if not writing:
            savepoint.rollback()
    verdicts.add_gone(len(standing), standing.values())
    if writing:
        source = Sentence("导入 %(file)s", file=run.file_name)
        note_update("inspectors", 0, 0, source, whole=not standing, load=run.id)
        propose_entry(moves.entering, source, load=run.id, suspended=moves.suspended)
        propose_exit(moves.leaving, source, load=run.id)
        propose_changes(moves.changing, source, load=run.id, paper=run.file_name)
    progress(rows, rows)
    asked = {"entering": len(moves.entering), "leaving": len(moves.leaving), "changing": len(moves.changing)}
    return {"rows": rows, "valid": len(inspectors), **asked, **verdicts.figures(written=writing)}


def _read(
    table: SourceTable, import_problems: ImportProblems
) -> tuple[int, list[tuple[InspectorRow, Inspector | None]]]:
    bureau = tenants.my_bureau().name
    units = {unit.name for unit in tenants.units()}
    words = item_queries.qualifications.vocabulary()
    recognised, mine = InspectorMatch(), _mine()
    bodies = BureauNames()
    rows, inspectors = 0, []
    for row in table:
        if is_foot(row):
            continue
        rows += 1
        inspector, reader = read_inspector(row, bureau=bureau)
        if inspector is not None:
            inspector = _by_vocabulary(inspector, reader, words)
            if inspector.unit and inspector.unit not in units:
                reader.refuse(
                    "所在科室",
                    ClerkError(
                        "本单位没有“%(unit)s”这个科室，请核对名称，或请管理员先添加科室。",
                        unit=inspector.unit,
                    ),
                )
            inspector = by_register(inspector, reader)
            known = recognised.take(inspector, reader)
            if known is not None and known.unit_id is not None and is_others(known.unit_id):
                reader.refuse("姓名", others(known.unit_id))
            if known is not None and known.id in mine and not reader.problems and _differs(inspector, known):
                reader.refuse("姓名", oneself(known))
            if known is not None and not reader.problems:
                reader.read("姓名", partial(expect_seat_kept, inspector, known))
            if not reader.problems:
                bodies.remark(reader, "执法机构全称")
                inspectors.append((inspector, known))
        import_problems.add(reader)
    return rows, inspectors


def _mine() -> frozenset[UUID]:
    """The officers of the library who are whoever loads the file; nobody changes themselves, by a file neither (R-T5)."""
    of = officer_queries.inspectors().where(Inspector.user_id.is_not(None))
    accounts = {one.user_id: one.id for one in db.session.scalars(of)}
    return frozenset(accounts[account] for account in approvals.mine(accounts))


def _differs(row: InspectorRow, known: Inspector) -> bool:
    """Whether the row says otherwise than stands: found by doing it, and given up again."""
    with db.session.begin_nested() as savepoint:
        put = put_inspector(row, known, Moves())
        savepoint.rollback()
    return put.verdict != UNCHANGED


def _by_vocabulary(inspector: InspectorRow, reader: RowReader, words: Vocabulary) -> InspectorRow:
    """Qualifications by their one name; an unknown one is this row's problem, with the nearest."""
    given = inspector.values["qualifications"]
    names = reader.read("资格专长", lambda: words.read(given))
    return replace(inspector, values={**inspector.values, "qualifications": names or []})
