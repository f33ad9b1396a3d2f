"""The demo's files go through the registry's own door, each bureau for itself (R-L1, R-L5, R-L7, R-T4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest

from onedoor.commands.demo import firms, made_up_city
from onedoor.commands.demo.cast import Cast
from onedoor.commands.demo.scenes.registry import _load_entities, fill
from onedoor.entities import queries as entity_queries
from onedoor.items import queries as item_queries
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.jobs import Job
from onedoor.officers import queries as officer_queries
from onedoor.targets import queries as target_queries
from tests.fixtures.city import City
from tests.fixtures.clerk_files import as_csv, firm


@dataclass(frozen=True)
class Impatient(Cast):
    """A cast that runs the jobs it waits for."""

    run_jobs: Callable[[], int] = lambda: 0

    def finish(self, job_id: UUID, tenant_id: UUID) -> Job:
        self.run_jobs()
        return super().finish(job_id, tenant_id)


@pytest.mark.long
def test_the_made_up_city_has_everything_a_plan_needs(city: City, run_jobs: Callable[[], int]) -> None:
    cast = Impatient(city.app, city.bureaus, run_jobs=run_jobs)
    filled = fill(cast)
    assert (filled.entities, filled.rejected) == (312 + 16 + 8, 3)
    assert filled.targets["SCJG"] == 312 and filled.targets["SFJ"] == 8 and filled.targets["MZJ"] == 16
    assert all(count >= 15 for letters, count in filled.targets.items() if letters not in ("SFJ", "MZJ"))
    for letters in firms.ITEMS:
        with cast.acting(f"{letters.lower()}.planner"):
            officers = officer_queries.my_inspectors()
            assert len(officers) == made_up_city.OFFICERS - 1, "one certificate has ended (R-L8)"
            assert all(one.user_id is not None for one in officers)
            assert sum(one.leads for one in officers) >= 3
            assert item_queries.published_items(city.bureaus[letters])
            assert all(row[0][2:8] == "990100" for row in target_queries.pool_rows({}))


def test_a_given_file_is_loaded_by_the_keepers_of_its_kinds(city: City, run_jobs: Callable[[], int]) -> None:
    rows = [
        firm(9001),
        firm(9002, prefix="51990100"),
        firm(9003, prefix="12990100"),
        ["坏行", "1", *firm(1)[2:]],
    ]
    cast = Impatient(city.app, city.bureaus, run_jobs=run_jobs)
    with pytest.raises(ClerkError, match="经营主体.csv：文件是空的"):
        fill(cast, ("经营主体.csv", b""))
    rejected = _load_entities(cast, ("经营主体.csv", as_csv(rows)))
    assert rejected == 1
    with cast.acting("wsjk.planner"):
        kinds = [
            entity_queries.entity_by_code(made_up_credit_code(n, p)).kind
            for n, p in ((9002, "51990100"), (9003, "12990100"))
        ]
        assert kinds == ["51", "12"]
