"""What the supervised bureaus' lists and libraries come to: coverage against floors, age, entities covered by nobody (R-L3, R-L5, R-L6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from onedoor.entities.models import Entity
from onedoor.imports.models import LibraryUpdate
from onedoor.imports.queries.library_updates import STALE_DAYS
from onedoor.items.models import Item
from onedoor.items.rules.codes import ItemState
from onedoor.items.rules.coverage import Covered, covered
from onedoor.kernel.clock import now
from onedoor.kernel.sentences import Sentence
from onedoor.plans.models import CapEntry
from tenants import crossing, settings
from tenants import queries as tenants
from tenants.models import Bureau

# Experts a bureau need not have.
KEPT_BY_ALL = ("targets", "inspectors")


@dataclass(frozen=True)
class LibraryView:
    """One bureau: its items under double-random by domain, its checks of the year by kind, and when its libraries were last gone over."""

    bureau: Bureau
    coverage: Mapping[bool, Covered]
    checks: Mapping[str, int]
    updated: Mapping[str, datetime]

    @property
    def random_share(self) -> float | None:
        """The share of random checks in all checks of the ledger (R-L3); None before the first."""
        every = sum(self.checks.values())
        return self.checks.get("random", 0) / every if every else None

    @property
    def stale(self) -> list[str]:
        """The libraries that nobody went over for a year, or ever (R-L5)."""
        since = now() - timedelta(days=STALE_DAYS)
        return [name for name in KEPT_BY_ALL if name not in self.updated or self.updated[name] < since]


def libraries(year: int) -> list[LibraryView]:
    """Of every supervised bureau."""
    with crossing.cross_bureau_read(Sentence("查看%(year)s年各单位的覆盖率和名录库", year=year)) as reader:
        bureaus = tenants.supervised_bureaus()
        items = reader.scalars(sa.select(Item).where(Item.state == ItemState.PUBLISHED))
        checks = reader.execute(
            sa.select(CapEntry.tenant_id, CapEntry.kind, sa.func.count(sa.distinct(CapEntry.visit_id)))
            .where(CapEntry.year == year)
            .group_by(CapEntry.tenant_id, CapEntry.kind)
        )
        updates = reader.execute(
            sa.select(
                LibraryUpdate.tenant_id,
                LibraryUpdate.library,
                sa.func.coalesce(
                    sa.func.max(LibraryUpdate.at).filter(LibraryUpdate.whole), sa.func.min(LibraryUpdate.at)
                ),
            ).group_by(LibraryUpdate.tenant_id, LibraryUpdate.library)
        )
    return [_view(bureau, items, checks, updates) for bureau in bureaus]


def uncovered(most: int) -> tuple[int, Sequence[Any]]:
    """How many entities within the grants stand in no bureau's library, and the first of them by name (R-L6)."""
    with crossing.cross_bureau_read(Sentence("查看监管范围内无人监管的经营主体")) as reader:
        ids = sa.select(sa.func.supervised_uncovered_entities().column_valued("id"))
        found = sa.select(Entity.id, Entity.code, Entity.name, Entity.kind, Entity.jurisdiction_code).where(
            Entity.id.in_(ids)
        )
        total = int(reader.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0)
        return total, reader.execute(found.order_by(Entity.name).limit(most))


def _view(
    bureau: Bureau, items: Sequence[Item], checks: Sequence[Any], updates: Sequence[Any]
) -> LibraryView:
    place = bureau.jurisdiction_code
    floors = {
        True: settings.value("coverage_floor_market", place=place),
        False: settings.value("coverage_floor_other", place=place),
    }
    mine: list[Item] = [item for item in items if item.tenant_id == bureau.id]
    counted: Counter[str] = Counter()
    for tenant, kind, count in checks:
        if tenant == bureau.id:
            counted[kind] += count
    updated: dict[str, datetime] = {name: at for tenant, name, at in updates if tenant == bureau.id}
    return LibraryView(bureau, covered(mine, floors), counted, updated)
