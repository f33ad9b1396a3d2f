"""Licences from a file, into the shared register: of the keeper of the entity any, of another bureau what it issued
itself (R-T4, R-L11)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from onedoor.entities.models import Entity, Licence, Premises
from onedoor.entities.rules.firm_rows import alike
from onedoor.entities.rules.licence_rows import (
    COLUMN_OF,
    ISSUER,
    NUMBER,
    UNTIL,
    LicenceRow,
    key_of,
    read_licence,
)
from onedoor.entities.rules.premises_rows import NUMBER as PREMISES
from onedoor.entities.service import merge_lock
from onedoor.entities.service.premises import refuse_wrong_days
from onedoor.entities.service.row_entities import Firms
from onedoor.imports.models import Import
from onedoor.imports.rules.rows import RowReader
from onedoor.imports.service import checkpoints, two_pass
from onedoor.imports.service.import_problems import ImportProblems
from onedoor.imports.service.row_outcomes import CHANGED, NEW, UNCHANGED, RowOutcome, RowOutcomes, differing
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.job_progress import NoProgress
from onedoor.kernel.spreadsheets import SourceRow, SourceTable
from tenants import queries as tenants

_END = "\x1f"
_FACTS = ("issued_on", "valid_to", "premises_number", "cancelled_on", "note")
_DAYS = ("issued_on", "valid_to", "cancelled_on")


def load_licences(
    reading: Callable[[int], SourceTable],
    run: Import,
    import_problems: ImportProblems,
    verdicts: RowOutcomes,
    progress: NoProgress,
) -> dict[str, Any]:
    """Enter and change licences; what is not in the file stays. Raises `cursor.Stopped` where asked to stop."""
    steps = checkpoints.Steps(run, import_problems, verdicts, progress)
    return two_pass.load(steps, reading, lambda written: _Licences(run, written=written))


class _Licences:
    whole = False
    lock = staticmethod(merge_lock.listing)
    absent = two_pass.Absent(
        "licence l JOIN entity e ON e.id = l.entity_id WHERE l.tenant_id = :tenant AND l.cancelled_on IS NULL"
        " AND NOT EXISTS (SELECT FROM given g WHERE g.code = l.id::text)",
        "l.number",
        "e.name || ' ' || l.kind",
        "e.sort_key, e.id, l.kind, l.number",
    )

    def __init__(self, run: Import, *, written: bool) -> None:
        self._run, self._written = run, written
        self._firms, self._me = Firms(), tenants.my_bureau().name
        self._issued: dict[int, str] = {}
        self._licences: dict[tuple[str, ...], Licence] = {}
        self._issuers: dict[tuple[str, ...], list[str]] = {}
        self._numbers: dict[UUID, set[int]] = {}

    def read(self, row: SourceRow) -> tuple[LicenceRow | None, RowReader]:
        return read_licence(row)

    def judged(
        self, read: Sequence[tuple[LicenceRow, RowReader]], known: Mapping[int, str]
    ) -> list[LicenceRow]:
        self._look_up([row.code for row, _ in read])
        for row, reader in read:
            self._judge(row, reader)
        return [row for row, reader in read if not reader.problems]

    def key(self, row: LicenceRow) -> str:
        found = self._found(row)
        return str(found.id) if found is not None else _END.join(row.key(self._issued[row.number]))

    def doubled(self, first: int) -> tuple[str, ClerkError]:
        return NUMBER, ClerkError("与第 %(row)s 行是同一个许可证，只读入第 %(row)s 行。", row=first)

    def put(self, rows: Sequence[LicenceRow]) -> Iterator[two_pass.RowResult]:
        adding = [self._new(row) for row in rows if self._found(row) is None] if self._written else []
        taken = self._add(adding)
        for row in rows:
            found = self._found(row)
            name = f"{self._firms.by_code[row.code].name} {row.kind}"
            key = row.key(self._issued[row.number])
            # One that another entered a moment before is as it was entered.
            fresh = RowOutcome(NEW) if not self._written or key in taken else RowOutcome(UNCHANGED)
            put = fresh if found is None else self._change(row, found)
            yield two_pass.RowResult(row.number, row.mark, name, put)
        if self._written:
            db.session.flush()

    def _look_up(self, codes: Sequence[str]) -> None:
        entities = {one.id: one for one in self._firms.look_up(codes)}
        self._issued, self._licences, self._issuers, self._numbers = {}, {}, {}, {}
        for one in db.session.scalars(sa.select(Licence).where(Licence.entity_id.in_(entities))):
            key = key_of(entities[one.entity_id].code, one.kind, one.number, one.issued_by)
            self._licences[key] = one
            self._issuers.setdefault(key[:3], []).append(one.issued_by)
        places = sa.select(Premises.entity_id, Premises.number).where(Premises.entity_id.in_(entities))
        for entity_id, number in db.session.execute(places):
            self._numbers.setdefault(entity_id, set()).add(number)

    def _found(self, row: LicenceRow) -> Licence | None:
        return self._licences.get(row.key(self._issued[row.number]))

    def _judge(self, row: LicenceRow, reader: RowReader) -> None:
        entity = self._firms.of(row, reader)
        if entity is None:
            return
        issuer = reader.read(ISSUER, lambda: self._issuer(row, entity))
        if issuer is None:
            return
        self._issued[row.number] = issuer
        found = self._found(row)
        number = row.values.get("premises_number")
        if number and number not in self._numbers.get(entity.id, set()):
            reader.refuse(
                PREMISES, ClerkError("这个主体没有第 %(number)s 号经营场所，请核对。", number=number)
            )
        days = {name: getattr(found, name) if found else None for name in _DAYS}
        try:
            refuse_wrong_days({**days, **row.values})
        except ClerkError as error:
            reader.refuse(COLUMN_OF[next(iter(error.fields))], error)
        unsaid = "valid_to" not in row.values and not reader.row.cells.get(UNTIL)
        if found is None and unsaid and not reader.problems:
            reader.remark(UNTIL, ClerkError("没有填写有效期至，按长期有效读入，请核对。"))

    def _issuer(self, row: LicenceRow, entity: Entity) -> str:
        """Who issued it: of another than the keeper's bureau itself, else the one whose licence is known."""
        if not self._firms.kept(entity):
            if row.issuer and alike(row.issuer) != alike(self._me):
                raise ClerkError(
                    "本单位只能导入自己发的许可证；这个许可证由发证机关或%(keeper)s维护，有误的请在主体页面提出更正。",
                    keeper=self._firms.keeper(entity),
                )
            return self._me
        known = self._issuers.get(row.key("")[:3], [])
        if row.issuer:
            return next((one for one in known if alike(one) == alike(row.issuer)), row.issuer)
        if len(known) > 1:
            raise ClerkError(
                "有 %(count)s 个发证机关发过这个编号的许可证，请填写发证机关。", count=len(known)
            )
        if not known:
            raise ClerkError("没有填写“%(column)s”。", column=ISSUER)
        return known[0]

    def _change(self, row: LicenceRow, found: Licence) -> RowOutcome:
        changes = differing(found, row.values)
        if self._written and changes:
            for name in changes:
                setattr(found, name, row.values[name])
            found.updated_at = now()
        return RowOutcome(CHANGED, changes) if changes else RowOutcome(UNCHANGED)

    def _new(self, row: LicenceRow) -> dict[str, Any]:
        values = {**dict.fromkeys(_FACTS), "note": "", **row.values}
        return {
            "id": new_id(),
            "tenant_id": self._run.tenant_id,
            "entity_id": self._firms.by_code[row.code].id,
            "kind": row.kind,
            "number": row.mark,
            "issued_by": self._issued[row.number],
            **values,
            "created_at": now(),
            "updated_at": now(),
        }

    def _add(self, adding: Sequence[Mapping[str, Any]]) -> set[tuple[str, ...]]:
        """Enter them; by what those are known that came in."""
        if not adding:
            return set()
        codes = {one.id: code for code, one in self._firms.by_code.items()}
        entering = insert(Licence).values(list(adding)).on_conflict_do_nothing()
        columns = (Licence.entity_id, Licence.kind, Licence.number, Licence.issued_by)
        came = db.session.execute(entering.returning(*columns))
        return {key_of(codes[row[0]], row[1], row[2], row[3]) for row in came}
