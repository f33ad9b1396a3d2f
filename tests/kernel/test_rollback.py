"""Tests that are rolled back (tests/fixtures/savepoints.py): what is real in them, and that nothing of one reaches another."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from onedoor.kernel import jobs
from onedoor.kernel.db import db, new_id
from onedoor.kernel.jobs import Bell, Job, JobName
from onedoor.kernel.scope import NoScope, in_scope
from tenants import scope
from tests.fixtures.city import City
from tests.fixtures.savepoints import Behind, Savepoints

WHO = sa.text("SELECT session_user, current_user, nullif(current_setting('onedoor.tenant', true), '')")


def ask_for_one() -> UUID:
    return jobs.enqueue(JobName.REVIEW_REGISTRY, {}, title="试").id


def who() -> tuple[str, str, str | None]:
    return tuple(db.session.execute(WHO).one())  # type: ignore[return-value]


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_commits_is_there_for_all_its_sessions_and_gone_for_the_next_test(
    city: City, owner: Behind, turn: int
) -> None:
    with city.acting("scjg.planner"):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) == 0
        ask_for_one()
    with city.acting("scjg.planner"):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) == 1
    assert owner.execute("SELECT count(*) FROM job").fetchone() == (1,)


def test_what_is_not_committed_is_rolled_back(city: City, owner: Behind) -> None:
    with pytest.raises(RuntimeError):
        with city.acting("scjg.planner"):
            ask_for_one()
            raise RuntimeError
    with city.acting("scjg.planner"):
        ask_for_one()
        db.session.rollback()
        assert who()[1] == "onedoor_bureau", "and the session goes on as who it was"
    assert owner.execute("SELECT count(*) FROM job").fetchone() == (0,)


def test_each_transaction_is_its_own_speakers(city: City) -> None:
    with city.acting("scjg.planner"):
        mine = ("onedoor_app", "onedoor_bureau", str(city.bureaus["SCJG"]))
        assert who() == mine
        with city.acting("xfjy.planner"):
            assert who() == ("onedoor_app", "onedoor_bureau", str(city.bureaus["XFJY"]))
        assert who() == mine, "whoever spoke within has gone"
        with in_scope(scope.public(), city.app):
            assert who() == ("onedoor_public", "onedoor_public", None)
            with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                db.session.execute(sa.text("SELECT * FROM job"))
        assert who() == mine, "nor did its error stay"
        db.session.commit()
        assert who() == mine


def test_nobody_speaks_without_a_scope(city: City, savepoint: Savepoints) -> None:
    with city.acting("scjg.planner"):
        ask_for_one()
    with city.app.app_context(), pytest.raises(NoScope):
        db.session.execute(WHO)
    assert savepoint.connection.execute(WHO).one() == ("onedoor_app", "onedoor_app", None)
    with (
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
        savepoint.connection.begin_nested(),
    ):
        savepoint.connection.execute(sa.text("SELECT * FROM job"))


def test_bells_ring_for_what_was_committed(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[UUID] = []
    monkeypatch.setattr(Bell, "ring", lambda _name, job_id: rung.append(job_id))
    with city.acting("scjg.planner"):
        ask_for_one()
        db.session.rollback()
        with db.session.begin_nested():
            kept = ask_for_one()
        assert rung == []
    assert rung == [kept]


def test_the_end_of_a_transaction_checks_what_was_put_off(city: City, owner: Behind) -> None:
    owner.execute("CREATE TABLE leaf (of uuid REFERENCES job DEFERRABLE INITIALLY DEFERRED)")
    owner.execute("GRANT INSERT ON leaf TO onedoor_bureau")
    leaf = sa.text("INSERT INTO leaf VALUES (:job)")
    with pytest.raises(sa.exc.IntegrityError, match="leaf_of_fkey"):
        with city.acting("scjg.planner"):
            db.session.execute(leaf, {"job": new_id()})
            with db.session.begin_nested():
                db.session.execute(leaf, {"job": new_id()})
    with city.acting("scjg.planner"):
        db.session.execute(leaf, {"job": (later := new_id())})
        db.session.execute(
            sa.text(
                "INSERT INTO job (id, tenant_id, sender_id, actor_name, name, payload, not_before, created_at)"
                " VALUES (:id, :bureau, :bureau, '', 'registry.review', '{}', now(), now())"
            ),
            {"id": later, "bureau": city.bureaus["SCJG"]},
        )


def test_who_looks_behind_does_not_disturb(city: City, owner: Behind) -> None:
    with city.acting("scjg.planner"):
        ask_for_one()
        with pytest.raises(psycopg.errors.UndefinedTable):
            owner.execute("SELECT * FROM nothing_of_this_name")
        assert owner.execute("SELECT current_user = session_user, count(*) FROM job").fetchone() == (True, 1)
        assert who()[1:] == ("onedoor_bureau", str(city.bureaus["SCJG"]))


def test_a_connection_of_ones_own_sees_nothing_of_it(city: City) -> None:
    with city.acting("scjg.planner"):
        job_id = ask_for_one()
    with city.app.app_context(), db.engines[None].begin() as other:
        other.execute(sa.text("SELECT set_config('role', 'onedoor_dispatch', true)"))
        assert other.scalar(sa.select(sa.func.count(Job.id)).where(Job.id == job_id)) == 0


@pytest.mark.committed("shows that the mark does what it says")
def test_on_a_committed_database_it_sees_all(city: City, savepoint: Savepoints | None) -> None:
    assert savepoint is None
    with city.acting("scjg.planner"):
        job_id = ask_for_one()
    with city.app.app_context(), db.engines[None].begin() as other:
        other.execute(sa.text("SELECT set_config('role', 'onedoor_dispatch', true)"))
        assert other.scalar(sa.select(sa.func.count(Job.id)).where(Job.id == job_id)) == 1
