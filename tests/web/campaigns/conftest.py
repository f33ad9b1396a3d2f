"""The filled city, once a module."""

from __future__ import annotations

import pytest

from tests.campaigns.builders import World
from tests.fixtures.city import City


@pytest.fixture(scope="module")
def world(city: City) -> World:
    """Registers filled and a plan line to start from."""
    return World(city).fill()
