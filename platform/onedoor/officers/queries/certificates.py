"""Reads of the register of certificates (R-T4)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.officers.models import Certificate
from tenants import queries as tenants


def keepers() -> list[UUID]:
    """The justice bureaus whose certificates count for the current bureau, the nearest first (R-T3, R-T4).

    Justice is who supervises in every domain, at the bureau's own place or above it.
    """
    above, places = tenants.my_bureau().jurisdiction_code, {one.code: one for one in tenants.places()}
    chain: list[str] = []
    while above:
        chain.append(above)
        above = places[above].parent_code or ""
    day = today()
    held = [
        (chain.index(grant.jurisdiction_code), grant.bureau_id)
        for grant, _bureau, _place in tenants.grants()
        if grant.domain == "all"
        and grant.jurisdiction_code in chain
        and grant.since <= day
        and (grant.until is None or grant.until >= day)
    ]
    return [bureau for _far, bureau in sorted(held)]


def keeps() -> bool:
    """Whether the current bureau keeps certificates: justice does, which supervises in every domain."""
    day = today()
    return any(
        grant.domain == "all" and grant.since <= day and (grant.until is None or grant.until >= day)
        for grant, _bureau, _place in tenants.grants(current_scope().tenant_id)
    )


def certificates() -> sa.Select[Any]:
    """Those that count for the current bureau, and its own, for a list."""
    return sa.select(Certificate).where(Certificate.tenant_id.in_({*keepers(), current_scope().tenant_id}))


def my_certificates() -> sa.Select[Any]:
    """Those that the current bureau keeps."""
    return sa.select(Certificate).where(Certificate.tenant_id == current_scope().tenant_id)


def certificate(certificate_id: UUID) -> Certificate:
    """One, whoever keeps it."""
    found = db.session.get(Certificate, certificate_id)
    if found is None:
        raise NotFound("没有找到这个执法证件。")
    return found


def my_certificate(certificate_id: UUID) -> Certificate:
    """One that the current bureau keeps."""
    found = certificate(certificate_id)
    if found.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这个执法证件。")
    return found


def known(number: str) -> Certificate | None:
    """The current bureau's own of this number."""
    return db.session.scalar(my_certificates().where(Certificate.number == number))


def by_number(numbers: Collection[str]) -> dict[str, list[Certificate]]:
    """The certificates of these numbers that count for the current bureau, those of the nearest keeper first."""
    near = {bureau: far for far, bureau in reversed(list(enumerate(keepers())))}
    query = sa.select(Certificate).where(Certificate.number.in_(numbers), Certificate.tenant_id.in_(near))
    found: dict[str, list[Certificate]] = {}
    for one in sorted(db.session.scalars(query), key=lambda one: near[one.tenant_id]):
        found.setdefault(one.number, []).append(one)
    return found


def any_kept() -> bool:
    """Whether a justice bureau above keeps its certificates here yet."""
    of_keepers = sa.select(Certificate.id).where(Certificate.tenant_id.in_(keepers()))
    return bool(db.session.scalar(sa.select(sa.exists(of_keepers))))
