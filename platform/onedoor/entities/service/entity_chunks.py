"""Checked rows of a file on their way into the register, some thousands at once: put by, weighed, compared, written.

Chunks are rows of a table of ours, and each holds its entities as one text that PostgreSQL takes apart: COPY is not
allowed where row-level security is, and what stands in a text is written once, read once and gone at once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, NamedTuple

import sqlalchemy as sa

from onedoor.entities.rules.codes import GONE, LISTABLE
from onedoor.entities.rules.entity_rows import BY_ADDRESS, PLACE, UNSAID, EntityRow
from onedoor.imports.models import Import, ImportChunk
from onedoor.imports.service.chunks import leave_out, say_source
from onedoor.imports.service.row_outcomes import LEAVING, MOST_KEPT
from onedoor.kernel.clock import now, today
from onedoor.kernel.codes import entity_kind, is_provisional
from onedoor.kernel.db import db, joined_whole, new_id

# No text that was read from a file has them (`rules.rows.clean`).
_FIELD_END, _ROW_END = "\x1f", "\x1e"
# Beside the fields: what is said of one of them, and which of them a row says nothing of.
_COLUMNS = [
    field.name for field in fields(EntityRow) if field.name not in ("status_note", "unsaid", "registration")
]
_WRITTEN = [*(name for name in _COLUMNS if name != "number"), "status_note"]
_values = attrgetter(*_COLUMNS)
# What follows from the name is no change of its own.
_DERIVED = frozenset({"sort_key", "initials"})
_READ = {"number": "CAST({} AS integer)", "registered_on": "CAST(nullif({}, '') AS date)"}
_ID = len(_COLUMNS) + 1
_GIVEN = (
    "given AS MATERIALIZED (SELECT "  # noqa: S608 - our own names
    + ", ".join(
        f"{_READ.get(name, '{}').format(f'a[{place}]')} AS {name}" for place, name in enumerate(_COLUMNS, 1)
    )
    + f", CAST(a[{_ID}] AS uuid) AS id, coalesce(CAST(a[{_ID + 1}] AS integer), 0) AS unsaid"
    f", coalesce(a[{_ID + 2}], '') AS status_note"
    " FROM import_chunk c, string_to_table(c.document, chr(30)) AS line, string_to_array(line, chr(31)) AS a"
    " WHERE c.import_id = :load AND c.number = :chunk AND c.document <> ''"
    " AND CAST(a[1] AS integer) <> ALL (c.left_out))"
)
_TOLD = (
    " SELECT NULL, NULL, NULL, verdict, to_jsonb(count(*)) FROM told GROUP BY verdict"
    " UNION ALL SELECT number, code, name, verdict, changes FROM told WHERE verdict = ANY (:open)"
)
# Of what a statement wrote, those that the register had as gone and that are in business again.
RELISTED, _BACK = "relisted", "back"
_RETURNED = (
    f" UNION ALL SELECT NULL, NULL, NULL, '{_BACK}', to_jsonb(array_agg(e.id))"  # noqa: S608 - our own names
    " FROM done d JOIN stood e USING (code) JOIN made g USING (code)"
    " WHERE e.status = ANY (:gone) AND g.status = ANY (:in_business) HAVING count(*) > 0"
)
# And of those in business that would be gone, who leaves which library by that (R-L6).
_LEAVING = (
    f" UNION ALL SELECT NULL, NULL, NULL, '{LEAVING}', to_jsonb(array_agg(e.id))"  # noqa: S608 - our own names
    " FROM told d JOIN stood e USING (code) JOIN made g USING (code)"
    " WHERE d.verdict = 'changed' AND e.status = ANY (:in_business) AND g.status = ANY (:gone) HAVING count(*) > 0"
)
_ENTRIES = sa.text("SELECT library_entries(CAST(:ids AS uuid[]))")
_RELIST = sa.text("SELECT relist_loaded(CAST(:back AS uuid[]))")
# Of the codes in a load, the few whose entity was merged away.
_MERGED = sa.text(
    "SELECT c.number AS chunk, r.number, r.line, r.code"
    " FROM import_chunk c, unnest(c.codes, c.rows, c.lines) AS r (code, number, line)"
    " JOIN entity g ON g.code = r.code JOIN entity_merge m ON m.gone_id = g.id AND m.undone_at IS NULL"
    " WHERE c.import_id = :load AND r.number <> ALL (c.left_out) ORDER BY r.number"
)
# And of those whose code is one that an entity bore before it was corrected.
_CORRECTED = sa.text(
    "SELECT c.number AS chunk, r.number, r.line, r.code, e.name"
    " FROM import_chunk c, unnest(c.codes, c.rows, c.lines) AS r (code, number, line)"
    " JOIN former_codes() f ON f.code = r.code JOIN entity e ON e.id = f.id"
    " WHERE c.import_id = :load AND r.number <> ALL (c.left_out) ORDER BY r.number"
)
_NAMES = sa.text(
    "SELECT CAST(a[1] AS integer), a[:place] FROM import_chunk c,"
    " string_to_table(c.document, chr(30)) AS line, string_to_array(line, chr(31)) AS a"
    " WHERE c.import_id = :load AND c.number = :chunk AND c.document <> ''"
)
_STANDS = "NOT EXISTS (SELECT FROM entity_merge m WHERE m.gone_id = entity.id AND m.undone_at IS NULL)"
_ABSENT = (
    "WITH given AS MATERIALIZED (SELECT unnest(c.codes) AS code FROM import_chunk c WHERE c.import_id = :load)"
    " SELECT {} FROM entity e WHERE e.kept_by = :keeper AND e.status IN ('active', 'suspended')"
    " AND NOT EXISTS (SELECT FROM given g WHERE g.code = e.code)"
)


class Merged(NamedTuple):
    """A row whose code was merged away."""

    chunk: int
    number: int
    line: int | None
    code: str


def put_by(
    run: Import, number: int, read: Sequence[tuple[EntityRow, int | None]], mine: Sequence[EntityRow]
) -> None:
    """Keep a chunk: `read` are all its rows without fault, with their lines, `mine` those to be written."""
    rows = [[str(value) if value is not None else "" for value in _values(one)] for one in mine]
    text = _ROW_END.join(
        _FIELD_END.join((*row, str(new_id()), str(one.unsaid), one.status_note))
        for row, one in zip(rows, mine, strict=True)
    )
    made = {
        "id": new_id(),
        "tenant_id": run.tenant_id,
        "import_id": run.id,
        "number": number,
        "codes": [one.code for one, _ in read],
        "rows": [one.number for one, _ in read],
        "lines": [line for _, line in read],
        "document": text,
    }
    db.session.execute(sa.insert(ImportChunk), [made])


def leave_out_merged(run: Import, kinds: Collection[str]) -> list[Merged]:
    """Rows of these kinds whose code stands for another entity since a merge; they are not written (R-T4).

    The file is older than the merge, or its source does not know of it: what it says is of no entity of the register's,
    and written to the one that was merged away it would bring that one back into business.
    """
    found = [Merged(*each) for each in db.session.execute(_MERGED, {"load": run.id})]
    found = [each for each in found if is_provisional(each.code) or entity_kind(each.code) in kinds]
    chunks: dict[int, list[int]] = {}
    for each in found:
        chunks.setdefault(each.chunk, []).append(each.number)
    leave_out(run, chunks)
    return found


def leave_out_corrected(run: Import) -> list[Merged]:
    """Rows whose code was corrected, and that say by their name that they are still of that entity; they are not written.

    Under another name it is somebody else, whose code it was all the time.
    """
    found = db.session.execute(_CORRECTED, {"load": run.id}).all()
    names: dict[int, dict[int, str]] = {}
    for chunk in {row.chunk for row in found}:
        asked = {"load": run.id, "chunk": chunk, "place": _COLUMNS.index("name") + 1}
        names[chunk] = {row[0]: row[1] for row in db.session.execute(_NAMES, asked)}
    stale = [row for row in found if names[row.chunk].get(row.number) == row.name]
    chunks: dict[int, list[int]] = {}
    for row in stale:
        chunks.setdefault(row.chunk, []).append(row.number)
    leave_out(run, chunks)
    return [Merged(row.chunk, row.number, row.line, row.code) for row in stale]


def absent(run: Import) -> tuple[int, list[tuple[str, str]]]:
    """Entities in business that this bureau entered and that are not in the file: how many, and the first."""
    given = {"load": run.id, "keeper": run.tenant_id}
    first = sa.text(f"{_ABSENT.format('e.code, e.name')} ORDER BY e.sort_key, e.id LIMIT {MOST_KEPT}")
    with joined_whole():
        count = db.session.scalar(sa.text(_ABSENT.format("count(*)")), given) or 0
        return count, [(row[0], row[1]) for row in db.session.execute(first, given)] if count else []


def take(
    run: Import, number: int, present: set[str], open_verdicts: Sequence[str], *, write: bool
) -> tuple[dict[str, int], list[Any]]:
    """Write a chunk, or say what would become of it: how many of each verdict (and of targets `RELISTED` and
    `LEAVING`), and the rows of the open ones."""
    if write:
        say_source(run)
    given: dict[str, Any] = {"load": run.id, "chunk": number, "open": list(open_verdicts)}
    if write:
        given |= {"keeper": run.tenant_id, "now": now()}
        given |= {"today": today()} if "status" in present else {}
    if "status" in present:
        given |= {"gone": list(GONE), "in_business": list(LISTABLE)}
    found = db.session.execute(sa.text(_writing(present) if write else _comparing(present)), given).all()
    counts = {row[3]: row[4] for row in found if row[0] is None}
    if back := counts.pop(_BACK, None):
        # Those that left libraries, here and in other bureaus, while the register said that they ceased (R-L6).
        counts[RELISTED] = db.session.scalar(_RELIST, {"back": back})
    if gone := counts.pop(LEAVING, None):
        counts[LEAVING] = db.session.scalar(_ENTRIES, {"ids": gone})
    return counts, sorted((row for row in found if row[0] is not None), key=lambda row: row[0])


def _fields(present: set[str]) -> list[str]:
    """The fields a load writes."""
    return ["name", "sort_key", "initials", *(name for name in _COLUMNS if name in present)]


def _given(present: set[str]) -> str:
    """The rows as they are to stand: of an entity that is known, what a row says nothing of is what it was."""
    said = {name: f"g.unsaid & {UNSAID[name]} = 0" for name in UNSAID}
    said[PLACE] += f" AND (g.unsaid & {BY_ADDRESS} = 0 OR e.address <> g.address)"
    columns = ", ".join(
        f"CASE WHEN e.id IS NULL OR {said[name]} THEN g.{name} ELSE e.{name} END AS {name}"
        if name in present and name in said
        else f"g.{name}"
        for name in ("id", *_COLUMNS, "status_note")
    )
    return (
        f"{_GIVEN}, stood AS (SELECT e.* FROM entity e JOIN given USING (code)),"  # noqa: S608
        f" made AS MATERIALIZED (SELECT {columns} FROM given g LEFT JOIN stood e USING (code))"
    )


def _differences(present: set[str]) -> str:
    """Each field that differs between `e`, which stands, and `g`, which is given: `[before, after]`."""
    pairs = ", ".join(
        f"('{name}', to_jsonb(e.{name}), to_jsonb(g.{name}))"
        for name in _fields(present)
        if name not in _DERIVED
    )
    return (
        "(SELECT jsonb_object_agg(field, jsonb_build_array(before, after))"  # noqa: S608
        f" FROM (VALUES {pairs}) AS v (field, before, after) WHERE before IS DISTINCT FROM after)"
    )


def _changes(present: set[str], fresh: str = "") -> str:
    """Of a changed row what differs, and of a new one, where that is asked for, what was read."""
    changed = f"WHEN verdict = 'changed' AND 'changed' = ANY (:open) THEN {_differences(present)}"
    return f"CASE {changed} {fresh} END"


def _fresh(present: set[str]) -> str:
    pairs = ", ".join(
        f"('{name}', to_jsonb(g.{name}))" for name in _fields(present) if name not in {"name", *_DERIVED}
    )
    return (
        "WHEN verdict = 'new' AND 'new' = ANY (:open) THEN"  # noqa: S608
        " (SELECT jsonb_object_agg(field, jsonb_build_array(NULL, after))"
        f" FROM (VALUES {pairs}) AS v (field, after) WHERE after <> to_jsonb(CAST('' AS text)))"
        if pairs
        else ""
    )


def _comparing(present: set[str]) -> str:
    """What would become of each row."""
    ours, theirs = (", ".join(f"{side}.{name}" for name in _fields(present)) for side in ("e", "g"))
    return (
        f"WITH {_given(present)}, told AS (SELECT g.number, g.code, g.name, verdict, {_changes(present, _fresh(present))} AS changes"  # noqa: S608
        " FROM made g LEFT JOIN stood e USING (code), LATERAL (SELECT CASE WHEN e.id IS NULL THEN 'new'"
        f" WHEN ({ours}) IS DISTINCT FROM ({theirs}) THEN 'changed' ELSE 'unchanged' END) AS v (verdict)){_TOLD}"
        + (_LEAVING if "status" in present else "")
    )


def _writing(present: set[str]) -> str:
    """One statement for thousands of rows, which says what became of each."""
    columns, written = ", ".join(("id", *_WRITTEN)), _fields(present)
    changes = ", ".join(f"{name} = excluded.{name}" for name in written)
    if "status" in written:
        # Since when, and why, it is where it is now: what was noted of the state before makes room for the file's word.
        changes += ", status_since = CASE WHEN entity.status = excluded.status THEN entity.status_since"
        changes += " ELSE CAST(:today AS date) END, status_note = CASE WHEN entity.status = excluded.status"
        changes += " THEN entity.status_note ELSE excluded.status_note END"
    ours, theirs, stand, fresh = (
        ", ".join(f"{side}.{name}" for name in written) for side in ("entity", "excluded", "e", "g")
    )
    return (
        f"WITH {_given(present)}, done AS ("  # noqa: S608
        f" INSERT INTO entity ({columns}, kept_by, created_at, updated_at)"
        # What is equal is not even locked: a file that is loaded again leaves the register as it lies.
        f" SELECT {columns}, :keeper, :now, :now FROM made g WHERE NOT EXISTS (SELECT FROM stood e"
        f" WHERE e.code = g.code AND ({stand}) IS NOT DISTINCT FROM ({fresh})) ORDER BY code"
        f" ON CONFLICT (code) DO UPDATE SET {changes}, updated_at = excluded.updated_at"
        # Merged away while the load waited: it stays as the merge left it.
        f" WHERE ({ours}) IS DISTINCT FROM ({theirs}) AND {_STANDS}"
        " RETURNING code, CASE WHEN xmax = 0 THEN 'new' ELSE 'changed' END AS became),"
        " confirmed AS (INSERT INTO register_confirmation (id, tenant_id, import_id, at, codes)"
        " SELECT gen_random_uuid(), :keeper, :load, :now, array_agg(code) FROM made HAVING count(*) > 0),"
        f" told AS (SELECT g.number, g.code, g.name, verdict, {_changes(present)} AS changes"
        " FROM made g LEFT JOIN done d USING (code) LEFT JOIN stood e USING (code),"
        f" LATERAL (SELECT coalesce(d.became, 'unchanged')) AS v (verdict)){_TOLD}"
        + (_RETURNED + _LEAVING if "status" in written else "")
    )
