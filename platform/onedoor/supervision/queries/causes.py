"""The records behind a cell of the overview, as an order, a circular or a score names them (R-S4, R-S5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import DbRole, current_scope, in_scope
from onedoor.kernel.sentences import Sentence
from onedoor.supervision.queries.kinds import KINDS, NAMES
from tenants import crossing
from tenants import queries as tenants
from tenants.models import Bureau


@dataclass(frozen=True)
class Cause:
    """A cell of the overview: a kind of record, one of its states, a year."""

    kind: str
    state: str
    year: int


@dataclass(frozen=True)
class AttachedRecord:
    """A record as it was named when it was attached; `id` opens it."""

    kind: str
    id: str
    name: str

    def kept(self) -> dict[str, str]:
        """As it is stored."""
        return asdict(self)


def cause_of(kind: str, state: str, year: int) -> Cause:
    """The cell; raises NotFound if the overview has no such one."""
    if kind not in NAMES or state not in KINDS[kind]().states:
        raise NotFound("没有这类监督数据，请从总览或清单中重新选择。")
    return Cause(kind, state, year)


def behind(cause: Cause, bureau: Bureau, most: int) -> list[AttachedRecord]:
    """The records of a bureau behind a cell, `most` of them at most; one look across bureaus, which the log keeps.

    It is asked in the bureau's own scope, where orders are written, and reads in the supervisor's.
    """
    with _as_supervisor():
        with crossing.cross_bureau_read(
            Sentence("查看督办、考核所依据的记录：%(name)s", name=bureau.short_name)
        ) as reader:
            found = [_attached(cause.kind, row) for row in reader.execute(_rows(cause, bureau).limit(most))]
        db.session.commit()
    return found


def counts_of(kinds: Iterable[str], year: int) -> dict[str, dict[str, int]]:
    """By bureau code, how many records are in each cell ("kind.state") of a year."""
    found: dict[str, dict[str, int]] = {}
    with _as_supervisor():
        with crossing.cross_bureau_read(Sentence("按考核规则计数")) as reader:
            for kind in sorted(set(kinds)):
                for row in reader.execute(KINDS[kind]().counts(year)):
                    cells = found.setdefault(row.bureau, {})
                    for name, number in row._mapping.items():
                        if name != "bureau":
                            cells[f"{kind}.{name.removeprefix('in_')}"] = number
        db.session.commit()
    return found


@dataclass(frozen=True)
class Watched:
    """A record in a cell that a rule watches."""

    id: UUID
    name: str
    bureau: str
    bureau_name: str
    year: int


def watched(
    cells: Iterable[tuple[str, str]], bureaus: list[str], most: int
) -> dict[tuple[str, str], list[Watched]]:
    """The records of some bureaus in each of these cells, of whatever year, `most` of a cell; one look, which the log keeps."""
    found: dict[tuple[str, str], list[Watched]] = {}
    with _as_supervisor():
        with crossing.cross_bureau_read(Sentence("按预警规则核对")) as reader:
            for kind, state in cells:
                records = KINDS[kind]()
                rows = records.rows.c
                query = (
                    sa.select(
                        rows.id, rows[NAMES[kind]].label("name"), rows.bureau, rows.bureau_name, rows.year
                    )
                    .where(rows.bureau.in_(bureaus), records.states[state])
                    .order_by(rows.id)
                    .limit(most)
                )
                found[kind, state] = [Watched(*row) for row in reader.execute(query)]
        db.session.commit()
    return found


def supervised(bureau_id: UUID) -> Bureau:
    """A bureau that the current one supervises, itself not; raises NotFound for any other."""
    me = current_scope().tenant_id
    found = next((one for one in tenants.supervised_bureaus() if one.id == bureau_id != me), None)
    if found is None:
        raise NotFound("没有找到这个单位，它可能不在监督范围内。")
    return found


def supervised_others() -> list[Bureau]:
    """The bureaus that the current one supervises, without itself."""
    me = current_scope().tenant_id
    return [one for one in tenants.supervised_bureaus() if one.id != me]


def _as_supervisor() -> Any:
    return in_scope(replace(current_scope(), role=DbRole.SUPERVISOR))


def _rows(cause: Cause, bureau: Bureau) -> sa.Select[Any]:
    records = KINDS[cause.kind]()
    rows = records.rows.c
    return (
        sa.select(rows.id, rows[NAMES[cause.kind]].label("name"))
        .where(rows.bureau == bureau.code, records.of_year(cause.year), records.states[cause.state])
        .order_by(rows.id)
    )


def _attached(kind: str, row: Any) -> AttachedRecord:
    return AttachedRecord(kind, str(row.id), row.name)
