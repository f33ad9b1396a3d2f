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
from onedoor.registry.models import Certificate
from tenants import queries as tenants


def keeps() -> bool:
    """Whether the current bureau keeps certificates: justice does, which supervises in every domain."""
    day = today()
    return any(
        grant.domain == "all" and grant.since <= day and (grant.until is None or grant.until >= day)
        for grant, _bureau, _place in tenants.grants(current_scope().tenant_id)
    )


def certificates() -> sa.Select[Any]:
    """Every justice bureau's, for a list."""
    return sa.select(Certificate)


def my_certificates() -> sa.Select[Any]:
    """Those that the current bureau keeps."""
    return certificates().where(Certificate.tenant_id == current_scope().tenant_id)


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


def by_number(numbers: Collection[str]) -> dict[str, Certificate]:
    """Certificates of these numbers, whoever keeps them; of one that two keep, what was said last."""
    query = certificates().where(Certificate.number.in_(numbers)).order_by(Certificate.updated_at)
    return {one.number: one for one in db.session.scalars(query)}


def any_kept() -> bool:
    """Whether any justice bureau keeps its certificates here yet."""
    return bool(db.session.scalar(sa.select(sa.exists(sa.select(Certificate.id)))))
