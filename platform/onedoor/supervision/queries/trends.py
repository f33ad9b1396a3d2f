"""The year by months: what the supervised bureaus drew, checked, found, made public, and what fell due unfinished (R-S4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from onedoor.kernel.sentences import Sentence
from onedoor.supervision.queries.kinds import KINDS
from tenants import crossing

# Of each line of the chart: the kind of record, its state, the column whose month counts.
LINES: Mapping[str, tuple[str, str, str]] = {
    "draws": ("draws", "run", "ended_at"),
    "visits": ("visits", "done", "day"),
    "results": ("results", "accepted", "ended_at"),
    "problems": ("results", "problem", "ended_at"),
    "overdue": ("visits", "overdue", "day"),
}


def trend(year: int) -> Mapping[str, list[int]]:
    """By line, the numbers of the twelve months; each record once, in the month of its day."""
    with crossing.cross_bureau_read(Sentence("查看%(year)s年度各月走势", year=year)) as reader:
        return {
            line: _by_month(reader.execute(_months(kind, state, column, year)))
            for line, (kind, state, column) in LINES.items()
        }


def month_of(column: Any) -> Any:
    """The month of a day, or of a moment as it is in China."""
    day = sa.func.timezone("Asia/Shanghai", column) if isinstance(column.type, sa.DateTime) else column
    return sa.cast(sa.extract("month", day), sa.Integer)


def _months(kind: str, state: str, column: str, year: int) -> sa.Select[Any]:
    records = KINDS[kind]()
    month = month_of(records.rows.c[column])
    return (
        sa.select(month.label("month"), sa.func.count().label("number"))
        .where(records.of_year(year), records.states[state], records.rows.c[column].is_not(None))
        .group_by(month)
    )


def _by_month(rows: Any) -> list[int]:
    found = {row.month: row.number for row in rows}
    return [found.get(month, 0) for month in range(1, 13)]
