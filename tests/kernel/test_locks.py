"""Advisory locks by name: alone, shared, and gone with the transaction."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from onedoor.kernel import locks
from onedoor.kernel.db import db
from tests.fixtures.city import City

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.committed("locks are between transactions")


def is_free(city: City, name: str, *, shared: bool = False) -> bool:
    """Whether another transaction gets the lock without waiting for whoever holds it."""
    with city.acting("mzj.planner"):
        db.session.execute(sa.text("SELECT set_config('lock_timeout', '50ms', true)"))
        try:
            locks.hold(name, shared=shared)
        except sa.exc.OperationalError as error:
            assert "lock timeout" in str(error)
            db.session.rollback()
            return False
        return True


def test_who_holds_it_alone_is_waited_for_by_all_and_by_nobody_afterwards(city: City) -> None:
    with city.acting("scjg.planner"):
        locks.hold("numbers")
        locks.hold("numbers")
        assert not is_free(city, "numbers")
        assert not is_free(city, "numbers", shared=True)
        assert is_free(city, "other numbers")
    assert is_free(city, "numbers")


def test_who_shares_it_keeps_out_only_who_wants_it_alone(city: City) -> None:
    with city.acting("scjg.planner"):
        locks.hold("library", shared=True)
        assert is_free(city, "library", shared=True)
        assert not is_free(city, "library")


def test_it_is_given_back_when_the_transaction_is_rolled_back(city: City) -> None:
    with pytest.raises(RuntimeError), city.acting("scjg.planner"):
        locks.hold("numbers")
        raise RuntimeError
    assert is_free(city, "numbers")


def test_nobody_takes_an_advisory_lock_otherwise() -> None:
    files = [
        path
        for folder in ("platform", "tenants", "tasks")
        for path in (ROOT / folder).rglob("*.py")
        if "node_modules" not in path.parts
    ]
    found = [str(path.relative_to(ROOT)) for path in files if "pg_advisory" in path.read_text()]
    assert found == ["platform/onedoor/kernel/locks.py"]
