"""Chunks of a load that are put by: which of their rows stood in an earlier one, and from where what they write comes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import sqlalchemy as sa

from onedoor.imports.models import Import, ImportChunk
from onedoor.kernel.db import db

_SAY_SOURCE = sa.text(
    "SELECT set_config('onedoor.source', :source, true), set_config('onedoor.import', :load, true)"
)
_DOUBLED = sa.text(
    "SELECT chunk, number, line, code, first FROM ("
    " SELECT c.number AS chunk, r.number, r.line, r.code,"
    ' min(r.number) OVER (PARTITION BY r.code COLLATE "C") AS first'
    " FROM import_chunk c, unnest(c.codes, c.rows, c.lines) AS r (code, number, line)"
    " WHERE c.import_id = :load) each WHERE number <> first ORDER BY number"
)


class Doubled(NamedTuple):
    """A row whose code stood in an earlier one, `first`."""

    chunk: int
    number: int
    line: int | None
    code: str
    first: int


def leave_out_doubled(run: Import) -> Iterator[Doubled]:
    """Rows whose code stood in an earlier one; they are not written."""
    chunks: dict[int, list[int]] = {}
    for found in db.session.execute(_DOUBLED, {"load": run.id}):
        doubled = Doubled(*found)
        chunks.setdefault(doubled.chunk, []).append(doubled.number)
        yield doubled
    leave_out(run, chunks)


def leave_out(run: Import, chunks: Mapping[int, list[int]]) -> None:
    """Rows of these numbers, by chunk, are not written."""
    for number, rows in chunks.items():
        chosen = sa.and_(ImportChunk.import_id == run.id, ImportChunk.number == number)
        more = sa.func.array_cat(ImportChunk.left_out, sa.literal(rows, sa.ARRAY(sa.Integer())))
        db.session.execute(sa.update(ImportChunk).where(chosen).values(left_out=more))


def say_source(run: Import, source: str = "") -> None:
    """Until the end of the transaction what is written comes from this load, or from its `undo`: for the history, which
    is kept by the statements that write (`entities.policies.history`)."""
    said = source or ("interface" if run.through == "interface" else "load")
    db.session.execute(_SAY_SOURCE, {"source": said, "load": str(run.id)})
