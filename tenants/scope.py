"""Scopes of the product's roles: who a piece of work speaks for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from onedoor.kernel.scope import DbRole, Scope, current_scope, in_scope
from tenants.rules import Permission, Role

if TYPE_CHECKING:
    from onedoor.kernel.jobs import Job

__all__ = [
    "Principal",
    "Scope",
    "account_keeper",
    "bureau",
    "current_scope",
    "identity",
    "in_scope",
    "of_job",
    "operator",
    "public",
    "supervisor",
]


@dataclass(frozen=True)
class Acting:
    """In whose name a person acts, on leave (代办) or by written delegation (委托), and until which day."""

    stand_in_id: UUID
    user_id: UUID
    name: str
    kind: str
    until: date


@dataclass(frozen=True)
class Principal:
    """A signed-in person, as Flask-Login asks for one: frozen, and never an ORM object.

    `token` is that of the session it was read from; empty where it was made in another way.
    """

    is_authenticated: ClassVar[bool] = True
    is_active: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    user_id: UUID
    tenant_id: UUID
    username: str
    display_name: str
    post: str
    unit_id: UUID | None
    bureau_code: str
    bureau_name: str
    bureau_short_name: str
    jurisdiction_code: str
    roles: frozenset[Role]
    permissions: frozenset[Permission]
    session_digest: str
    acting: Acting | None = None
    # Of a token: the parts of the interface it opens; empty: all.
    rooms: frozenset[str] = frozenset()
    token: str = field(default="", repr=False, compare=False)

    def get_id(self) -> str:
        """What Flask-Login keeps in the browser: the session's token, never who it is."""
        return self.token

    @property
    def named(self) -> str:
        """The name under everything this person does: 甲, or 甲 代 乙."""
        return self.display_name if self.acting is None else f"{self.display_name} 代 {self.acting.name}"

    @property
    def area(self) -> str:
        """The side bar this person works with: platform, oversight or bureau."""
        if Permission.PLATFORM_MANAGE in self.permissions:
            return "platform"
        return "oversight" if Permission.OVERSIGHT in self.permissions else "bureau"

    def may(self, permission: Permission) -> bool:
        """Whether any of this person's roles has the permission."""
        return permission in self.permissions


def bureau(person: Principal, origin: str = "", request: str = "") -> Scope:
    """A person's work in their own bureau."""
    return _scope(DbRole.BUREAU, person, origin, request)


def supervisor(person: Principal, origin: str = "", request: str = "") -> Scope:
    """A supervisor's reading within the grants of the bureau (R-T3)."""
    return _scope(DbRole.SUPERVISOR, person, origin, request)


def operator(person: Principal, origin: str = "", request: str = "") -> Scope:
    """The platform operator: bureaus, grants, code lists, no case data."""
    return _scope(DbRole.OPERATOR, person, origin, request)


def identity(tenant_id: UUID | None = None, origin: str = "", request: str = "") -> Scope:
    """Signing in, before there is a bureau."""
    return Scope(DbRole.IDENTITY, tenant_id=tenant_id, origin=origin, request=request)


def account_keeper() -> Scope:
    """The accounts of one's own bureau, for whoever works in the current scope; the database keeps it to that."""
    here = current_scope()
    assert here.tenant_id is not None, "accounts are kept by a bureau"
    return replace(here, role=DbRole.IDENTITY)


def public(origin: str = "", request: str = "") -> Scope:
    """Anybody without an account."""
    return Scope(DbRole.PUBLIC, origin=origin, request=request)


def of_job(job: Job, bureau_name: str) -> Scope:
    """The scope a job runs in: its bureau, for the person who asked, and in whose name they did.

    What another bureau asked for is done by the bureau itself, so no stranger's name stands under its acts.
    """
    own = job.sender_id == job.tenant_id
    return Scope(
        DbRole.BUREAU,
        tenant_id=job.tenant_id,
        actor_id=job.actor_id if own else None,
        actor_name=job.actor_name if own else "后台作业",
        bureau_name=bureau_name,
        origin="job",
        request=str(job.id),
        acting_for=job.acting_for if own else None,
    )


def _scope(role: DbRole, person: Principal, origin: str, request: str) -> Scope:
    return Scope(
        role,
        tenant_id=person.tenant_id,
        actor_id=person.user_id,
        actor_name=person.named,
        bureau_name=person.bureau_name,
        origin=origin,
        request=request,
        acting_for=person.acting.user_id if person.acting else None,
    )
