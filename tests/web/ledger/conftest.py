"""The filled city, and market regulation's desk."""

from __future__ import annotations

import pytest

from tests.campaigns.builders import World
from tests.fixtures.city import City
from tests.visits.builders import settle
from tests.visits.check_builders import Desk


@pytest.fixture(scope="module")
def world(city: City) -> World:
    """Registers filled, officers with accounts."""
    return settle(World(city).fill())


@pytest.fixture(scope="module")
def desk(world: World) -> Desk:
    """Market regulation's desk, the firms of the module its own."""
    return Desk(world)
