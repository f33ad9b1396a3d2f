"""R-T1: without a scope nothing is seen; in bureau A's scope nothing of B is seen or changed."""

from __future__ import annotations

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import ProgrammingError

from onedoor.kernel import files
from onedoor.kernel.db import db
from onedoor.kernel.scope import DbRole, NoScope, Scope, in_scope
from tests.fixtures.city import City


def test_without_a_scope_the_session_refuses(app: Flask) -> None:
    with app.app_context(), pytest.raises(NoScope):
        db.session.execute(sa.text("SELECT 1"))


def test_the_application_login_by_itself_may_nothing(app: Flask) -> None:
    with (
        app.app_context(),
        db.engines[None].connect() as link,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        link.execute(sa.text("SELECT * FROM bureau"))


def test_no_engine_tells_what_was_in_a_statement(app: Flask) -> None:
    """R-T7: an error is logged with its statement; a witness's link and text, and what was searched, are not."""
    with app.app_context():
        assert {name: engine.hide_parameters for name, engine in db.engines.items()} == {
            None: True,
            "public": True,
        }


def test_another_bureaus_file_is_not_there(city: City) -> None:
    with city.acting("scjg.planner"):
        kept = files.store_file("名单.csv", b"x", "text/csv").id
    with city.acting("sfj.planner"):
        assert db.session.get(files.StoredFile, kept) is None
        assert db.session.execute(sa.update(files.StoredFile).values(name="改")).rowcount == 0  # type: ignore[attr-defined]
        assert db.session.execute(sa.delete(files.StoredFile)).rowcount == 0  # type: ignore[attr-defined]
    with city.acting("scjg.planner"):
        assert files.get(kept).name == "名单.csv"


def test_a_session_keeps_one_scope(app: Flask, city: City) -> None:
    other = Scope(DbRole.BUREAU, tenant_id=city.bureaus["SFJ"])
    with city.acting("scjg.planner"):
        db.session.execute(sa.text("SELECT 1"))
        with in_scope(other, app):
            seen = db.session.scalar(sa.text("SELECT current_setting('onedoor.tenant')"))
        assert seen == str(city.bureaus["SFJ"])


def test_supervision_reaches_down_the_levels_and_no_further(city: City) -> None:
    with city.acting("xsfj.supervisor", supervisor=True):
        ids = set(db.session.scalars(sa.text("SELECT supervised_bureaus()")))
    assert ids == {city.bureaus["XSFJ"], city.bureaus["XSCJG"]}
    with city.acting("sfj.supervisor", supervisor=True):
        ids = set(db.session.scalars(sa.text("SELECT supervised_bureaus()")))
    assert ids == set(city.bureaus.values())


def test_who_speaks_goes_with_the_first_statement_whatever_it_is(city: City) -> None:
    """One that fails, one that is streamed, copied or for many rows; and nobody says what another did not get to say."""
    role = sa.text("SELECT current_user::text, current_setting('onedoor.tenant')")
    expected = ("onedoor_bureau", str(city.bureaus["SCJG"]))
    with city.acting("scjg.planner"):
        with pytest.raises(ProgrammingError, match="no_such_table"):
            db.session.execute(sa.text("SELECT * FROM no_such_table"))
        db.session.rollback()
        assert db.session.execute(role).one() == expected
        db.session.commit()
        streamed = db.session.execute(role, execution_options={"stream_results": True})
        assert streamed.one() == expected
        db.session.commit()
        link = db.session.connection().connection.driver_connection
        assert link is not None
        with link.cursor() as cursor, cursor.copy("COPY (SELECT current_user::text) TO STDOUT") as copied:
            assert b"".join(copied).strip() == b"onedoor_bureau"
        db.session.commit()
        with db.session.connection().connection.driver_connection.cursor() as cursor:  # type: ignore[union-attr]
            cursor.executemany("SELECT current_user::text, %s", [(1,), (2,)], returning=True)
            assert cursor.fetchone() == ("onedoor_bureau", 1)
        db.session.commit()
        db.session.connection()
        db.session.commit()
        with db.engines[None].connect() as other:
            assert other.execute(sa.text("SELECT current_user::text")).scalar() == "onedoor_app"


@pytest.mark.committed("loses a connection")
def test_a_connection_the_server_has_closed_is_not_used_again(city: City, owner: psycopg.Connection) -> None:
    with city.acting("scjg.planner"):
        here = db.session.scalar(sa.text("SELECT pg_backend_pid()"))
        kept = [db.session.scalar(sa.text("SELECT 1")) for _ in range(9)]
        db.session.commit()
        owner.execute("SELECT pg_terminate_backend(%s, 5000)", (here,))
        assert kept == [1] * 9 and db.session.scalar(sa.text("SELECT pg_backend_pid()")) != here


def test_what_is_prepared_outlasts_a_page(city: City) -> None:
    """A page that ends by rolling back, as looking up who speaks once did, makes the driver forget all it prepared."""
    client, prepared = city.client("scjg.planner"), []
    with city.acting("scjg.planner"):
        # The pool gives its connections in turn: few of them, and each is used often enough.
        db.session.rollback()
        db.engine.dispose()
    for _ in range(24):
        assert client.get("/registry/entities").status_code == 200
        with city.acting("scjg.planner"):
            prepared.append(db.session.scalar(sa.text("SELECT count(*) FROM pg_prepared_statements")))
            db.session.commit()
    # What begins a transaction is one plain text and is not among them.
    assert max(prepared) > 5, prepared
