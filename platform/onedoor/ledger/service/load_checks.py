"""A former platform's checks from a file (F11, R-V9, R-L11): they count for caps and for what was drawn this year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Entity
from onedoor.imports.models import Import
from onedoor.imports.rules.rows import RowReader
from onedoor.imports.service import checkpoints, two_pass
from onedoor.imports.service.import_problems import ImportProblems
from onedoor.imports.service.journal import CHANGED_SINCE, held_among, journal_rows, stood_at
from onedoor.imports.service.load_kinds import Holds
from onedoor.imports.service.row_outcomes import (
    CHANGED,
    NEW,
    UNCHANGED,
    RowOutcome,
    RowOutcomes,
    differing,
    read_as,
)
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.job_progress import NoProgress
from onedoor.kernel.spreadsheets import SourceRow, SourceTable
from onedoor.ledger.models import OutsideCheck
from onedoor.ledger.rules.f11_rows import CODE, FIRM, NUMBER, CheckRow, read_check
from onedoor.ledger.rules.origins import Registration
from onedoor.plans.service.cap_ledger import OutsideEntry, post_outside, take_back_outside

_OF_THE_OBJECT = ("entity_id", "entity_code", "entity_name")


def load_checks(
    reading: Callable[[int], SourceTable],
    run: Import,
    import_problems: ImportProblems,
    verdicts: RowOutcomes,
    progress: NoProgress,
) -> dict[str, Any]:
    """Enter them, or what changed in them; what is not in the file stays. Raises `cursor.Stopped` where asked to stop."""
    steps = checkpoints.Steps(run, import_problems, verdicts, progress)
    return two_pass.load(steps, reading, lambda written: _Checks(run, written=written))


class _Checks:
    whole = True
    absent = None

    def __init__(self, run: Import, *, written: bool) -> None:
        self._run, self._written = run, written
        self._objects: dict[int, tuple[UUID | None, str, str]] = {}

    def lock(self) -> None:
        """Nobody else writes what came with a file."""

    def read(self, row: SourceRow) -> tuple[CheckRow | None, RowReader]:
        return read_check(row, today())

    def judged(self, read: Sequence[tuple[CheckRow, RowReader]], known: Mapping[int, str]) -> list[CheckRow]:
        found = _Register([row for row, _ in read])
        self._objects = {}
        for row, reader in read:
            told = found.object_of(row, reader)
            if told is not None:
                self._objects[row.number] = told
        return [row for row, reader in read if not reader.problems]

    def key(self, row: CheckRow) -> str:
        return row.key(self._objects[row.number][1])

    def doubled(self, first: int) -> tuple[str, ClerkError]:
        return NUMBER, ClerkError("与第 %(row)s 行是同一次检查，只读入第 %(row)s 行。", row=first)

    def put(self, rows: Sequence[CheckRow]) -> Iterator[two_pass.RowResult]:
        standing = self._standing([self.key(row) for row in rows])
        adding: list[dict[str, Any]] = []
        entries: list[OutsideEntry] = []
        for row in rows:
            there, values = standing.get(self.key(row)), self._values(row)
            if there is None:
                adding.append(self._new(row, values))
                entries.append(_entry(adding[-1]["id"], values))
                put = RowOutcome(NEW, read_as(values), adding[-1]["id"])
            else:
                put = self._change(there, values, entries)
            name = f"{values['entity_name']} {values['checked_on'].isoformat()}"
            yield two_pass.RowResult(row.number, values["number"] or values["entity_code"], name, put)
        if self._written:
            db.session.flush()
            if adding:
                db.session.execute(sa.insert(OutsideCheck), adding)
            post_outside(entries)

    def _standing(self, keys: Sequence[str]) -> dict[str, OutsideCheck]:
        query = sa.select(OutsideCheck).where(
            OutsideCheck.tenant_id == self._run.tenant_id,
            OutsideCheck.key == sa.any_(sa.literal(list(keys), sa.ARRAY(sa.Text()))),
        )
        return {one.key: one for one in db.session.scalars(query)}

    def _values(self, row: CheckRow) -> dict[str, Any]:
        return {**dict(zip(_OF_THE_OBJECT, self._objects[row.number], strict=True)), **row.values}

    def _new(self, row: CheckRow, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            **values,
            "id": new_id(),
            "tenant_id": self._run.tenant_id,
            "origin": Registration.FORMER.value,
            "cause": None,
            "key": self.key(row),
            "import_id": self._run.id,
            "registered_at": now(),
            "registered_by": self._run.actor_name,
            "changed_at": now(),
        }

    def _change(
        self, there: OutsideCheck, values: Mapping[str, Any], entries: list[OutsideEntry]
    ) -> RowOutcome:
        changes = differing(there, {name: value for name, value in values.items() if name != "entity_id"})
        if not changes:
            return RowOutcome(UNCHANGED)
        before = {name: change[0] for name, change in changes.items()}
        before["updated_at"] = there.changed_at.isoformat()
        if self._written:
            for name in changes:
                setattr(there, name, values[name])
            there.entity_id, there.changed_at = values["entity_id"], now()
            take_back_outside([there.id])
            entries.append(_entry(there.id, values))
        return RowOutcome(CHANGED, changes, there.id, before)


class _Register:
    """What the register says of the objects of some rows, asked once for all of them: by code, else by name."""

    def __init__(self, rows: Sequence[CheckRow]) -> None:
        codes = sorted({row.code for row in rows if row.code})
        into = entity_queries.merges.standing_codes(codes)
        self._into = into
        asked = sorted({*codes, *into.values()})
        by_code = sa.select(Entity).where(Entity.code == sa.any_(sa.literal(asked, sa.ARRAY(sa.Text()))))
        self._by_code = {one.code: one for one in db.session.scalars(by_code)}
        names = sorted({row.firm for row in rows if not row.code})
        by_name = sa.select(Entity).where(Entity.name == sa.any_(sa.literal(names, sa.ARRAY(sa.Text()))))
        self._by_name: dict[str, list[Entity]] = {}
        for one in db.session.scalars(by_name) if names else ():
            self._by_name.setdefault(one.name, []).append(one)

    def object_of(self, row: CheckRow, reader: RowReader) -> tuple[UUID | None, str, str] | None:
        """Id, code and name of the object; None with what is wrong in the reader."""
        if not row.code:
            return self._named(row, reader)
        found = self._by_code.get(self._into.get(row.code, row.code))
        if found is None:
            reader.remark(
                CODE, ClerkError("名录里没有这个代码的主体，检查已按文件里的名称和代码列入台账，请核对。")
            )
            return None, row.code, row.firm
        if found.name != row.firm:
            told = ClerkError("名录里这个代码的名称是“%(name)s”，以名录为准，请核对。", name=found.name)
            reader.remark(FIRM, told)
        return found.id, found.code, found.name

    def _named(self, row: CheckRow, reader: RowReader) -> tuple[UUID | None, str, str] | None:
        found = self._by_name.get(row.firm, [])
        if len(found) == 1:
            return found[0].id, found[0].code, found[0].name
        if found:
            error = ClerkError(
                "名录里有 %(count)s 个主体叫这个名称，请填写统一社会信用代码。", count=len(found)
            )
        else:
            error = ClerkError("名录里没有叫这个名称的主体，请填写统一社会信用代码。")
        reader.refuse(FIRM, error)
        return None


def _entry(check_id: UUID, values: Mapping[str, Any]) -> OutsideEntry:
    year, entered = values["checked_on"].year, bool(values["entered"])
    return OutsideEntry(check_id, values["entity_code"], year, values["kind"], entered)


def held_checks(run: Import) -> Holds:
    """What was changed since, or is there no longer."""
    found = _loaded(run)
    touched = [row.subject_id for row in journal_rows(run) if row.subject_id]
    changed = [one for one in touched if one not in found or _changed_later(run, found[one])]
    yield CHANGED_SINCE, held_among(run, changed)


def undo_checks(run: Import) -> dict[str, Any]:
    """Remove what the load added, with its counts, and write again what the others were."""
    found = _loaded(run)
    new = [row.subject_id for row in journal_rows(run, NEW) if row.subject_id]
    take_back_outside(list(found))
    gone = sa.delete(OutsideCheck).where(
        OutsideCheck.id == sa.any_(sa.literal(new, sa.ARRAY(sa.Uuid()))),
        OutsideCheck.tenant_id == run.tenant_id,
    )
    db.session.execute(gone, execution_options={"synchronize_session": False})
    changed = [row for row in journal_rows(run, CHANGED) if row.subject_id]
    for row in changed:
        assert row.subject_id is not None
        _restore(found[row.subject_id], row.before or {})
    db.session.flush()
    back = [found[row.subject_id] for row in changed if row.subject_id]
    post_outside(
        OutsideEntry(one.id, one.entity_code, one.checked_on.year, one.kind, one.entered) for one in back
    )
    return {"removed": len(new), "restored": len(changed)}


def _restore(check: OutsideCheck, before: Mapping[str, Any]) -> None:
    for name, value in before.items():
        if name == "updated_at":
            continue
        setattr(check, name, date.fromisoformat(value) if name == "checked_on" else value)
    check.entity_id = db.session.scalar(sa.select(Entity.id).where(Entity.code == check.entity_code))
    check.changed_at = stood_at(before)


def _loaded(run: Import) -> dict[UUID, OutsideCheck]:
    ids = [row.subject_id for row in journal_rows(run)]
    query = sa.select(OutsideCheck).where(OutsideCheck.id == sa.any_(sa.literal(ids, sa.ARRAY(sa.Uuid()))))
    return {one.id: one for one in db.session.scalars(query)}


def _changed_later(run: Import, check: OutsideCheck) -> bool:
    return run.finished_at is not None and check.changed_at > run.finished_at
