"""Who answers for this work in the supervised bureaus, and how their officers are trained (R-L13)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from onedoor.kernel.sentences import Sentence
from onedoor.registry import queries as registry
from onedoor.registry.models import Duty
from onedoor.registry.queries.duties import TrainingYear
from tenants import crossing
from tenants import queries as tenants
from tenants.models import Bureau


@dataclass(frozen=True)
class DutiesView:
    """The supervised bureaus, who has a part in them now, and their training of a year."""

    bureaus: list[Bureau]
    duties: list[Duty]
    trained: dict[UUID, TrainingYear]


def duties(year: int) -> DutiesView:
    """Leads, liaisons and leading groups of the supervised bureaus, with the training of `year`."""
    with crossing.reading(Sentence("查看各单位的工作负责人和%(year)s年度培训", year=year)) as reader:
        bureaus = tenants.supervised_bureaus()
        return DutiesView(
            bureaus,
            reader.scalars(registry.duties_now()),
            registry.training_years(year, [bureau.id for bureau in bureaus]),
        )
