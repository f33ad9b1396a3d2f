"""Entities from a file into the shared register: checked row by row, written set by set, step by step (R-L5, R-T4).

First the whole file is read and checked, a chunk at a time, and what is without fault is put by (`chunks`). Then the
chunks are compared with the register, or written, each in one statement that says of each row what became of it; so
what a look says is what a load would do. Every step is kept with how far the load has come (`cursor`): a worker that is
killed, or a person who asks for a stop, costs no more than a step. A file of one chunk is one step, whole or not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from onedoor.entities import queries
from onedoor.entities.rules.entity_rows import (
    CODE,
    EXACT_PLACE,
    FIELDS,
    PLACE,
    REGISTRATION,
    EntityRow,
    Place,
    read_entity,
    unit_in,
)
from onedoor.entities.rules.plausibility import (
    Doubts,
    Surroundings,
    are_shifted,
    count_shifted,
    is_of_elsewhere,
    place_elsewhere,
)
from onedoor.entities.service import confirmations, entity_chunks
from onedoor.entities.service.faulty_codes import FaultyCodes
from onedoor.entities.service.provisional_numbers import Provisional, with_numbers
from onedoor.imports.models import Import
from onedoor.imports.rules.rows import is_foot
from onedoor.imports.service import checkpoints
from onedoor.imports.service import chunks as load_chunks
from onedoor.imports.service.import_problems import ImportProblems
from onedoor.imports.service.row_outcomes import CHANGED, NEW, UNCHANGED, RowOutcomes
from onedoor.kernel.clock import today
from onedoor.kernel.codes import KIND_NAMES, entity_kind, is_provisional
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.job_progress import NoProgress
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.spreadsheets import SourceTable
from tenants import queries as tenants

ROWS_OF_A_CHUNK = 5_000
# A column slips from some row on to the end: whether one has is told by so many rows.
_SHIFTED_WITHIN = 20_000
# So many rows of another keeper's kinds are named: enough to find them in the file.
MOST_OTHERS = 20
# Of so many places elsewhere rows are counted.
_MOST_PLACES = 200


def load_entities(
    reading: Callable[[int], SourceTable],
    run: Import,
    import_problems: ImportProblems,
    verdicts: RowOutcomes,
    progress: NoProgress,
) -> dict[str, Any]:
    """Read all rows; write those of the kinds this bureau keeps, or say what would become of them.

    `reading` gives the table below a row of the file. Rows of other keepers' kinds are no errors: they are counted in
    `elsewhere` by keeper, whose file it is, and the first are named in `others`. Raises `cursor.Stopped` where it was asked to stop.
    """
    steps = checkpoints.Steps(run, import_problems, verdicts, progress)
    if steps.cursor.phase == checkpoints.READING:
        _Reading(steps, reading(steps.cursor.row)).go()
        _weigh(steps)
    written = run.mode == "good" or (run.mode == "all" and not import_problems.rejected)
    _take(steps, written=written)
    at = steps.cursor
    if written:
        confirmations.settle(run, large=at.chunks > 1)
    checkpoints.forget(run)
    counts = verdicts.figures(written=written)
    relisted = verdicts.counts[entity_chunks.RELISTED]
    back = {entity_chunks.RELISTED: relisted} if relisted else {}
    elsewhere = {"elsewhere": _by_keeper(at.elsewhere), "others": _rows_by_keeper(at.others)}
    return {"rows": at.rows, "valid": at.valid, **elsewhere, **counts, **back}


class _Reading:
    """The rows of the file that were not read yet."""

    def __init__(self, steps: checkpoints.Steps, table: SourceTable) -> None:
        self._steps, self._at, self._table = steps, steps.cursor, table
        self._kept = queries.my_entity_kinds()
        self._places = places_of_mine()
        self._mine = _surroundings(self._places)
        self._doubts, self._faulty = Doubts(today()), FaultyCodes(self._at.faulty)
        layout = steps.run.layout or {"header": (), "places": {}}
        capital = layout["places"].get("注册资金")
        self._unit = unit_in(layout["header"][capital]) if capital is not None else ""

    def go(self) -> None:
        """Check them, a chunk at a time; what another worker put by is not read again."""
        begun = False
        while rows := list(islice(self._table, ROWS_OF_A_CHUNK)):
            if begun:
                self._steps.keep()
            begun = True
            self._put_by(rows)
            self._steps.progress(self._at.rows, self._table.total or None, Sentence("正在核对每一行"))
        self._faulty.tell(self._steps.run, self._steps.import_problems)
        self._refuse_shifted()
        self._refuse_elsewhere()

    def _refuse_elsewhere(self) -> None:
        """Another city's file is written only by who has looked it over first and then still says so."""
        run, places = self._steps.run, self._at.elsewhere_places
        count = sum(places.values())
        if not is_of_elsewhere(count, self._at.valid):
            return
        looked_over = (run.layout or {}).get("elsewhere")
        place = max(places, key=lambda name: places[name])
        run.layout = {**(run.layout or {}), "elsewhere": {"count": count, "place": place}}
        if run.mode != "check" and not looked_over:
            raise ClerkError(
                "有 %(count)s 行的所在地（%(place)s 等）不在本单位的辖区，像是其他地方的名录。没有写入任何数据；"
                "确实要导入的，请选“先核对”重新上传，看过再导入。",
                count=count,
                place=place,
            )

    def _refuse_shifted(self) -> None:
        """Names that slipped by a row are written only by who has looked the file over first and then still says so."""
        run, at = self._steps.run, self._at
        if not are_shifted(at.shifted, min(at.valid, _SHIFTED_WITHIN)):
            return
        looked_over = (run.layout or {}).get("shifted")
        run.layout = {**(run.layout or {}), "shifted": at.shifted}
        if run.mode != "check" and not looked_over:
            raise ClerkError(
                "有 %(count)s 行的名称变成了上一行或下一行主体的名称，像是名称一列错了行。没有写入任何数据；"
                "请核对文件，确实无误的，请选“先核对”重新上传，看过变化再导入。",
                count=at.shifted,
            )

    def _note_place(self, entity: EntityRow) -> None:
        places = self._at.elsewhere_places
        place = place_elsewhere(entity, self._mine)
        if place and (place in places or len(places) < _MOST_PLACES):
            places[place] = places.get(place, 0) + 1

    def _put_by(self, rows: Sequence[Any]) -> None:
        at, elsewhere, read, feet = self._at, Counter(self._at.elsewhere), [], 0
        found = [(row, *read_entity(row, self._places, self._unit)) for row in rows]
        provisional = Provisional((entity, row.cells.get(REGISTRATION, "")) for row, entity, _ in found)
        for row, entity, reader in found:
            if entity is None and is_foot(row):
                feet += 1
                continue
            entity = provisional.read(entity, row.cells.get(REGISTRATION, ""), reader)
            mine = entity is not None and entity.kind in self._kept
            if entity is not None and mine:
                self._doubts.tell(entity, reader)
                self._note_place(entity)
            self._steps.import_problems.add(reader)
            if entity is None:
                self._faulty.note(reader)
                continue
            if mine or entity.code:
                read.append((entity, row.line))
            if not mine:
                elsewhere[entity.kind] += 1
                named = at.others.setdefault(entity.kind, [])
                if len(named) < MOST_OTHERS:
                    named.append(row.number)
        entities = with_numbers([entity for entity, _ in read])
        read = [(entity, line) for entity, (_, line) in zip(entities, read, strict=True)]
        kept = [entity for entity in entities if entity.kind in self._kept]
        entity_chunks.put_by(self._steps.run, at.chunks, read, kept)
        if at.valid < _SHIFTED_WITHIN:
            at.shifted += count_shifted(kept, queries.names_of(entity.code for entity in kept))
        at.elsewhere = dict(elsewhere)
        at.chunks, at.row = at.chunks + 1, rows[-1].number
        at.rows, at.valid = at.rows + len(rows) - feet, at.valid + len(kept)


