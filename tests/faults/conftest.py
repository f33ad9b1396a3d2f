"""A deployment whose worker the tests kill, and a connection to hold locks with."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.fixtures.databases import Databases
from tests.fixtures.deployment import Deployment, deployed


@pytest.fixture(scope="module")
def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The deployment; its worker has one process, so that one job stands before the lock."""
    with deployed(databases, tmp_path_factory.mktemp("house"), concurrency=1) as made:
        yield made


@pytest.fixture
def held(house: Deployment, databases: Databases) -> Iterator[psycopg.Connection]:
    """A superuser's connection with a transaction open, to hold a lock with."""
    name = make_url(house.worker.config.database_url).database or ""
    url = make_url(databases.url("SUPERUSER", name)).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as link:
        yield link
        link.rollback()
