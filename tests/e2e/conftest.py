"""A living house, and its people each at a device of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.people import People
from tests.fixtures.databases import Databases
from tests.fixtures.deployment import Deployment, deployed


@pytest.fixture
def beginning() -> str:
    """The template of the database: the city alone, unless a module goes on with the story from later."""
    return "onedoor_city"


@pytest.fixture
def house(
    databases: Databases, beginning: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """The application served, a real worker, a Valkey and a database of its own."""
    with deployed(databases, tmp_path_factory.mktemp("house"), template=beginning) as made:
        made.worker.start()
        yield made


@pytest.fixture
def people(house: Deployment, browser: Browser) -> Iterator[People]:
    """The people of the city; at the end no page of theirs may have complained."""
    made = People(browser, house)
    yield made
    made.go_home()
    assert made.complaints == [], made.complaints
