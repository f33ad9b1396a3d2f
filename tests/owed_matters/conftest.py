"""A campaign with approved visits, and matters that a partner owes."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from onedoor.owed_matters import service
from tests.campaigns.builders import World
from tests.fixtures.city import City
from tests.visits.builders import DrawnCampaign, draw, run_jobs_of, settle

Owed = Callable[[], tuple[str, UUID]]


@pytest.fixture(scope="module")
def going(city: City) -> DrawnCampaign:
    """A campaign with approved visits."""
    return draw(settle(World(city).fill()), officers=6, bp=4000).approve()


@pytest.fixture
def jobs(going: DrawnCampaign) -> Callable[[], int]:
    """What runs the jobs that wait."""
    return run_jobs_of(going.world.city.app)


@pytest.fixture
def owed(going: DrawnCampaign, jobs: Callable[[], int]) -> Owed:
    """A matter that a partner owes since it could not come: the partner's letters and the matter."""

    def made() -> tuple[str, UUID]:
        visit_id = going.joint()
        letters = going.partner(visit_id)
        with going.world.city.acting(f"{letters.lower()}.planner"):
            owed_id = service.stay_away(visit_id, "全部人员参加抢险")[0].id
        jobs()
        return letters, owed_id

    return made
