"""Places of business from a file of the keeper's, into the shared register (R-T4, R-L11)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities import queries
from onedoor.entities.models import Entity, Premises
from onedoor.entities.rules.entity_rows import place_of
from onedoor.entities.rules.firm_rows import CODE, alike
from onedoor.entities.rules.premises_rows import (
    ADDRESS,
    CLOSED,
    PLACE,
    PremisesRow,
    is_row_at,
    place_of_row,
    read_premises,
)
from onedoor.entities.service import merge_lock
from onedoor.entities.service.load_entities import places_of_mine
from onedoor.entities.service.premises import next_numbers
from onedoor.entities.service.row_entities import Firms, no_such_place, places_by_name
from onedoor.imports.models import Import
from onedoor.imports.rules.rows import RowReader
from onedoor.imports.service import checkpoints, two_pass
from onedoor.imports.service.import_problems import ImportProblems
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
from onedoor.kernel.codes import KIND_NAMES
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Forbidden
from onedoor.kernel.job_progress import NoProgress
from onedoor.kernel.spreadsheets import SourceRow, SourceTable

# Between the code and the number of a place that is known, or what names one that is not.
_KNOWN, _NEW, _END = "#", "@", "\x1f"


def load_premises(
    reading: Callable[[int], SourceTable],
    run: Import,
    import_problems: ImportProblems,
    verdicts: RowOutcomes,
    progress: NoProgress,
) -> dict[str, Any]:
    """Enter and change places of business; what is not in the file stays. Raises `cursor.Stopped` where asked to stop."""
    require_keeper_of_entities()
    steps = checkpoints.Steps(run, import_problems, verdicts, progress)
    return two_pass.load(steps, reading, lambda written: _Places(run, written=written))


def require_keeper_of_entities() -> None:
    """Raises Forbidden for a bureau that keeps no kind of entity."""
    if not queries.my_entity_kinds():
        raise Forbidden(
            "经营场所由市场监管、民政等登记部门维护，本单位不能导入；发现有误的，请在主体页面提出更正。"
        )


class _Places:
    whole = False
    lock = staticmethod(merge_lock.listing)
    absent = two_pass.Absent(
        "premises p JOIN entity e ON e.id = p.entity_id WHERE p.tenant_id = :tenant AND p.closed_on IS NULL"
        " AND NOT EXISTS (SELECT FROM given g WHERE g.code = e.code || '#' || p.number)",
        "e.code",
        "e.name || ' ' || p.address",
        "e.sort_key, e.id, p.number",
    )

    def __init__(self, run: Import, *, written: bool) -> None:
        self._run, self._written = run, written
        self._firms, self._named, self._mine = Firms(), places_by_name(), places_of_mine()
        self._itself = next(one.code for one in self._mine if one.depth == 0)
        self._places: dict[UUID, list[Premises]] = {}
        self._found: dict[int, Premises | None] = {}

    def read(self, row: SourceRow) -> tuple[PremisesRow | None, RowReader]:
        return read_premises(row, today())

    def judged(
        self, read: Sequence[tuple[PremisesRow, RowReader]], known: Mapping[int, str]
    ) -> list[PremisesRow]:
        ids = [one.id for one in self._firms.look_up(row.code for row, _ in read)]
        self._places, self._found = {}, {}
        for place in db.session.scalars(sa.select(Premises).where(Premises.entity_id.in_(ids))):
            self._places.setdefault(place.entity_id, []).append(place)
        for row, reader in read:
            self._judge(row, reader, known.get(row.number, ""))
        return [row for row, reader in read if not reader.problems]

    def key(self, row: PremisesRow) -> str:
        place = self._found[row.number]
        if place is not None:
            return f"{row.code}{_KNOWN}{place.number}"
        return f"{row.code}{_NEW}{alike(row.name)}{_END}{alike(row.address)}"

    def doubled(self, first: int) -> tuple[str, ClerkError]:
        return CODE, ClerkError("与第 %(row)s 行是同一个经营场所，只读入第 %(row)s 行。", row=first)

    def put(self, rows: Sequence[PremisesRow]) -> Iterator[two_pass.RowResult]:
        fresh = [row for row in rows if self._found[row.number] is None]
        numbers = self._numbers(fresh) if self._written else {}
        adding: list[dict[str, Any]] = []
        for row in rows:
            entity, place = self._firms.by_code[row.code], self._found[row.number]
            if place is None:
                adding.append(self._new(row, entity, numbers))
            name = f"{entity.name} {row.address or (place.address if place else '')}"
            put = RowOutcome(NEW, read_as(adding[-1])) if place is None else self._change(row, place)
            yield two_pass.RowResult(row.number, row.code, name, put)
        if self._written:
            db.session.flush()
            if adding:
                db.session.execute(sa.insert(Premises).values(adding))

    def _judge(self, row: PremisesRow, reader: RowReader, known: str) -> None:
        entity = self._firms.of(row, reader)
        if entity is None:
            return
        if not self._firms.kept(entity):
            error = ClerkError(
                "%(kind)s的经营场所由%(keeper)s维护，本单位不能导入；有误的请在主体页面提出更正。",
                kind=KIND_NAMES[entity.kind],
                keeper=self._firms.keeper(entity),
            )
            reader.refuse(CODE, error)
            return
        if row.place and row.place not in self._named:
            reader.refuse(PLACE, no_such_place(row.place))
        try:
            place = self._place(row, self._places.get(entity.id, []), known)
        except ClerkError as error:
            reader.refuse(next(iter(error.fields), ADDRESS), error)
            return
        self._found[row.number] = place
        if place is None:
            self._judge_new(row, reader, entity)
        else:
            self._judge_known(row, reader, place)

    def _place(self, row: PremisesRow, places: Sequence[Premises], known: str) -> Premises | None:
        """Which one the row is about; when it is written that which it was when it was checked."""
        if known.startswith(row.code + _KNOWN):
            number = int(known.removeprefix(row.code + _KNOWN))
            found = next((one for one in places if one.number == number), None)
            return found or place_of_row(row, places)
        if known:
            return next((one for one in places if is_row_at(row, one)), None)
        return place_of_row(row, places)

    def _judge_new(self, row: PremisesRow, reader: RowReader, entity: Entity) -> None:
        there = [
            one
            for one in self._places.get(entity.id, [])
            if one.name and alike(one.address) == alike(row.address)
        ]
        if there:
            error = ClerkError(
                "第 %(number)s 号场所“%(name)s”也在这个地址，这一行按另一个场所新增；是同一个改了名称的，请填写场所编号。",
                number=there[0].number,
                name=there[0].name,
            )
            reader.remark(ADDRESS, error)

    def _judge_known(self, row: PremisesRow, reader: RowReader, place: Premises) -> None:
        if row.address and not row.place and alike(row.address) != alike(place.address):
            reader.remark(PLACE, ClerkError("地址有变动，所在地没有填写，仍按原来的不变，请核对。"))
        if place.closed_on is not None and "closed_on" not in row.values:
            reader.remark(
                CLOSED,
                ClerkError(
                    "第 %(number)s 号场所已停用；恢复使用的，请在停用日期一格填“无”。", number=place.number
                ),
            )

    def _values(self, row: PremisesRow) -> dict[str, Any]:
        return {**row.values, **({"jurisdiction_code": self._named[row.place]} if row.place else {})}

    def _change(self, row: PremisesRow, place: Premises) -> RowOutcome:
        values = self._values(row)
        changes = differing(place, values)
        if self._written and changes:
            for name in changes:
                setattr(place, name, values[name])
            place.updated_at = now()
        return RowOutcome(CHANGED, changes) if changes else RowOutcome(UNCHANGED)

    def _numbers(self, rows: Sequence[PremisesRow]) -> dict[UUID, int]:
        return next_numbers([self._firms.by_code[row.code].id for row in rows])

    def _new(self, row: PremisesRow, entity: Entity, numbers: dict[UUID, int]) -> dict[str, Any]:
        number = numbers.get(entity.id, 0)
        numbers[entity.id] = number + 1
        at = place_of("", row.address, self._mine)
        values = {
            # Where the row does not say it: the place its address names, else that of the entity.
            "jurisdiction_code": entity.jurisdiction_code if at == self._itself else at,
            "name": "",
            "address": row.address,
            "closed_on": None,
            "note": "",
            **self._values(row),
        }
        given = {"id": new_id(), "tenant_id": self._run.tenant_id, "entity_id": entity.id, "number": number}
        return {**given, **values, "created_at": now(), "updated_at": now()}
