"""A file that is read twice, step by step (R-L11, docs/adr/0008): of all kinds but entities, items, matters and officers.

First every row is checked against the register, some thousands at once, and what was read is counted; then the file is
read a second time and written in the same chunks, each kept with how far the load has come (`cursor`). Nothing of a row
waits in the database meanwhile, for phones may stand in it (R-T7); only by what the rows are known does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple, Protocol, TypeVar

import sqlalchemy as sa

from onedoor.imports.models import Import, ImportChunk
from onedoor.imports.rules.rows import RowReader, is_foot
from onedoor.imports.service import checkpoints, chunks
from onedoor.imports.service.row_outcomes import CHANGED, MOST_KEPT, NEW, UNCHANGED, RowOutcome
from onedoor.kernel.db import db, joined_whole, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.spreadsheets import SourceRow, SourceTable

ROWS_OF_A_CHUNK = 2_000
# What the good rows of a load are known by, for what stands and is not among them.
_GIVEN = "WITH given AS MATERIALIZED (SELECT unnest(c.codes) AS code FROM import_chunk c WHERE c.import_id = :load)"


class Numbered(Protocol):
    """A row that was read."""

    @property
    def number(self) -> int:
        """Which row of the file it is."""


Row = TypeVar("Row", bound=Numbered)


class RowResult(NamedTuple):
    """What became of a row: its number, what stands beside it in the list of rows, and the verdict."""

    number: int
    key: str
    name: str
    put: RowOutcome


class Absent(NamedTuple):
    """How what stands and is not in the file is found: `rows` follows FROM, with `given.code` for what a row is known by;
    `key` and `name` are told of each, in `order`."""

    rows: str
    key: str
    name: str
    order: str


class Kind(Protocol[Row]):
    """What is a kind's own: how its rows are read, which may be taken, by what they are known, and how they are written.

    `whole`: of its loads every row that is new or changed is kept, for they are taken back row by row.
    """

    whole: bool

    def lock(self) -> None:
        """Before a chunk is written: what nobody else may do until it is."""

    @property
    def absent(self) -> Absent | None:
        """How what is not in the file is found; None where nobody is told of that."""

    def read(self, row: SourceRow) -> tuple[Row | None, RowReader]:
        """The row, or None and what is wrong in the reader."""

    def judged(self, read: Sequence[tuple[Row, RowReader]], known: Mapping[int, str]) -> list[Row]:
        """Those that may be taken; `known` is by what the rows of these numbers were known at the first reading."""

    def key(self, row: Row) -> str:
        """By what a row that may be taken is known."""

    def doubled(self, first: int) -> tuple[str, ClerkError]:
        """The column and the refusal of one that stood in an earlier row."""

    def put(self, rows: Sequence[Row]) -> Iterable[RowResult]:
        """What became of each, or would."""


def load(
    steps: checkpoints.Steps, reading: Callable[[int], SourceTable], make: Callable[[bool], Kind[Row]]
) -> dict[str, Any]:
    """Check the file and write it, or say what would become of it; returns the outcome.

    `make` gives a kind that writes, or one that only looks. Raises `cursor.Stopped` where asked to stop.
    """
    at, run = steps.cursor, steps.run
    if at.phase == checkpoints.READING:
        kind = make(False)
        _check(steps, kind, reading(at.row))
        _weigh(steps, kind)
    # What no longer fits when it is written does not unsay what the clerk chose when all did.
    written = run.mode == "good" or (run.mode == "all" and at.rows == at.valid)
    kind = make(written)
    steps.verdicts.whole = written and kind.whole
    _write(steps, kind, reading(at.row), written=written)
    checkpoints.forget(run)
    if written:
        steps.verdicts.save()
    return {"rows": at.rows, "valid": at.valid, **steps.verdicts.figures(written=written)}


def done_one_by_one(
    rows: Sequence[Row], put: Callable[[Row], RowResult], *, written: bool
) -> Iterator[RowResult]:
    """What became of each row, done one after the other; where nothing is to be written it is done and given up again."""
    with db.session.begin_nested() as savepoint:
        done = [put(row) for row in rows]
        if not written:
            savepoint.rollback()
    yield from done


def _check(steps: checkpoints.Steps, kind: Kind[Row], table: SourceTable) -> None:
    """Every row against the register as it is now; what another worker checked is not checked again."""
    at, begun = steps.cursor, False
    while rows := list(islice(table, ROWS_OF_A_CHUNK)):
        if begun:
            steps.keep()
        begun = True
        read = list(_read(kind, rows))
        good = kind.judged([(row, reader) for row, reader in read if row is not None], {})
        for _, reader in read:
            steps.import_problems.add(reader)
        _put_by(steps.run, at.chunks, {row.number: kind.key(row) for row in good}, rows)
        at.chunks, at.row = at.chunks + 1, rows[-1].number
        at.rows, at.valid = at.rows + len(read), at.valid + len(good)
        steps.progress(at.rows, table.total or None, Sentence("正在核对每一行"))


def _read(kind: Kind[Row], rows: Iterable[SourceRow]) -> Iterator[tuple[Row | None, RowReader]]:
    return (kind.read(row) for row in rows if not is_foot(row))


def _put_by(run: Import, number: int, known: Mapping[int, str], rows: Sequence[SourceRow]) -> None:
    lines = {row.number: row.line for row in rows}
    made = {
        "id": new_id(),
        "tenant_id": run.tenant_id,
        "import_id": run.id,
        "number": number,
        "codes": list(known.values()),
        "rows": list(known),
        "lines": [lines[each] for each in known],
        # Where the chunk ends in the file.
        "document": str(rows[-1].number),
    }
    db.session.execute(sa.insert(ImportChunk), [made])


def _weigh(steps: checkpoints.Steps, kind: Kind[Row]) -> None:
    """What only the whole file tells: what stood in an earlier row, and what stands and is not in it."""
    at = steps.cursor
    for doubled in chunks.leave_out_doubled(steps.run):
        column, error = kind.doubled(doubled.first)
        steps.import_problems.refuse(doubled.number, doubled.line, column, error)
        at.valid -= 1
    if kind.absent is not None:
        _add_gone(steps, kind.absent)
    at.phase, at.row = checkpoints.WRITING, 0
    if at.chunks > 1:
        steps.keep()


def _add_gone(steps: checkpoints.Steps, absent: Absent) -> None:
    given = {"load": steps.run.id, "tenant": steps.run.tenant_id}
    how_many = f"{_GIVEN} SELECT count(*) FROM {absent.rows}"  # noqa: S608 - a kind's own words
    first = f"{_GIVEN} SELECT {absent.key}, {absent.name} FROM {absent.rows} ORDER BY {absent.order} LIMIT {MOST_KEPT}"  # noqa: S608
    with joined_whole():
        count = db.session.scalar(sa.text(how_many), given) or 0
        found = db.session.execute(sa.text(first), given) if count else ()
        named = [(row[0], row[1]) for row in found]
    steps.verdicts.add_gone(count, named)


def _write(steps: checkpoints.Steps, kind: Kind[Row], table: SourceTable, *, written: bool) -> None:
    """Chunk by chunk what was found good, judged once more: between the two somebody may have changed the register."""
    run, at, verdicts = steps.run, steps.cursor, steps.verdicts
    note = Sentence("正在写入名录库") if written else Sentence("正在与名录库比对")
    while at.done < at.chunks:
        known, last = _good(run, at.done)
        read = [
            (row, reader)
            for row, reader in _read(kind, (each for each in _up_to(table, last) if each.number in known))
            if row is not None
        ]
        if written:
            kind.lock()
            chunks.say_source(run)
        good = kind.judged(read, known)
        for _, reader in read:
            # Whatever else there was to say of the row was said when it was checked.
            reader.remarks.clear()
            steps.import_problems.add(reader)
        for number, key, name, put in kind.put(good):
            verdicts.add(put.verdict, number, key, name, put.changes, put.made, put.before, put.former)
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


def _good(run: Import, number: int) -> tuple[Mapping[int, str], int]:
    """By what the rows of a chunk are known that were found good and stood in none before; and the last of the chunk."""
    query = sa.select(ImportChunk.rows, ImportChunk.codes, ImportChunk.left_out, ImportChunk.document).where(
        ImportChunk.import_id == run.id, ImportChunk.number == number
    )
    rows, keys, left_out, last = db.session.execute(query).one()
    out = frozenset(left_out)
    return {row: key for row, key in zip(rows, keys, strict=True) if row not in out}, int(last)
