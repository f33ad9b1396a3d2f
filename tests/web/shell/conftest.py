"""The gallery on a real database, for the shell's tests."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.fixtures.browser import served
from tests.fixtures.databases import Databases
from tests.web.shell.gallery import create_app


@pytest.fixture(scope="module")
def gallery(databases: Databases) -> Iterator[Flask]:
    """The gallery's application with 123 made-up firms."""
    name = f"g_{secrets.token_hex(6)}"
    databases.create(name)
    app = create_app(databases.url("SUPERUSER", name))
    yield app
    app.extensions["gallery.engine"].dispose()
    databases.drop(name)


@pytest.fixture
def client(gallery: Flask) -> FlaskClient:
    """A client without any help: no token is added for it."""
    return gallery.test_client()


@pytest.fixture(scope="module")
def address(gallery: Flask) -> Iterator[str]:
    """The gallery, served."""
    with served(gallery) as url:
        yield url
