"""Who answers for this work in the supervised bureaus, and how their officers are trained (R-L13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from onedoor.kernel.sentences import Sentence
from onedoor.officers import queries as officer_queries
from onedoor.officers.models import Duty
from onedoor.officers.queries.duties import TrainingYear
from onedoor.plans.queries import due
from tenants import crossing
from tenants import queries as tenants
from tenants.models import Bureau


@dataclass(frozen=True)
class DutiesView:
    """The supervised bureaus, who has a part in them now, and their training of a year."""

    bureaus: list[Bureau]
    duties: list[Duty]
    trained: dict[UUID, TrainingYear]


def plans_due(year: int) -> Any:
    """The plans that the supervised bureaus have to file in a year, and where each stands (R-P1, R-P2)."""
    with crossing.cross_bureau_read(Sentence("查看%(year)s年度计划备案情况", year=year)) as reader:
        rows = due.owed(tenants.supervised_bureaus(), year)
        reader.rows += len(rows)
        return rows


def duties(year: int) -> DutiesView:
    """Leads, liaisons and leading groups of the supervised bureaus, with the training of `year`."""
    with crossing.cross_bureau_read(
        Sentence("查看各单位的工作负责人和%(year)s年度培训", year=year)
    ) as reader:
        bureaus = tenants.supervised_bureaus()
        return DutiesView(
            bureaus,
            reader.scalars(officer_queries.duties_now()),
            officer_queries.training_years(year, [bureau.id for bureau in bureaus]),
        )
