"""One PostgreSQL and one Valkey for the whole run; each test module works in a database of its own.

The controller (or the only process) starts the embedded servers and migrates a template; the workers
clone it. Nothing is mocked: roles, policies and commits are the real ones.
"""

from __future__ import annotations

import gc
import os
import secrets
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from sqlalchemy.engine import make_url

from onedoor import embedded
from onedoor.app import create_app
from onedoor.commands.database import upgrade
from onedoor.config import Config
from tests.fixtures import city as cities
from tests.fixtures import savepoints, selection
from tests.fixtures.application import standing
from tests.fixtures.databases import Databases
from tests.fixtures.password_hashes import hash_quickly
from tests.fixtures.sockets import stay_here

pytest_plugins = ["tests.fixtures.browser", "tests.fixtures.skips"]
hash_quickly()
savepoints.install()
stay_here()
# Properties are judged by what they say, not by how busy the machine is. At a desk each run tries other examples; under CI
# they are the same in every run, so that a green run stays green.
settings.register_profile(
    "unhurried",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true",
)
settings.load_profile("unhurried")
_KEYS = ("SUPERUSER", "OWNER", "APP", "PUBLIC", "REDIS")


# What takes longest begins first, so that at the end no worker is busy alone. Folders, in this order; the rest follows.
LONGEST_FIRST = ("e2e", "adversary", "faults", "web/english", "web", "visits", "embedded")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--fast`: what `make test-fast` runs."""
    parser.addoption(
        "--fast", action="store_true", help="only tests without a database, and those rolled back"
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None, None, None]:
    """Modules in the order of LONGEST_FIRST, each one's tests shuffled where nothing of one reaches another."""
    written = list(items)
    yield
    if config.option.fast:
        config.hook.pytest_deselected(items=[one for one in items if not selection.is_fast(one)])
        items[:] = [one for one in items if selection.is_fast(one)]
    selection.in_order(items, written, LONGEST_FIRST)


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers once, before any worker does (parallel bootstraps would fail)."""
    # One application lives as long as the process: going through all of it again and again took a fifth of the time.
    gc.set_threshold(100_000, 50, 1_000)
    config.option.randomly_reorganize = selection.is_shuffled(config)
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    folder = tempfile.TemporaryDirectory(prefix="onedoor-test-", ignore_cleanup_errors=True)
    servers = embedded.start(Path(folder.name) / "data", durable=False)
    config.add_cleanup(folder.cleanup)
    config.add_cleanup(servers.stop)
    for key in _KEYS:
        os.environ[f"ONEDOOR_TEST_{key}"] = getattr(servers, f"{key.lower()}_url")
    os.environ["ONEDOOR_TEST_SECRET"] = secrets.token_hex(32)
    os.environ["ONEDOOR_TEST_FIELD"] = f"1:{secrets.token_hex(32)}"
    databases = Databases.from_environment()
    databases.create("onedoor_template")
    upgrade(databases.url("OWNER", "onedoor_template"))
    databases.create("onedoor_city", template="onedoor_template")
    os.environ["ONEDOOR_TEST_CITY"] = cities.settle(create_app(_config(databases, "onedoor_city")))


def _config(databases: Databases, name: str) -> Config:
    return Config(
        database_url=databases.url("APP", name),
        public_database_url=databases.url("PUBLIC", name),
        owner_database_url=databases.url("OWNER", name),
        redis_url=databases.redis(name),
        secret_key=os.environ["ONEDOOR_TEST_SECRET"],
        field_keys=os.environ["ONEDOOR_TEST_FIELD"],
        base_url="http://127.0.0.1",
        testing=True,
    )


def city_alone(databases: Databases) -> Iterator[Config]:
    """A database with the made-up city and nothing else, dropped afterwards."""
    name = f"t_{secrets.token_hex(6)}"
    databases.create(name, template="onedoor_city")
    yield _config(databases, name)
    databases.drop(name)


@pytest.fixture(scope="session")
def databases() -> Databases:
    """The servers of this run."""
    return Databases.from_environment()


@pytest.fixture(scope="module")
def config(databases: Databases) -> Iterator[Config]:
    """Settings for a database cloned for this module, with the made-up city in it."""
    yield from city_alone(databases)


@pytest.fixture(scope="module")
def app(config: Config) -> Iterator[Flask]:
    """The application on this module's database. Bells are collected, not rung: see `run_jobs`."""
    house = standing(config, os.environ["ONEDOOR_TEST_SUPERUSER"])
    yield house.move(config)
    house.leave()


@pytest.fixture(scope="module")
def city(app: Flask) -> cities.City:
    """The made-up city: places, bureaus, people; nothing else."""
    return cities.found(app, os.environ["ONEDOOR_TEST_CITY"])


@pytest.fixture(autouse=True)
def savepoint(request: pytest.FixtureRequest) -> Iterator[savepoints.Savepoints | None]:
    """The transaction that a test lives in and that is rolled back; None for one on a committed database."""
    if not selection.is_rolled_back(request.node):
        yield None
        return
    app = request.getfixturevalue("app")
    with savepoints.rolled_back(standing(app.extensions["onedoor.config"], "").superuser) as held:
        yield held


@pytest.fixture
def run_jobs(app: Flask) -> Any:
    """Run what waits, as the worker would, until nothing waits; returns how many ran."""
    from tasks import runner, worker

    worker.load_handlers()

    def run_all() -> int:
        count = 0
        with app.app_context():
            while waiting := runner.jobs_to_ring():
                for _, job_id in waiting:
                    count += runner.run(job_id) is not None
        return count

    return run_all


@pytest.fixture
def owner(
    config: Config, savepoint: savepoints.Savepoints | None
) -> Iterator[psycopg.Connection | savepoints.Behind]:
    """A superuser's connection to this module's database, to look behind the policies; in the test's own transaction, if it has one."""
    if savepoint is not None:
        yield savepoint.behind()
        return
    databases = Databases.from_environment()
    url = make_url(databases.url("SUPERUSER", make_url(config.database_url).database or ""))
    with psycopg.connect(
        url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
    ) as link:
        yield link
