"""The filled city with all officers' accounts, one campaign drawn and one whose visits are approved."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from onedoor.kernel.db import db
from onedoor.officers.models import Inspector
from tests.campaigns.builders import World
from tests.fixtures.city import City
from tests.fixtures.savepoints import Behind
from tests.visits.builders import PARTIES, DrawnCampaign, draw, settle


@pytest.fixture(scope="module")
def world(city: City) -> World:
    """Registers filled; each officer signs in as the city's officer of the same place."""
    made = settle(World(city).fill())
    for letters in PARTIES:
        with city.acting(f"{letters.lower()}.planner"):
            for place, inspector_id in enumerate(made.officers[letters]):
                name = f"{letters.lower()}.officer{place + 1 if place else ''}"
                db.session.get_one(Inspector, inspector_id).user_id = city.person(name).user_id
    return made


@pytest.fixture(scope="module")
def drawn(world: World) -> DrawnCampaign:
    """Drawn, its visits not submitted yet."""
    return draw(world, officers=6, bp=2000, reserve=4)


@pytest.fixture(scope="module")
def staffed(world: World) -> DrawnCampaign:
    """Another, whose visits are approved and whose firms have their notices."""
    return draw(world, officers=6, bp=2000, reserve=4).approve(notices=True)


@pytest.fixture
def told(owner: psycopg.Connection | Behind) -> Callable[[], set[tuple[str, str]]]:
    """Who was told of what since the test began, over all bureaus: event and user name, each message by itself."""
    query = (
        "SELECT m.id, m.event, coalesce(u.username, m.permission) FROM message m"
        " LEFT JOIN user_account u ON u.id = m.user_id"
    )
    before = {row[0] for row in owner.execute(query).fetchall()}

    def since() -> set[tuple[str, str]]:
        rows = [row for row in owner.execute(query).fetchall() if row[0] not in before]
        people = [(row[1], row[2]) for row in rows]
        return set(people)

    return since
