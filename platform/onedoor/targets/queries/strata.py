"""The stratum of a pool's row: one for all, by a column, by the risk level or credit class, or by the first rule that holds (draw.md, "Pool"; R-P5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

from onedoor.entities.models import CreditClass, Entity
from onedoor.targets.queries.risk import risk_stratum
from onedoor.targets.rules.codes import NO_CLASS, WHOLE_POOL, Stratify
from onedoor.targets.rules.rate_rules import NOTHING, ByRules
from onedoor.targets.rules.selection import Conditions

Division = str | ByRules
Clauses = Callable[[Conditions], Iterable[sa.ColumnElement[bool]]]


def stratum_of_row(division: Division, place: Any, clauses: Clauses) -> sa.ColumnElement[str]:
    """The stratum, where `place` is the column of the row's place and `clauses` are what conditions ask of a row."""
    if isinstance(division, ByRules):
        return _by_rules(division, clauses)
    if division == Stratify.RISK:
        return risk_stratum()
    if division == Stratify.CLASS:
        return _class()
    columns: dict[str, Any] = {Stratify.KIND: Entity.kind, Stratify.PLACE: place}
    return sa.type_coerce(columns.get(Stratify(division), sa.literal(WHOLE_POOL)), sa.Text())


def _class() -> sa.ColumnElement[str]:
    holds = sa.select(CreditClass.grade).where(
        CreditClass.entity_id == Entity.id, CreditClass.until.is_(None)
    )
    grade = holds.correlate(Entity).scalar_subquery()
    return sa.type_coerce(sa.func.coalesce(sa.literal("C", sa.Text()).concat(grade), NO_CLASS), sa.Text())


def _by_rules(division: ByRules, clauses: Clauses) -> sa.ColumnElement[str]:
    whens, otherwise = [], NOTHING
    for asked, stratum in division.rules:
        drawn_as = division.joined.get(stratum, stratum)
        if asked.asks_nothing:
            otherwise = drawn_as
            break
        whens.append((sa.and_(*clauses(asked)), sa.literal(drawn_as)))
    if not whens:
        return sa.type_coerce(sa.literal(otherwise), sa.Text())
    return sa.type_coerce(sa.case(*whens, else_=sa.literal(otherwise)), sa.Text())
