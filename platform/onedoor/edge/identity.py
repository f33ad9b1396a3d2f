"""Who makes a request, by Flask-Login: its loaders return the frozen `Principal` of a session or of an API token.

A session is a row on the server that can be ended there. What Flask-Login keeps in the cookie as the user's id is that
row's token; there is no cookie that outlives it.
"""

from __future__ import annotations

from typing import Any, cast

import flask_login
from flask import Flask, Request, Response, current_app, g, has_request_context, request
from flask_login import LoginManager
from flask_login.mixins import AnonymousUserMixin
from werkzeug.local import LocalProxy

from tenants import people
from tenants.rules import Permission
from tenants.scope import Principal

__all__ = ["TOKEN", "begin", "current_user", "end", "install", "known", "person", "unauthorized"]

# Where Flask-Login keeps the user's id in Flask's session.
TOKEN = "_user_id"  # noqa: S105 # nosec B105 - a key, not a secret


# The ids of what asks for itself again by the clock or upon an event (`hx-trigger="every …"`, `changed`); jobs are `job-<id>`.
POLLING = frozenset({"scan-state", "draw-state", "witness-notes", "hall-board", "unread-messages"})


class Nobody(AnonymousUserMixin):  # type: ignore[misc]
    """Whoever has not signed in."""

    permissions: frozenset[Permission] = frozenset()

    def may(self, permission: Permission) -> bool:
        """Nobody may do what asks for a permission."""
        return False


def _whoever() -> Any:
    # A job that reads a list again has no request, and is nobody.
    return (flask_login.current_user._get_current_object() if has_request_context() else None) or Nobody()


# Whoever is signed in. Of nobody only `is_authenticated`, `permissions` and `may` can be asked.
current_user = cast(Principal, LocalProxy(_whoever))


class Logins(LoginManager):  # type: ignore[misc]
    """Flask-Login without its cookie that remembers people: how long a session lasts is decided on the server."""

    def _update_remember_cookie(self, response: Response) -> Response:
        return response

    def _load_user_from_remember_cookie(self, cookie: str) -> Any:
        return self._load_user_from_request(request)


def install(app: Flask, unauthorized: Any) -> None:
    """Identify every request; `unauthorized` answers those that need somebody and have nobody."""
    logins = Logins()
    logins.anonymous_user = Nobody
    # It would bind a session to address and browser, and officers change networks all day.
    logins.session_protection = None
    logins.user_loader(_of_session)
    logins.request_loader(_of_api_token)
    logins.unauthorized_handler(unauthorized)
    logins.init_app(app)
    app.before_request(_identify)


def person() -> Principal | None:
    """Who makes this request, or None."""
    found = flask_login.current_user._get_current_object()
    return found if getattr(found, "is_authenticated", False) else None


def known() -> Principal | None:
    """Who makes this request, if that was asked before it was refused: looks nobody up."""
    found = g.get("_login_user")
    return found if getattr(found, "is_authenticated", False) else None


def unauthorized() -> Any:
    """The answer to whoever has to sign in first."""
    return cast(Any, current_app).login_manager.unauthorized()


def begin(token: str) -> Principal:
    """This browser, and this request, speak for the session of `token` from now on."""
    found = people.principal_of(token)
    assert found is not None, "the session was opened a moment ago"
    flask_login.login_user(found)
    return found


def end(token: str | None) -> None:
    """End the session on the server and in the browser."""
    if token is not None:
        people.sign_out(token)
    flask_login.logout_user()


def _identify() -> None:
    # Before the request has a scope: whom a token belongs to is read in a transaction of its own. Files are for all alike.
    if request.endpoint != "static":
        # Read by what was written beside the change to `current_user`; goes with the last who reads it.
        try:
            g.principal = person()
        except Exception:
            # The page of the error asks who reads it, and would ask the same database again.
            g._login_user = Nobody()
            raise


def _of_session(token: str) -> Principal | None:
    # To the API a cookie says nothing: another site could make the browser send it.
    return None if _is_api() else people.principal_of(token, used=not _is_of_itself(request))


def _of_api_token(asked: Request) -> Principal | None:
    header = asked.headers.get("Authorization", "")
    if not _is_api() or not header.startswith("Bearer "):
        return None
    return people.principal_of_api_token(
        header.removeprefix("Bearer "), asked.remote_addr or "", asked.headers.get("User-Agent", "")
    )


def _is_of_itself(asked: Request) -> bool:
    """Whether the page asks by itself, with nobody at it: an event stream, or what htmx asks for again and again. Who claims so
    wrongly is signed out the sooner."""
    if asked.accept_mimetypes.best == "text/event-stream":
        return True
    trigger = asked.headers.get("HX-Trigger", "")
    return asked.method == "GET" and (trigger in POLLING or trigger.startswith("job-"))


def _is_api() -> bool:
    return request.path.startswith("/api/v")
