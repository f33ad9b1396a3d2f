"""Who speaks to the database: the role, bureau and person of the current work.

The scope lives in a context variable, so a request, a job and a test each have their own. The
database enforces it (see `kernel.db`); `tenants.scope` makes the scopes of the product's roles.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from flask import Flask, current_app


class DbRole(StrEnum):
    """The PostgreSQL roles the application may take (architecture, "Tenancy in the database")."""

    IDENTITY = "onedoor_identity"
    BUREAU = "onedoor_bureau"
    SUPERVISOR = "onedoor_supervisor"
    OPERATOR = "onedoor_operator"
    DISPATCH = "onedoor_dispatch"
    PUBLIC = "onedoor_public"


@dataclass(frozen=True)
class Scope:
    """One role, and where it applies the bureau and the person acting.

    `origin` says from where for the audit (an address, "job", "demo"); `request` is the request's id.
    `acting_for` is in whose name the person acts, if not their own; `actor_name` says it too.
    """

    role: DbRole
    tenant_id: UUID | None = None
    actor_id: UUID | None = None
    actor_name: str = ""
    bureau_name: str = ""
    origin: str = ""
    request: str = ""
    acting_for: UUID | None = None


class NoScope(RuntimeError):
    """Raised when the database is spoken to without saying who speaks."""


_current: ContextVar[Scope | None] = ContextVar("onedoor_scope", default=None)


def current_scope() -> Scope:
    """The scope of this work; raises `NoScope` if none was entered."""
    scope = _current.get()
    if scope is None:
        raise NoScope("no scope: enter one with tenants.scope before using the database")
    return scope


def scope_or_none() -> Scope | None:
    """The scope of this work, or None."""
    return _current.get()


@contextmanager
def in_scope(scope: Scope, app: Flask | None = None) -> Iterator[Scope]:
    """Work in `scope`: a new application context, hence a new Session, for its whole life.

    A Session has one scope for life, because its identity map would hand the former bureau's
    objects to the next one.
    """
    flask_app = app or current_app._get_current_object()  # type: ignore[attr-defined]
    with flask_app.app_context():
        token = _current.set(scope)
        try:
            yield scope
        finally:
            from_context = flask_app.extensions["sqlalchemy"]
            from_context.session.remove()
            _current.reset(token)


def enter_request(scope: Scope) -> None:
    """Set the scope of a web request, which already has a context of its own."""
    _current.set(scope)


def leave_request() -> None:
    """Forget the request's scope at its end."""
    _current.set(None)
