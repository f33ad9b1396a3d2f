"""A campaign with approved visits, and findings of which each test takes its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from onedoor.kernel.clock import today
from onedoor.visits import queries as visits
from tests.campaigns.builders import World
from tests.fixtures.city import City
from tests.visits.builders import DrawnCampaign, draw, run_jobs_of, settle

Finding = Callable[..., UUID]


@pytest.fixture(scope="module")
def going(city: City) -> DrawnCampaign:
    """A campaign with approved visits."""
    return draw(settle(World(city).fill()), bp=4000).approve()


@pytest.fixture
def finding(going: DrawnCampaign) -> Finding:
    """An accepted record of market regulation with a handling; the id of what follows."""

    def found(handling: str = "correct", **ending: Any) -> UUID:
        due = today() + timedelta(days=15)
        given = {"handling": handling, "handling_due_on": due, "handling_note": "补齐标识", **ending}
        record_id = going.record(going.joint(), "SCJG", ["pending"], **given)
        going.accept(record_id, "SCJG")
        with going.world.city.acting("scjg.officer"):
            return next(one.id for one in visits.followups_of(record_id) if one.kind == handling)

    return found


@pytest.fixture
def jobs(going: DrawnCampaign) -> Callable[[], int]:
    """What runs the jobs that wait."""
    return run_jobs_of(going.world.city.app)
