"""Who may enter: every route says so, and the application does not start otherwise.

`@allow(Permission…)` for signed-in people, `@signed_in` for any of them, `@public` for everybody. The
guard also chooses the database scope of the request and commits once, at the edge.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, make_response, redirect, request, url_for

from onedoor.edge import idempotency, identity, versions
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Forbidden
from onedoor.kernel.scope import DbRole, Scope, enter_request, leave_request
from tenants import scope
from tenants.rules import Permission

Route = TypeVar("Route", bound=Callable[..., Any])
_SCOPES: dict[DbRole, Callable[..., Scope]] = {
    DbRole.BUREAU: scope.bureau,
    DbRole.SUPERVISOR: scope.supervisor,
    DbRole.OPERATOR: scope.operator,
}


class Expectation:
    """What a route asks: `permissions` any of which suffices (empty: any person; None: nobody needed)."""

    def __init__(self, permissions: tuple[Permission, ...] | None, role: DbRole) -> None:
        self.permissions, self.role = permissions, role

    def met_by(self, person: scope.Principal | None) -> bool:
        """Whether a route that asks this lets somebody in."""
        if self.permissions is None:
            return True
        return person is not None and (
            not self.permissions or any(person.may(one) for one in self.permissions)
        )


def allow(*permissions: Permission, role: DbRole = DbRole.BUREAU) -> Callable[[Route], Route]:
    """Signed-in people with any of `permissions`; the request works in database role `role`."""
    return _guarded(Expectation(permissions, role))


def signed_in(route: Route) -> Route:
    """Any signed-in person, in their own bureau."""
    return _guarded(Expectation((), DbRole.BUREAU))(route)


def public(route: Route) -> Route:
    """Everybody, in the public's scope: disclosure and the public's functions, nothing else."""
    return _guarded(Expectation(None, DbRole.PUBLIC))(route)


def install(app: Flask) -> None:
    """Give every request its person and scope."""
    identity.install(app, _ask_to_sign_in)
    app.teardown_request(lambda _: leave_request())


def refuse_unguarded(app: Flask) -> None:
    """Raise if any route says nothing about who may enter."""
    unguarded = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and expectation_of(app.view_functions[rule.endpoint]) is None
    ]
    if unguarded:
        raise RuntimeError(f"routes that do not say who may enter: {', '.join(sorted(unguarded))}")


def expectation_of(view: Callable[..., Any]) -> Expectation | None:
    """What a view asks of who enters, or None if it says nothing."""
    found = getattr(view, "onedoor_expectation", None)
    return found if isinstance(found, Expectation) else None


def may_enter(endpoint: str) -> bool:
    """Whether who is here may open a page, as its guard will decide: nobody is led where one is turned away."""
    asked = expectation_of(current_app.view_functions[endpoint])
    return asked is not None and asked.met_by(identity.person())


def _guarded(expectation: Expectation) -> Callable[[Route], Route]:
    def wrap(route: Route) -> Route:
        @functools.wraps(route)
        def entered(*args: Any, **kwargs: Any) -> Any:
            refusal = _enter(expectation)
            if refusal is not None:
                return refusal
            return _commit_once(route, *args, **kwargs)

        entered.onedoor_expectation = expectation  # type: ignore[attr-defined]
        return entered  # type: ignore[return-value]

    return wrap


def _enter(expectation: Expectation) -> Any:
    origin, number = request.remote_addr or "", g.request_id
    if expectation.permissions is None:
        enter_request(scope.public(origin, number))
        return None
    person = identity.person()
    if person is None:
        return identity.unauthorized()
    if not expectation.met_by(person):
        raise Forbidden()
    if person.rooms and (request.blueprint or "").removeprefix("api_") not in person.rooms:
        raise Forbidden()
    enter_request(_SCOPES[expectation.role](person, origin, number))
    return None


def _ask_to_sign_in() -> Any:
    if request.path.startswith("/api/v"):
        raise NotSignedIn()
    target = url_for("session.sign_in", next=request.full_path if request.method == "GET" else None)
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": target})
    return redirect(target)


class NotSignedIn(ClerkError):
    """The API was called without a valid token or session."""

    status = 401

    def __init__(self) -> None:
        super().__init__("请先登录，或在请求头中提供有效的接口令牌。")


def keep_all_the_same() -> None:
    """What this request wrote so far is kept, though its answer says that something is to be mended."""
    g.keep_all_the_same = True


def _commit_once(route: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """One commit at the edge: what a page answers below 400 is kept, anything else is undone unless it asked to be kept."""
    try:
        first = idempotency.first_answer()
        if first is not None:
            return first
        versions.expect_match()
        response = make_response(route(*args, **kwargs))
        idempotency.keep(response)
    except BaseException:
        db.session.rollback()
        raise
    if response.status_code < 400 or g.get("keep_all_the_same"):
        db.session.commit()
    else:
        db.session.rollback()
    return response
