"""Checks outside the platform summed by cause and bureau, with what is done about each cause (001 §7, R-V9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from onedoor.kernel.sentences import Sentence
from onedoor.supervision.models import CauseMeasure
from onedoor.supervision.queries.duty_records import outside
from tenants import crossing
from tenants import queries as tenants
from tenants.models import Bureau


@dataclass(frozen=True)
class OutsideCauses:
    """By cause and bureau code how many; by cause what was written, the latest first."""

    bureaus: list[Bureau]
    numbers: Mapping[tuple[str, str], int]
    measures: Mapping[str, list[CauseMeasure]]

    def total(self, cause: str) -> int:
        """All bureaus together."""
        return sum(number for (one, _bureau), number in self.numbers.items() if one == cause)


def outside_causes(year: int) -> OutsideCauses:
    """Of a year, with the bureaus that have any."""
    with crossing.cross_bureau_read(Sentence("汇总%(year)s年度平台外检查的原因", year=year)) as reader:
        rows = outside().rows.c
        counted = reader.execute(
            sa.select(rows.cause, rows.bureau, sa.func.count().label("number"))
            .where(rows.year == year)
            .group_by(rows.cause, rows.bureau)
        )
        written = reader.scalars(
            sa.select(CauseMeasure)
            .where(CauseMeasure.year == year)
            .order_by(CauseMeasure.written_at.desc(), CauseMeasure.id)
        )
    numbers = {(row.cause, row.bureau): row.number for row in counted}
    there = {bureau for _cause, bureau in numbers}
    measures: dict[str, list[CauseMeasure]] = {}
    for one in written:
        measures.setdefault(one.cause, []).append(one)
    return OutsideCauses(
        [one for one in tenants.supervised_bureaus() if one.code in there], numbers, measures
    )