def _weigh(steps: checkpoints.Steps) -> None:
    """What only the whole file tells: rows whose code stood in an earlier one, and what stands and is not in it."""
    at, kept = steps.cursor, queries.my_entity_kinds()
    for doubled in load_chunks.leave_out_doubled(steps.run):
        error = ClerkError("与第 %(row)s 行的代码重复，只读入第 %(row)s 行。", row=doubled.first)
        steps.import_problems.refuse(doubled.number, doubled.line, CODE, error)
        kind = entity_kind(doubled.code)
        if kind in kept or is_provisional(doubled.code):
            at.valid -= 1
        else:
            at.elsewhere[kind] -= 1
            if doubled.number in at.others.get(kind, ()):
                at.others[kind].remove(doubled.number)
    merged = entity_chunks.leave_out_merged(steps.run, kept)
    into = queries.merges.standing_codes({each.code for each in merged})
    for each in merged:
        error = ClerkError(
            "这个代码的主体登记已并入 %(code)s，不再读入。请在文件里改用这个代码；确实是两个主体的，请先撤回合并。",
            code=into.get(each.code, ""),
        )
        steps.import_problems.refuse(each.number, each.line, CODE, error)
        at.valid -= 1
    corrected = entity_chunks.leave_out_corrected(steps.run)
    fresh = queries.merges.standing_codes({each.code for each in corrected})
    for each in corrected:
        error = ClerkError(
            "这个主体的代码已更正为 %(code)s，不再按原代码读入。请在文件里改用更正后的代码。",
            code=fresh.get(each.code, ""),
        )
        steps.import_problems.refuse(each.number, each.line, CODE, error)
        at.valid -= 1
    steps.verdicts.add_gone(*entity_chunks.absent(steps.run))
    at.phase = checkpoints.WRITING
    if at.chunks > 1:
        steps.keep()


