"""Campaigns drawn and approved, for the pages of visits."""

from __future__ import annotations

import pytest

from tests.campaigns.builders import World
from tests.fixtures.city import City
from tests.visits.builders import DrawnCampaign, draw, settle


@pytest.fixture(scope="module")
def world(city: City) -> World:
    """Registers filled, officers with accounts."""
    return settle(World(city).fill())


@pytest.fixture(scope="module")
def going(world: World) -> DrawnCampaign:
    """A campaign with approved visits, of which each test takes its own."""
    return draw(world, bp=4000).approve()


@pytest.fixture(scope="module")
def fresh(world: World) -> DrawnCampaign:
    """A campaign with visits nobody has submitted yet."""
    return draw(world, officers=6)
