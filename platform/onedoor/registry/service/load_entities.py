"""Entities from a file into the shared register: checked row by row, written set by set (R-L5, R-T4).

The file is read a chunk at a time. A chunk is compared, or written, in one statement that says of each row what became
of it; so what a look says is what a load would do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, fields
from itertools import islice
from typing import Any

import sqlalchemy as sa

from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.spreadsheets import SourceTable
from onedoor.registry import queries
from onedoor.registry.models import Import
from onedoor.registry.rules.codes import KIND_NAMES
from onedoor.registry.rules.entities import CODE, FIELDS, EntityRow, Place, read_entity
from onedoor.registry.service.told import Told
from onedoor.registry.service.verdicts import CHANGED, MOST_KEPT, NEW, UNCHANGED, Verdicts
from tenants import queries as tenants

_CHUNK = 5_000
_COLUMNS = [field.name for field in fields(EntityRow)]
_TYPES = {"number": "integer", "registered_on": "date"}
# What follows from the name is no change of its own.
_DERIVED = frozenset({"sort_key", "initials"})


def load_entities(
    reading: Callable[[], SourceTable],
    run: Import,
    told: Told,
    verdicts: Verdicts,
    progress: Callable[..., None],
) -> dict[str, Any]:
    """Read all rows; write those of the kinds this bureau keeps, or say what would become of them.

    Rows of other keepers' kinds are no errors: they are counted in `elsewhere` by keeper, whose file it is.
    """
    loading = _Loading(run, told, verdicts, progress)
    if run.mode != "good":
        loading.go(reading(), write=False)
    if run.mode == "good" or (run.mode == "all" and not told.rejected):
        if run.mode == "all":
            loading = _Loading(run, told.forget(), verdicts.forget(), progress)
        loading.go(reading(), write=True)
        return loading.outcome(written=True)
    return loading.outcome(written=False)


class _Loading:
    """One pass over the file."""

    def __init__(self, run: Import, told: Told, verdicts: Verdicts, progress: Callable[..., None]) -> None:
        self._run, self._told, self._verdicts, self._progress = run, told, verdicts, progress
        self._kept = queries.my_entity_kinds()
        self._places = _places()
        # The number of the first row with each code.
        self._seen: dict[str, int] = {}
        self._elsewhere: Counter[str] = Counter()
        self._rows = self._valid = 0

    def go(self, table: SourceTable, *, write: bool) -> None:
        """Check each chunk and compare or write it; what the file has no column for stays as it was."""
        present = {FIELDS[column] for column in table.columns if column in FIELDS}
        statement = sa.text(_writing(present) if write else _comparing(present))
        if write:
            _say_source(self._run)
        note = Sentence("正在写入名录") if write else Sentence("正在核对代码")
        while rows := list(islice(table, _CHUNK)):
            mine = [entity for entity in self._read(rows) if entity.kind in self._kept]
            self._valid += len(mine)
            self._take(statement, sorted(mine, key=lambda entity: entity.code))
            self._progress(self._rows, table.total, note)

    def outcome(self, *, written: bool) -> dict[str, Any]:
        """The counts."""
        self._verdicts.add_gone(*_gone(self._run, list(self._seen)))
        return {
            "rows": self._rows,
            "valid": self._valid,
            "elsewhere": _by_keeper(self._elsewhere),
            **self._verdicts.told(written=written),
        }

    def _read(self, rows: Sequence[Any]) -> Iterator[EntityRow]:
        for row in rows:
            self._rows += 1
            entity, reader = read_entity(row, self._places)
            first = self._seen.setdefault(entity.code, row.number) if entity is not None else row.number
            if first != row.number:
                reader.refuse(CODE, ClerkError("与第 %(row)s 行的代码重复，只读入第 %(row)s 行。", row=first))
            self._told.add(reader)
            if entity is None or first != row.number:
                continue
            if entity.kind not in self._kept:
                self._elsewhere[entity.kind] += 1
            yield entity

    def _take(self, statement: sa.TextClause, chunk: list[EntityRow]) -> None:
        if not chunk:
            return
        columns = dict(zip(_COLUMNS, zip(*map(astuple, chunk), strict=True), strict=True))
        values: dict[str, Any] = {name: list(column) for name, column in columns.items()}
        values |= {"keeper": self._run.tenant_id, "now": now(), "today": today()}
        touched = set()
        for number, code, name, fresh, changes in db.session.execute(statement, values):
            touched.add(number)
            self._verdicts.add(NEW if fresh else CHANGED, number, code, name, changes)
        for entity in chunk:
            if entity.number not in touched:
                self._verdicts.add(UNCHANGED, entity.number, entity.code, entity.name)


def _say_source(run: Import) -> None:
    """For the history, which is kept by the statement that writes (`registry.history`)."""
    told = "SELECT set_config('onedoor.source', :source, true), set_config('onedoor.import', :load, true)"
    source = "interface" if run.through == "interface" else "load"
    db.session.execute(sa.text(told), {"source": source, "load": str(run.id)})


def _given() -> str:
    arrays = ", ".join(f"CAST(:{name} AS {_TYPES.get(name, 'text')}[])" for name in _COLUMNS)
    return f"given AS (SELECT * FROM unnest({arrays}) AS given ({', '.join(_COLUMNS)}))"  # noqa: S608 - our own names


def _written(present: set[str]) -> list[str]:
    """The fields a load writes; the place follows from the address, if the file has that."""
    written = ["name", "sort_key", "initials", *(name for name in _COLUMNS if name in present)]
    return [*written, "jurisdiction_code"] if "address" in present else written


def _differences(present: set[str]) -> str:
    """Each field that differs between `e`, which stands, and `g`, which is given: `[before, after]`."""
    pairs = ", ".join(
        f"('{name}', to_jsonb(e.{name}), to_jsonb(g.{name}))"
        for name in _written(present)
        if name not in _DERIVED
    )
    return (
        "(SELECT jsonb_object_agg(field, jsonb_build_array(before, after))"  # noqa: S608
        f" FROM (VALUES {pairs}) AS v (field, before, after) WHERE before IS DISTINCT FROM after)"
    )


def _comparing(present: set[str]) -> str:
    """What would become of each row; rows that change nothing are not returned."""
    written = _written(present)
    ours, theirs = (", ".join(f"{side}.{name}" for name in written) for side in ("e", "g"))
    return (
        f"WITH {_given()}"  # noqa: S608 - our own names
        " SELECT g.number, g.code, g.name, e.id IS NULL,"
        f" CASE WHEN e.id IS NOT NULL THEN {_differences(present)} END"
        " FROM given g LEFT JOIN entity e ON e.code = g.code"
        f" WHERE e.id IS NULL OR ({ours}) IS DISTINCT FROM ({theirs}) ORDER BY g.number"
    )


def _writing(present: set[str]) -> str:
    """One statement for thousands of rows, which says what became of each."""
    columns = ", ".join(name for name in _COLUMNS if name != "number")
    written = _written(present)
    changes = ", ".join(f"{name} = excluded.{name}" for name in written)
    ours, theirs = (", ".join(f"{side}.{name}" for name in written) for side in ("entity", "excluded"))
    return (
        f"WITH {_given()}, stood AS (SELECT e.* FROM entity e JOIN given USING (code)), done AS ("  # noqa: S608
        f" INSERT INTO entity ({columns}, kept_by, created_at, updated_at)"
        f" SELECT {columns}, :keeper, :now, :now FROM given ORDER BY code"
        f" ON CONFLICT (code) DO UPDATE SET {changes}, updated_at = excluded.updated_at, status_since ="
        " CASE WHEN entity.status = excluded.status THEN entity.status_since ELSE CAST(:today AS date) END"
        f" WHERE ({ours}) IS DISTINCT FROM ({theirs})"
        " RETURNING code, (xmax = 0) AS fresh)"
        f" SELECT g.number, g.code, g.name, d.fresh, CASE WHEN NOT d.fresh THEN {_differences(present)} END"
        " FROM done d JOIN given g USING (code) LEFT JOIN stood e USING (code) ORDER BY g.number"
    )


def _gone(run: Import, codes: list[str]) -> tuple[int, list[tuple[str, str]]]:
    """Entities in business that this bureau entered and that are not in the file: how many, and the first."""
    given = {"keeper": run.tenant_id, "codes": codes, "most": MOST_KEPT}
    absent = (
        "FROM entity e WHERE e.kept_by = :keeper AND e.status IN ('active', 'suspended')"
        " AND NOT EXISTS (SELECT FROM unnest(CAST(:codes AS text[])) AS c (code) WHERE c.code = e.code)"
    )
    count = db.session.scalar(sa.text(f"SELECT count(*) {absent}"), given) or 0
    first = sa.text(f"SELECT e.code, e.name {absent} ORDER BY e.sort_key, e.id LIMIT :most")
    return count, [(row[0], row[1]) for row in db.session.execute(first, given)] if count else []


def _places() -> list[Place]:
    mine = tenants.my_bureau().jurisdiction_code
    known = {place.code: place for place in tenants.places()}
    found = []
    for code in tenants.places_under(mine):
        depth, at = 0, code
        while at != mine:
            depth, at = depth + 1, known[at].parent_code or mine
        found.append(Place(code, known[code].name, depth))
    return found


def _by_keeper(counts: Counter[str]) -> dict[str, int]:
    keepers = {kind: bureau.name for bureau in tenants.bureaus() for kind in bureau.entity_kinds}
    named: Counter[str] = Counter()
    for kind, count in counts.items():
        named[keepers.get(kind, KIND_NAMES[kind])] += count
    return dict(named)
