"""The scene of supervision, once a module."""

from __future__ import annotations

import pytest

from tests.fixtures.city import City
from tests.supervision import scene as scenes


@pytest.fixture(scope="module")
def scene(city: City) -> scenes.Scene:
    """A city with something to oversee."""
    return scenes.make(city)
