"""Flask-Login's part: who `current_user` is, by session, by token and not at all (R-T1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask_login
import pytest
from flask import Flask

from onedoor.edge import identity
from tenants.scope import Principal
from tests.fixtures.city import City


def asked(app: Flask, path: str, cookie: str = "", **headers: str) -> Any:
    """Who makes a request to `path`, as its route would see it."""
    with app.test_request_context(path, headers=headers) as context:
        if cookie:
            context.session[identity.TOKEN] = cookie
        return flask_login.current_user._get_current_object()


def token_of(city: City, username: str) -> str:
    with city.client(username).session_transaction() as held:
        return str(held[identity.TOKEN])


def test_a_session_is_a_frozen_person(app: Flask, city: City) -> None:
    found = asked(app, "/desk/", token_of(city, "scjg.planner"))
    assert isinstance(found, Principal) and found.user_id == city.person("scjg.planner").user_id
    assert found.is_authenticated and found.may(next(iter(found.permissions)))
    assert found.get_id() not in repr(found), "the token is a secret"
    with pytest.raises(AttributeError):
        found.username = "another"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/desk/", lambda token: {}),
        ("/desk/", lambda token: {"cookie": "guessed"}),
        ("/api/v1/campaigns", lambda token: {"cookie": token}),
        ("/desk/", lambda token: {"Authorization": f"Bearer {token}"}),
        ("/api/v1/campaigns", lambda token: {"Authorization": f"Bearer {token}"}),
    ],
    ids=["nothing", "no such session", "a cookie to the API", "a header to a page", "a session as API token"],
)
def test_nobody_is_nobody(app: Flask, city: City, path: str, given: Callable[[str], dict[str, str]]) -> None:
    found = asked(app, path, **given(token_of(city, "scjg.planner")))
    assert not found.is_authenticated and found.permissions == frozenset()
    assert not any(found.may(one) for one in city.person("scjg.planner").permissions)


def test_nobody_is_remembered_by_a_cookie(app: Flask, city: City) -> None:
    """Flask-Login's own lasting cookie is never set, and rightly signed it lets nobody in: the server says how long."""
    signed_in, stranger = city.client("scjg.planner"), city.client()
    assert signed_in.get("/desk/").status_code == 200
    assert signed_in.get_cookie("remember_token") is None
    with app.app_context():
        stranger.set_cookie("remember_token", flask_login.encode_cookie(token_of(city, "scjg.planner")))
    assert stranger.get("/desk/").status_code == 302


def test_files_are_the_same_for_all(city: City) -> None:
    """Flask-Login looks into the session after every answer unless told not to; a style sheet depends on nobody."""
    answer = city.client("scjg.planner").get("/static/build/app.css?v=1")
    assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]
    assert "Cookie" not in answer.headers.get("Vary", "")
