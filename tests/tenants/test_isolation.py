"""R-T1: without a scope nothing is seen; in bureau A's scope nothing of B is seen or changed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import ProgrammingError

from onedoor.kernel import files
from onedoor.kernel.db import db
from onedoor.kernel.scope import DbRole, NoScope, Scope, entering
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


def test_another_bureaus_file_is_not_there(city: City) -> None:
    with city.acting("scjg.planner"):
        kept = files.keep("名单.csv", b"x", "text/csv").id
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
        with entering(other, app):
            seen = db.session.scalar(sa.text("SELECT current_setting('onedoor.tenant')"))
        assert seen == str(city.bureaus["SFJ"])


def test_supervision_reaches_down_the_levels_and_no_further(city: City) -> None:
    with city.acting("xsfj.supervisor", supervisor=True):
        ids = set(db.session.scalars(sa.text("SELECT supervised_bureaus()")))
    assert ids == {city.bureaus["XSFJ"], city.bureaus["XSCJG"]}
    with city.acting("sfj.supervisor", supervisor=True):
        ids = set(db.session.scalars(sa.text("SELECT supervised_bureaus()")))
    assert ids == set(city.bureaus.values())
