"""The scene of supervision: a joint campaign with records, so that there is something to count."""

from __future__ import annotations

import pytest

from tests.fixtures.city import City
from tests.supervision import scene as scenes


@pytest.fixture(scope="module")
def scene(city: City) -> scenes.Scene:
    """A joint campaign with records at every stage."""
    return scenes.make(city)
