"""Provisional numbers: given by the keeper of the register to entities without a credit code, cleared when the code comes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import sqlalchemy as sa

from onedoor.entities.models import Entity, ProvisionalNumber
from onedoor.entities.rules.entity_rows import CODE, EntityRow
from onedoor.imports.rules.rows import RowReader
from onedoor.kernel import locks
from onedoor.kernel.clock import now
from onedoor.kernel.codes import EntityKind, is_provisional, normalise_code, provisional_number
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from tenants import queries as tenants

_LOCK = "provisional numbers"


def with_numbers(rows: Sequence[EntityRow]) -> list[EntityRow]:
    """The rows with a number each: one without a code has the provisional number it was given before, or a new one; one
    whose code came since has that."""
    without = [row for row in rows if row.registration is not None]
    if not without:
        return list(rows)
    locks.hold(_LOCK)
    scope = current_scope()
    known = {_known_by(row): row for row in without}
    kept = sa.select(ProvisionalNumber).where(
        ProvisionalNumber.tenant_id == scope.tenant_id,
        ProvisionalNumber.known_by == sa.any_(sa.literal(list(known), sa.ARRAY(sa.Text()))),
    )
    numbers = {one.known_by: one.code or one.number for one in db.session.scalars(kept)}
    fresh = [row for key, row in known.items() if key not in numbers]
    for row, number in zip(fresh, _next_numbers(len(fresh)), strict=True):
        made = ProvisionalNumber(
            id=new_id(), tenant_id=scope.tenant_id, number=number, known_by=_known_by(row)
        )
        made.registration_number, made.name = row.registration or "", row.name
        made.given_at, made.given_by = now(), scope.actor_name
        db.session.add(made)
        numbers[made.known_by] = number
    db.session.flush()
    return [row if row.registration is None else replace(row, code=numbers[_known_by(row)]) for row in rows]


class Provisional:
    """Of some rows those of entities that have a provisional number: named by it, or by the registration number beside the
    code that came."""

    def __init__(self, rows: Iterable[tuple[EntityRow | None, str]]) -> None:
        """`rows` as they were read, each with its registration number as it was typed."""
        given = [(row.code, said and normalise_code(said)) for row, said in rows if row is not None]
        numbers = [code for code, _ in given if is_provisional(code)]
        registered = [said for code, said in given if said and not is_provisional(code)]
        self._stands: dict[str, tuple[str, str]] = {}
        self._open: dict[str, str] = {}
        if numbers:
            now_known_by = sa.func.coalesce(ProvisionalNumber.code, ProvisionalNumber.number)
            query = (
                sa.select(ProvisionalNumber.number, Entity.code, Entity.kind)
                .join(Entity, Entity.code == now_known_by)
                .where(ProvisionalNumber.number.in_(numbers))
            )
            self._stands = {row[0]: (row[1], row[2]) for row in db.session.execute(query)}
        if registered:
            waiting = sa.select(ProvisionalNumber.registration_number, ProvisionalNumber.number).join(
                Entity, Entity.code == ProvisionalNumber.number
            )
            of = sa.any_(sa.literal(registered, sa.ARRAY(sa.Text())))
            waiting = waiting.where(
                ProvisionalNumber.registration_number == of, ProvisionalNumber.code.is_(None)
            )
            self._open = {row[0]: row[1] for row in db.session.execute(waiting)}

    def read(self, row: EntityRow | None, said: str, reader: RowReader) -> EntityRow | None:
        """The row as it is of that entity; None for a number that none has. Whose code came is told."""
        if row is None:
            return None
        if row.code and not is_provisional(row.code):
            self._tell(self._open.get(normalise_code(said)) if said and self._open else None, reader)
            return row
        if not row.code:
            return row
        found = self._stands.get(row.code)
        if found is None:
            error = ClerkError("名录里没有暂用编号为 %(number)s 的主体，请核对。", number=row.code)
            reader.refuse(CODE, error)
            return None
        return replace(row, code=found[0], kind=EntityKind(found[1]))

    def _tell(self, number: str | None, reader: RowReader) -> None:
        if number is not None:
            problem = "这个注册号的主体已用暂用编号 %(number)s 登记；有了代码，请把它合并到这个代码的主体。"
            reader.remark(CODE, ClerkError(problem, number=number))


def clear(number: str, code: str) -> None:
    """The code of an entity with a provisional number came; both find it from now on."""
    if not is_provisional(number):
        return
    of = sa.update(ProvisionalNumber).where(ProvisionalNumber.number == number)
    db.session.execute(of.values(code=code, cleared_at=now()))


def reopen(number: str) -> None:
    """What gave it a code was taken back."""
    if is_provisional(number):
        of = sa.update(ProvisionalNumber).where(ProvisionalNumber.number == number)
        db.session.execute(of.values(code=None, cleared_at=None))


def refuse_provisional_survivor(gone: str, survivor: str) -> None:
    """Raise where the entity with a code would go and the one without stay."""
    if is_provisional(survivor) and not is_provisional(gone):
        raise ClerkError(
            "保留的主体还没有统一社会信用代码，请保留有代码的那一个。",
            fields={"survivor": ["请保留有统一社会信用代码的主体。"]},
        )


def refuse_while_frozen(*numbers: str) -> None:
    """Raise Conflict while a pool that is frozen and not drawn yet holds a provisional number or the code it would become."""
    if not any(map(is_provisional, numbers)):
        return
    asked = sa.text("SELECT frozen_pools_with(CAST(:numbers AS text[]))")
    if db.session.scalar(asked, {"numbers": list(numbers)}):
        raise Conflict("它在已经冻结、还没有抽取的名单里，请等这次抽取完成或作废以后再办理。")


def _known_by(row: EntityRow) -> str:
    return row.registration or f"{row.name}\n{row.address}"


def _next_numbers(count: int) -> list[str]:
    if not count:
        return []
    place = tenants.my_bureau().jurisdiction_code[:6].ljust(6, "0")
    begun = provisional_number(place, 0).partition("-")[0]
    last = sa.select(sa.func.max(sa.cast(sa.func.split_part(ProvisionalNumber.number, "-", 2), sa.Integer())))
    first = (db.session.scalar(last.where(ProvisionalNumber.number.like(f"{begun}-%"))) or 0) + 1
    return [provisional_number(place, first + each) for each in range(count)]
