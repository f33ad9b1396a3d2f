"""Entities from a file into the shared register: checked row by row, written set by set (R-L5, R-T4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import astuple, fields
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
from onedoor.registry.rules.entities import CODE, FIELDS, EntityRow, Place, first_of_each, read_entity
from onedoor.registry.service.told import Told
from tenants import queries as tenants

_CHUNK = 5_000
_TELL_EVERY = 1_000
_COLUMNS = [field.name for field in fields(EntityRow) if field.name != "number"]
_DATES = frozenset({"registered_on"})


def load_entities(
    table: SourceTable, run: Import, told: Told, progress: Callable[..., None]
) -> dict[str, Any]:
    """Read all rows, then write those of the kinds this bureau keeps.

    Rows of other keepers' kinds are no errors: they are counted in `elsewhere` by keeper, whose file it is.
    """
    rows, entities = _read(table, told, progress)
    first, again = first_of_each(entities)
    for entity, number in again:
        told.refuse(
            entity.number, CODE, ClerkError("与第 %(row)s 行的代码重复，只读入第 %(row)s 行。", row=number)
        )
    kept = queries.my_entity_kinds()
    mine = [entity for entity in first if entity.kind in kept]
    outcome: dict[str, Any] = {"rows": rows, "valid": len(mine), "added": 0, "changed": 0, "unchanged": 0}
    outcome["elsewhere"] = _elsewhere(entity for entity in first if entity.kind not in kept)
    if run.mode == "good" or (run.mode == "all" and not told.rejected):
        present = {FIELDS[column] for column in table.columns if column in FIELDS}
        outcome.update(_write(mine, present, run, progress))
    return outcome


def _read(table: SourceTable, told: Told, progress: Callable[..., None]) -> tuple[int, list[EntityRow]]:
    places, entities, rows = _places(), [], 0
    for row in table:
        rows += 1
        entity, reader = read_entity(row, places)
        told.add(reader)
        if entity is not None:
            entities.append(entity)
        if rows % _TELL_EVERY == 0:
            progress(rows, table.total, Sentence("正在核对代码"))
    return rows, entities


def _write(
    entities: Sequence[EntityRow], present: set[str], run: Import, progress: Callable[..., None]
) -> dict[str, int]:
    ordered = sorted(entities, key=lambda entity: entity.code)
    statement = sa.text(_upsert(present))
    counts: Counter[bool] = Counter()
    for start in range(0, len(ordered), _CHUNK):
        chunk = ordered[start : start + _CHUNK]
        columns = dict(
            zip(_COLUMNS, zip(*(astuple(entity)[1:] for entity in chunk), strict=True), strict=True)
        )
        values = {name: list(column) for name, column in columns.items()}
        told = {"keeper": run.tenant_id, "now": now(), "today": today()}
        counts.update(db.session.scalars(statement, {**values, **told}))
        progress(start + len(chunk), len(ordered), Sentence("正在写入名录"))
    added, changed = counts[True], counts[False]
    return {"added": added, "changed": changed, "unchanged": len(ordered) - added - changed}


def _upsert(present: set[str]) -> str:
    """One statement for thousands of rows. What the file has no column for stays as it was."""
    columns = ", ".join(_COLUMNS)
    arrays = ", ".join(f"CAST(:{name} AS {'date' if name in _DATES else 'text'}[])" for name in _COLUMNS)
    written = ["name", "sort_key", "initials", *(name for name in _COLUMNS if name in present)]
    if "address" in present:
        written.append("jurisdiction_code")
    changes = ", ".join(f"{name} = excluded.{name}" for name in written)
    ours = ", ".join(f"entity.{name}" for name in written)
    theirs = ", ".join(f"excluded.{name}" for name in written)
    return (
        f"INSERT INTO entity ({columns}, kept_by, created_at, updated_at)"  # noqa: S608 - our own names
        f" SELECT given.*, :keeper, :now, :now FROM unnest({arrays}) AS given ({columns})"
        f" ON CONFLICT (code) DO UPDATE SET {changes}, updated_at = excluded.updated_at, status_since ="
        " CASE WHEN entity.status = excluded.status THEN entity.status_since ELSE CAST(:today AS date) END"
        f" WHERE ({ours}) IS DISTINCT FROM ({theirs})"
        " RETURNING (xmax = 0)"
    )


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


def _elsewhere(entities: Any) -> dict[str, int]:
    counts = Counter(entity.kind for entity in entities)
    keepers = {kind: bureau.name for bureau in tenants.bureaus() for kind in bureau.entity_kinds}
    named: Counter[str] = Counter()
    for kind, count in counts.items():
        named[keepers.get(kind, KIND_NAMES[kind])] += count
    return dict(named)
