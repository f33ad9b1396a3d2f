"""Reads of what becomes of officers: leave, warnings of certificates, requests (R-L7 to R-L9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.officers.models import (
    CertificateNotice,
    Inspector,
    InspectorLeave,
    InspectorRequest,
)
from onedoor.officers.queries.inspectors import inspectors
from onedoor.officers.rules.certificates import CERTIFICATE, EXPIRED, WARNED
from onedoor.officers.rules.codes import InspectorStatus, RequestState


def own_inspector() -> Inspector | None:
    """The officer of the library that the signed-in person is."""
    actor = current_scope().actor_id
    return officer_of_account(actor) if actor else None


def officer_of_account(user_id: UUID, besides: Inspector | None = None) -> Inspector | None:
    """The officer, another one than `besides`, who signs in with an account; who left has none any more."""
    query = inspectors().where(Inspector.user_id == user_id, Inspector.status != InspectorStatus.LEFT)
    return db.session.scalar(query.where(Inspector.id != besides.id) if besides is not None else query)


def leaves_of(wanted: Inspector) -> list[InspectorLeave]:
    """An officer's leave, the latest first; another bureau's officers have none to see."""
    query = sa.select(InspectorLeave).where(InspectorLeave.inspector_id == wanted.id)
    return list(db.session.scalars(query.order_by(InspectorLeave.since.desc(), InspectorLeave.id)))


def leaves_between(first: date, last: date) -> list[InspectorLeave]:
    """The current bureau's leave that touches these days, in order."""
    query = sa.select(InspectorLeave).where(
        InspectorLeave.tenant_id == current_scope().tenant_id,
        InspectorLeave.ended_at.is_(None),
        InspectorLeave.since <= last,
        InspectorLeave.until >= first,
    )
    return list(db.session.scalars(query.order_by(InspectorLeave.since, InspectorLeave.id)))


def days_away(officers: Iterable[Inspector], days: Sequence[date]) -> set[tuple[date, str]]:
    """The days on which these officers are on leave, with their codes; of other bureaus' nobody here knows (access.md)."""
    codes = {inspector.id: inspector.code for inspector in officers}
    return {
        (day, codes[leave.inspector_id])
        for leave in leaves_between(min(days), max(days))
        for day in days
        if leave.inspector_id in codes and leave.since <= day <= leave.until
    }


def away_on(day: sa.ColumnElement[date] | date) -> sa.ColumnElement[bool]:
    """Whether an officer is on leave on a day, as a condition; where the leave may not be seen, no."""
    return sa.exists().where(
        InspectorLeave.inspector_id == Inspector.id,
        InspectorLeave.ended_at.is_(None),
        InspectorLeave.since <= day,
        InspectorLeave.until >= day,
    )


def notices_of(wanted: Inspector) -> list[CertificateNotice]:
    """What was told of an officer's certificates, the latest first."""
    query = sa.select(CertificateNotice).where(CertificateNotice.inspector_id == wanted.id)
    return list(db.session.scalars(query.order_by(CertificateNotice.made_at.desc(), CertificateNotice.id)))


def warned_of(stage: str) -> sa.ColumnElement[bool]:
    """Whether an officer's certificate is at this stage of `WARNED`, or `EXPIRED`, today, as a condition (R-L8).

    Each is at one stage; who was suspended because of it stays at `EXPIRED` until it is renewed.
    """
    active, ends, day = Inspector.status == InspectorStatus.ACTIVE, Inspector.certificate_expires_on, today()
    if stage == EXPIRED:
        return sa.or_(Inspector.suspended_for == CERTIFICATE, sa.and_(active, ends < day))
    after = max((days for days in WARNED if days < int(stage)), default=-1)
    return sa.and_(active, ends > day + timedelta(days=after), ends <= day + timedelta(days=int(stage)))


def requests() -> sa.Select[Any]:
    """What the current bureau's officers asked for, for a list; each row has `InspectorRequest` and the officer's `name`."""
    query: Any = sa.select(InspectorRequest, Inspector.name)
    found: sa.Select[Any] = query.join(Inspector, Inspector.id == InspectorRequest.inspector_id)
    return found.where(InspectorRequest.tenant_id == current_scope().tenant_id)


def requests_of(wanted: Inspector) -> list[InspectorRequest]:
    """What an officer asked for, the latest first."""
    query = sa.select(InspectorRequest).where(InspectorRequest.inspector_id == wanted.id)
    return list(db.session.scalars(query.order_by(InspectorRequest.asked_at.desc(), InspectorRequest.id)))


def waiting_requests() -> sa.Select[Any]:
    """What waits for the clerk's answer."""
    return requests().where(InspectorRequest.state == RequestState.WAITING)


def my_request(request_id: UUID) -> InspectorRequest:
    """A request of the current bureau's officers."""
    found = db.session.get(InspectorRequest, request_id)
    if found is None or found.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这件申请。")
    return found
