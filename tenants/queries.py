"""Reads about places and bureaus that every room may ask."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from tenants.models import (
    Bureau,
    CalendarYear,
    Jurisdiction,
    SupervisionGrant,
    Unit,
    UserAccount,
)


def bureau(bureau_id: UUID) -> Bureau:
    """The bureau with this id."""
    found = db.session.get(Bureau, bureau_id)
    if found is None:
        raise NotFound("没有找到这个单位。")
    return found


def my_bureau() -> Bureau:
    """The bureau of the current scope."""
    tenant_id = current_scope().tenant_id
    assert tenant_id is not None
    return bureau(tenant_id)


def bureaus(ids: list[UUID] | None = None) -> list[Bureau]:
    """Active bureaus in order of code, or those with these ids."""
    query = sa.select(Bureau).order_by(Bureau.code)
    return list(
        db.session.scalars(query.where(Bureau.id.in_(ids)) if ids is not None else query.where(Bureau.active))
    )


def closed_bureaus() -> list[Bureau]:
    """Bureaus that were closed or merged, in order of code."""
    return list(db.session.scalars(sa.select(Bureau).where(~Bureau.active).order_by(Bureau.code)))


def units() -> list[Unit]:
    """The units of the current bureau, by name."""
    return list(
        db.session.scalars(
            sa.select(Unit).where(Unit.tenant_id == current_scope().tenant_id).order_by(Unit.name)
        )
    )


def users() -> sa.Select[*tuple[Any, ...]]:
    """The people of the current bureau with their unit's name, for a list; no secrets among the columns."""
    columns = ("id", "username", "display_name", "post", "roles", "active")
    return (
        sa.select(*[getattr(UserAccount, name) for name in columns], Unit.name.label("unit"))
        .outerjoin(Unit, Unit.id == UserAccount.unit_id)
        .where(UserAccount.tenant_id == current_scope().tenant_id)
    )


def grants(bureau_id: UUID | None = None) -> list[tuple[SupervisionGrant, Bureau, Jurisdiction]]:
    """Supervision grants with their bureau and place, all or one bureau's (R-T3)."""
    query = (
        sa.select(SupervisionGrant, Bureau, Jurisdiction)
        .join(Bureau, Bureau.id == SupervisionGrant.bureau_id)
        .join(Jurisdiction, Jurisdiction.code == SupervisionGrant.jurisdiction_code)
        .order_by(Jurisdiction.code, Bureau.code)
    )
    if bureau_id is not None:
        query = query.where(SupervisionGrant.bureau_id == bureau_id)
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def places() -> list[Jurisdiction]:
    """All places in order of code."""
    return list(db.session.scalars(sa.select(Jurisdiction).order_by(Jurisdiction.code)))


def places_under(code: str) -> list[str]:
    """The codes of a place and all below it."""
    tree = sa.select(Jurisdiction.code).where(Jurisdiction.code == code).cte(recursive=True)
    tree = tree.union(sa.select(Jurisdiction.code).join(tree, Jurisdiction.parent_code == tree.c.code))
    return list(db.session.scalars(sa.select(tree.c.code)))


def supervisors_of(bureau_id: UUID) -> list[UUID]:
    """The bureaus that supervise this one, up the levels (R-T3)."""
    return list(db.session.scalars(sa.text("SELECT supervisors_of(:bureau)"), {"bureau": bureau_id}))


def supervisors_by_domain(bureau_id: UUID, domains: Collection[str]) -> list[UUID]:
    """The bureaus with a grant over this one's place in one of these domains (`all`, `market`), whatever its own is (R-T3)."""
    up, place = [], bureau(bureau_id).jurisdiction_code
    parents = {one.code: one.parent_code for one in places()}
    at: str | None = place
    while at is not None:
        up.append(at)
        at = parents.get(at)
    held = [
        grant.bureau_id
        for grant, _holder, _place in grants()
        if grant.jurisdiction_code in up
        and grant.domain in domains
        and grant.since <= today()
        and (grant.until is None or grant.until >= today())
    ]
    return list(dict.fromkeys(held))


def supervised_bureaus() -> list[Bureau]:
    """The bureaus the current one supervises."""
    query = (
        sa.select(Bureau).where(Bureau.id.in_(sa.text("SELECT supervised_bureaus()"))).order_by(Bureau.code)
    )
    return list(db.session.scalars(query))


def calendar_years() -> list[CalendarYear]:
    """Years an operator added to the calendar of working days (R-S3)."""
    return list(db.session.scalars(sa.select(CalendarYear).order_by(CalendarYear.year)))