def _take(steps: checkpoints.Steps, *, written: bool) -> None:
    """Compare each chunk that was put by, or write it; what the file says nothing of stays as it was."""
    run, at, verdicts = steps.run, steps.cursor, steps.verdicts
    columns = (run.layout or {}).get("places", {})
    present = {FIELDS[column] for column in columns if column in FIELDS}
    if {"注册地址", "区县", EXACT_PLACE} & set(columns):
        present.add(PLACE)
    note = Sentence("正在写入名录") if written else Sentence("正在与名录比对")
    while at.done < at.chunks:
        shown = [verdict for verdict in (NEW, CHANGED, UNCHANGED) if verdicts.room(verdict)]
        counts, rows = entity_chunks.take(run, at.done, present, shown, write=written)
        for number, code, name, verdict, changes in rows:
            verdicts.add(verdict, number, code, name, changes)
        for verdict, count in counts.items():
            verdicts.counts[verdict] += 0 if verdict in shown else count
        at.done += 1
        if at.done < at.chunks:
            steps.keep()
        done = sum(verdicts.counts[verdict] for verdict in (NEW, CHANGED, UNCHANGED))
        steps.progress(done, at.valid, note)


def places_of_mine() -> list[Place]:
    """The bureau's own place and those below it."""
    mine = tenants.my_bureau().jurisdiction_code
    known = {place.code: place for place in tenants.places()}
    found = []
    for code in tenants.places_under(mine):
        depth, at = 0, code
        while at != mine:
            depth, at = depth + 1, known[at].parent_code or mine
        found.append(Place(code, known[code].name, depth))
    return found


def _surroundings(places: Sequence[Place]) -> Surroundings:
    code = tenants.my_bureau().jurisdiction_code
    known = {place.code: place for place in tenants.places()}
    above, at = [], code
    while at and at in known:
        above.append(known[at].name)
        at = known[at].parent_code or ""
    return Surroundings(code, tuple(above), frozenset(place.name for place in places))


def _by_keeper(counts: dict[str, int]) -> dict[str, int]:
    keepers, named = _keepers(), Counter[str]()
    for kind, count in counts.items():
        named[keepers.get(kind, KIND_NAMES[kind])] += count
    return {name: count for name, count in named.items() if count}


def _rows_by_keeper(rows: dict[str, list[int]]) -> dict[str, list[int]]:
    keepers: dict[str, str] = _keepers()
    named: dict[str, list[int]] = {}
    for kind, numbers in rows.items():
        named.setdefault(keepers.get(kind, KIND_NAMES[kind]), []).extend(numbers)
    return {name: sorted(numbers)[:MOST_OTHERS] for name, numbers in named.items() if numbers}


def _keepers() -> dict[str, str]:
    return {kind: bureau.name for bureau in tenants.bureaus() for kind in bureau.entity_kinds}
