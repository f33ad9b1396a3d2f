"""Campaigns drawn and approved, for the pages of visits."""

from __future__ import annotations

import pytest

from tests.campaigns.making import World
from tests.fixtures.city import City
from tests.visits.making import Drawn, draw, settle


@pytest.fixture(scope="module")
def world(city: City) -> World:
    """Registers filled, officers with accounts."""
    return settle(World(city).fill())


@pytest.fixture(scope="module")
def going(world: World) -> Drawn:
    """A campaign with approved visits, of which each test takes its own."""
    return draw(world, bp=4000).approve()


@pytest.fixture(scope="module")
def fresh(world: World) -> Drawn:
    """A campaign with visits nobody has submitted yet."""
    return draw(world, officers=6)
