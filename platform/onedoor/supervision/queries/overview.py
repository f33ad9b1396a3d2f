"""The overview: bureaus by what they filed, drew, visited, found and made public (R-S4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from onedoor.kernel.sentences import Sentence
from onedoor.supervision.queries.alerts import alerts
from onedoor.supervision.queries.kinds import KINDS
from onedoor.supervision.queries.records import campaigns, repeats
from onedoor.supervision.rules import DUTIES, WORK, DutyCell, DutyLine, duty_cell
from tenants import crossing
from tenants import queries as tenants
from tenants.models import Bureau

COUNTED = tuple(dict.fromkeys((*WORK, *(duty.kind for duty in DUTIES), "owed", "outside", "capped")))


@dataclass(frozen=True)
class Saved:
    """The three measures of joint checking (forms.md): before the draw, at the draw, after the visits."""

    independent_doors: Decimal
    doors: int
    matters: int
    saved: int


@dataclass(frozen=True)
class Overview:
    """The supervised bureaus and, by kind of record, bureau code and state, how many there are."""

    bureaus: list[Bureau]
    counts: Mapping[str, Mapping[str, Mapping[str, int]]]
    saved: Saved
    repeated: int
    overdue: int

    def of(self, kind: str, state: str, bureau: str) -> int:
        """One cell."""
        return self.counts[kind].get(bureau, {}).get(state, 0)

    def duty(self, duty: DutyLine, bureau: str) -> DutyCell:
        """How a bureau stands with a duty."""
        return duty_cell(duty, self.counts[duty.kind].get(bureau, {}))

    def works(self, bureau: str) -> bool:
        """Whether the bureau left anything on the platform in the year."""
        return any(self.of(kind, "all", bureau) for kind in WORK)

    def sums(self, group: Iterable[Bureau]) -> Mapping[str, Mapping[str, int]]:
        """All counts of some bureaus together, by kind and state."""
        codes = [one.code for one in group]
        return {
            kind: Counter(
                {
                    state: sum(cells.get(code, {}).get(state, 0) for code in codes)
                    for state in {state for one in cells.values() for state in one}
                }
            )
            for kind, cells in self.counts.items()
        }

    def total(self, kind: str, state: str) -> int:
        """All bureaus together: each record has one bureau, so it is the sum of the cells."""
        return sum(cells.get(state, 0) for cells in self.counts[kind].values())


def overview(year: int) -> Overview:
    """All figures of a year."""
    with crossing.cross_bureau_read(Sentence("监督总览")) as reader:
        counts = {kind: _by_bureau(reader.execute(KINDS[kind]().counts(year))) for kind in COUNTED}
        saved = reader.execute(_saved(year))[0]
        repeated, overdue = reader.scalar(_repeated(year)), reader.scalar(_overdue(year))
    return Overview(tenants.supervised_bureaus(), counts, Saved(*saved), repeated, overdue)


def _by_bureau(rows: Iterable[Any]) -> dict[str, dict[str, int]]:
    return {
        row.bureau: {
            name.removeprefix("in_"): number for name, number in row._mapping.items() if name != "bureau"
        }
        for row in rows
    }


def _saved(year: int) -> sa.Select[Any]:
    rows = campaigns().rows
    sums = [
        sa.func.coalesce(sa.func.sum(rows.c[name]), 0)
        for name in ("independent_doors", "doors", "matters", "saved")
    ]
    return sa.select(*sums).where(rows.c.year == year)


def _repeated(year: int) -> sa.Select[Any]:
    rows = repeats().rows
    return sa.select(sa.func.count()).select_from(rows).where(rows.c.year == year)


def _overdue(year: int) -> sa.Select[Any]:
    found = alerts()
    late = found.states["overdue"]
    return sa.select(sa.func.count()).select_from(found.rows).where(found.rows.c.year == year, late)
