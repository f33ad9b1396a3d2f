"""The filled city, and campaigns drawn."""

from __future__ import annotations

import pytest

from tests.campaigns.builders import World
from tests.fixtures.city import City
from tests.visits.builders import DrawnCampaign, draw, settle


@pytest.fixture(scope="module")
def world(city: City) -> World:
    """Registers filled, officers with accounts."""
    return settle(World(city).fill())


@pytest.fixture
def drawn(world: World) -> DrawnCampaign:
    """A campaign of three bureaus, drawn, its visits made: one for the test alone."""
    return draw(world)


@pytest.fixture(scope="module")
def going(world: World) -> DrawnCampaign:
    """A larger campaign with approved visits, of which each test takes its own."""
    return draw(world, bp=4000).approve()
