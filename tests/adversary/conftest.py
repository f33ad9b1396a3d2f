"""A told story, those who try, and names planted where nobody else may read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import make_url

from onedoor.app import import_models
from onedoor.config import Config
from onedoor.kernel.db import Base
from tests.adversary import markers, unpublished_records
from tests.adversary.actors import OWNER, STRANGERS, Actor, another_campaign, assemble
from tests.adversary.routes import Ask, asks
from tests.fixtures.city import City
from tests.fixtures.databases import Databases
from tests.fixtures.main_job import MainJobResult, with_main_job
from tests.web.market_regulation import complete


@dataclass
class Field:
    """Where it is tried: the application, the owner's routes and ids, those who try, and what was planted."""

    app: Flask
    city: City
    job: MainJobResult
    behind: psycopg.Connection
    actors: dict[str, Actor]
    asks: list[Ask]
    marked: set[str]
    hidden: dict[str, str]

    @property
    def owner_id(self) -> UUID:
        return self.city.bureaus[OWNER]


@pytest.fixture(scope="module")
def retelling(databases: Databases) -> Iterator[tuple[Config, MainJobResult]]:
    """A database in which everything that happens in the main job has happened."""
    with with_main_job(databases) as made:
        yield made


@pytest.fixture(scope="module")
def config(retelling: tuple[Config, MainJobResult]) -> Config:
    return retelling[0]


@pytest.fixture(scope="module")
def behind(config: Config) -> Iterator[psycopg.Connection]:
    """A superuser's connection, to look behind the policies."""
    name = make_url(config.database_url).database or ""
    url = make_url(Databases.from_environment().url("SUPERUSER", name)).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as link:
        yield link


@pytest.fixture(scope="module")
def field(
    app: Flask, city: City, retelling: tuple[Config, MainJobResult], behind: psycopg.Connection
) -> Field:
    """Everything in its place."""
    import_models()
    tables: list[sa.Table] = Base.metadata.sorted_tables
    owner = city.bureaus[OWNER]
    complete(city, behind, f"'{owner}'")
    shared = another_campaign(city)
    actors = assemble(city, behind)
    routes = asks(app, behind, owner)
    unpublished = unpublished_records.make(behind, owner)
    strangers = [one.bureau for name, one in actors.items() if name in STRANGERS and one.bureau]
    marked = markers.plant(behind, tables, strangers, shared)
    return Field(app, city, retelling[1], behind, actors, routes, marked, unpublished)
