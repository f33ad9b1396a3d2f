"""A target library from a file, or what a bureau knows of its targets, step by step (R-L5, R-L11, docs/adr/0008 and 0011).

First every row is checked against the register, some thousands at once, and what was read is counted; then the file is
read a second time and written in the same chunks, each kept with how far the load has come (`cursor`). Nothing of a row
waits in the database meanwhile, for phones stand in it (R-T7); only the codes do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.progress import Unwatched
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.spreadsheets import SourceRow, SourceTable
from onedoor.registry.models import Import, ImportChunk
from onedoor.registry.rules.items import is_foot
from onedoor.registry.rules.rows import RowReader
from onedoor.registry.rules.targets import CODE, TargetRow, read_target
from onedoor.registry.service import chunks, cursor, turns
from onedoor.registry.service.judge_targets import Judge
from onedoor.registry.service.leaving import note_update
from onedoor.registry.service.put_targets import Putting
from onedoor.registry.service.target_figures import follow_library
from onedoor.registry.service.told import Told
from onedoor.registry.service.verdicts import CHANGED, MOST_KEPT, NEW, UNCHANGED, Verdicts

ROWS_OF_A_CHUNK = 2_000
# Of what is known of targets: contacts, tags and levels, of those that are listed already.
DETAILS = "details"
_ABSENT = (
    " FROM target t JOIN entity e ON e.id = t.entity_id WHERE t.tenant_id = :tenant AND t.ended_on IS NULL"
    " AND NOT EXISTS (SELECT FROM given g WHERE g.code = e.code)"
)
_GIVEN = "WITH given AS MATERIALIZED (SELECT unnest(c.codes) AS code FROM import_chunk c WHERE c.import_id = :load)"
_HOW_MANY_ABSENT = f"{_GIVEN} SELECT count(*){_ABSENT}"
_FIRST_ABSENT = f"{_GIVEN} SELECT e.code, e.name{_ABSENT} ORDER BY e.sort_key, e.id LIMIT {MOST_KEPT}"
_LEFT = (
    "SELECT count(*) FROM import_row r WHERE r.import_id = :load AND r.verdict = 'changed'"
    " AND r.changes ? 'ended_reason'"
)


def load_targets(
    reading: Callable[[int], SourceTable],
    run: Import,
    told: Told,
    verdicts: Verdicts,
    progress: Unwatched,
) -> dict[str, Any]:
    """List, change and take out targets; who is not in the file stays. Raises `cursor.Stopped` where asked to stop."""
    steps = cursor.Steps(run, told, verdicts, progress)
    written = _load(steps, reading)
    if written:
        verdicts.save()
        ended = db.session.scalar(sa.text(_LEFT), {"load": run.id}) or 0
        if ended or verdicts.counts[NEW] or verdicts.counts[CHANGED]:
            note_update(verdicts.counts[NEW], ended, Sentence("导入 %(file)s", file=run.file_name))
            follow_library()
    return {"rows": steps.cursor.rows, "valid": steps.cursor.valid, **verdicts.told(written=written)}


def load_details(
    reading: Callable[[int], SourceTable],
    run: Import,
    told: Told,
    verdicts: Verdicts,
    progress: Unwatched,
) -> dict[str, Any]:
    """Note contacts, give tags and levels; nobody is listed or leaves, and who is not in the file is not told of."""
    steps = cursor.Steps(run, told, verdicts, progress)
    written = _load(steps, reading)
    counts = verdicts.told(written=written)
    for each in (counts, counts.get("would", {})):
        each.pop("gone", None)
    return {"rows": steps.cursor.rows, "valid": steps.cursor.valid, **counts}


def _load(steps: cursor.Steps, reading: Callable[[int], SourceTable]) -> bool:
    """Check and write; whether it was written."""
    run, at = steps.run, steps.cursor
    if at.phase == cursor.READING:
        _check(steps, reading(at.row))
        _weigh(steps)
    # What no longer fits when it is written does not unsay what the clerk chose when all did.
    written = run.mode == "good" or (run.mode == "all" and at.rows == at.valid)
    steps.verdicts.whole = written
    _write(steps, reading(at.row), written=written)
    cursor.forget(run)
    return written


def _lists(run: Import) -> bool:
    return run.kind != DETAILS


def _check(steps: cursor.Steps, table: SourceTable) -> None:
    """Every row against the register as it is now; what another worker checked is not checked again."""
    at, judge, begun = steps.cursor, Judge(lists=_lists(steps.run)), False
    while rows := list(islice(table, ROWS_OF_A_CHUNK)):
        if begun:
            steps.keep()
        begun = True
        read = list(_read(rows, lists=judge.lists))
        good = judge.judged([(row, reader) for row, reader in read if row is not None])
        for _, reader in read:
            steps.told.add(reader)
        _put_by(steps.run, at.chunks, good, rows)
        at.chunks, at.row = at.chunks + 1, rows[-1].number
        at.rows, at.valid = at.rows + len(read), at.valid + len(good)
        steps.progress(at.rows, table.total or None, Sentence("正在核对每一行"))


def _read(rows: Sequence[SourceRow], *, lists: bool) -> Iterator[tuple[TargetRow | None, RowReader]]:
    return (read_target(row, today(), lists=lists) for row in rows if not is_foot(row))


def _put_by(run: Import, number: int, good: Sequence[TargetRow], rows: Sequence[SourceRow]) -> None:
    lines = {row.number: row.line for row in rows}
    made = {
        "id": new_id(),
        "tenant_id": run.tenant_id,
        "import_id": run.id,
        "number": number,
        "codes": [one.code for one in good],
        "rows": [one.number for one in good],
        "lines": [lines[one.number] for one in good],
        # Where the chunk ends in the file.
        "document": str(rows[-1].number),
    }
    db.session.execute(sa.insert(ImportChunk), [made])


def _weigh(steps: cursor.Steps) -> None:
    """What only the whole file tells: codes that stood in an earlier row, and who is in the library and not in it."""
    at, run = steps.cursor, steps.run
    for doubled in chunks.leave_out_doubled(run):
        steps.told.refuse(doubled.number, doubled.line, CODE, _twice(run, doubled.first))
        at.valid -= 1
    if _lists(run):
        given = {"load": run.id, "tenant": run.tenant_id}
        count = db.session.scalar(sa.text(_HOW_MANY_ABSENT), given) or 0
        found = db.session.execute(sa.text(_FIRST_ABSENT), given) if count else ()
        steps.verdicts.add_gone(count, [(row[0], row[1]) for row in found])
    at.phase, at.row = cursor.WRITING, 0
    if at.chunks > 1:
        steps.keep()


def _twice(run: Import, first: int) -> ClerkError:
    if _lists(run):
        return ClerkError("与第 %(row)s 行的代码重复，只读入第 %(row)s 行。", row=first)
    return ClerkError(
        "与第 %(row)s 行的代码重复，只读入第 %(row)s 行；一个对象写一行，几个标签写在同一格，用顿号分开。",
        row=first,
    )


def _write(steps: cursor.Steps, table: SourceTable, *, written: bool) -> None:
    """Chunk by chunk what was found good, judged once more: between the two somebody may have changed the register."""
    run, at, verdicts = steps.run, steps.cursor, steps.verdicts
    judge, putting = Judge(lists=_lists(run)), Putting(run, written=written)
    note = Sentence("正在写入名录库") if written else Sentence("正在与名录库比对")
    while at.done < at.chunks:
        wanted, last = _good(run, at.done)
        rows = [row for row in _up_to(table, last) if row.number in wanted]
        read = [(row, reader) for row, reader in _read(rows, lists=judge.lists) if row is not None]
        if written:
            turns.listing()
        good = judge.judged(read)
        for _, reader in read:
            # Whatever else there was to say of the row was said when it was checked.
            reader.remarks.clear()
            steps.told.add(reader)
        for row, name, put in putting.put(good, judge):
            verdicts.add(
                put.verdict, row.number, row.code, name, put.changes, put.made, put.before, put.former
            )
        at.done, at.row = at.done + 1, last
        if at.done < at.chunks:
            steps.keep()
        done = sum(verdicts.counts[verdict] for verdict in (NEW, CHANGED, UNCHANGED))
        steps.progress(done, at.valid, note)


def _up_to(table: SourceTable, last: int) -> Iterator[SourceRow]:
    for row in table:
        yield row
        if row.number >= last:
            return


def _good(run: Import, number: int) -> tuple[frozenset[int], int]:
    """The rows of a chunk that were found good and whose code stood in none before; and the last of the chunk."""
    query = sa.select(ImportChunk.rows, ImportChunk.left_out, ImportChunk.document).where(
        ImportChunk.import_id == run.id, ImportChunk.number == number
    )
    rows, left_out, last = db.session.execute(query).one()
    return frozenset(rows) - frozenset(left_out), int(last)
