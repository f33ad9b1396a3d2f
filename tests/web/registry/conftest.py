"""Who uses the registry's pages: a planner, another bureau, a reader; and the thirty firms they find there."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from onedoor.kernel.progress import Unwatched
from onedoor.registry import service
from tests.fixtures.city import City
from tests.registry.files import as_csv, firm


@pytest.fixture(scope="module")
def register(city: City) -> None:
    """Thirty caterers in the city's register."""
    with city.acting("scjg.planner"):
        run_id = service.begin_import("entities", "企业.csv", as_csv([firm(n) for n in range(1, 31)])).id
        service.run_import(run_id, Unwatched())


@pytest.fixture(scope="module")
def planner(city: City) -> FlaskClient:
    return city.client("scjg.planner")


@pytest.fixture(scope="module")
def other(city: City) -> FlaskClient:
    return city.client("wsjk.planner")


@pytest.fixture(scope="module")
def reader(city: City) -> FlaskClient:
    return city.client("scjg.reviewer")
