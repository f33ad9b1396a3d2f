"""The operator at work, as the pages of the platform have it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from onedoor.kernel.db import db
from onedoor.kernel.scope import in_scope
from tenants import scope
from tests.fixtures.city import City


@contextmanager
def operating(city: City) -> Iterator[None]:
    """Work in the operator's scope; commits at the end unless it raised."""
    with in_scope(scope.operator(city.person("sjj.ops")), city.app):
        yield
        db.session.commit()
