"""Reads of the inspector library (R-L7, R-L8)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.officers.models import Inspector, InspectorLeave, InspectorPrivate, Recusal
from onedoor.officers.rules.codes import InspectorStatus


def inspector(inspector_id: UUID) -> Inspector:
    """The officer with this id, of any bureau (the columns of F2 are everybody's)."""
    found = db.session.get(Inspector, inspector_id)
    if found is None:
        raise NotFound("没有找到这名执法人员。")
    return found


def inspectors() -> sa.Select[Any]:
    """The current bureau's library, for a list."""
    return sa.select(Inspector).where(Inspector.tenant_id == current_scope().tenant_id)


def initials(key: Any = Inspector.sort_key) -> sa.ColumnElement[str]:
    """First letters of an officer's name as it is read, the family name as one: 单明 is `sm`. Of the few of a bureau; no index.

    `key` is the sort key of whoever else is in such a list.
    """
    return sa.func.regexp_replace(key, "([^ ])[^ ]* ?", "\\1", "g", type_=sa.Text())


def bureau_inspectors(bureau_id: UUID) -> list[Inspector]:
    """A bureau's library without those who left, in Chinese order."""
    query = sa.select(Inspector).where(Inspector.tenant_id == bureau_id, in_library())
    return list(db.session.scalars(query.order_by(Inspector.sort_key, Inspector.code)))


def in_library() -> sa.ColumnElement[bool]:
    """Whether an officer is in the library: entered and not left (R-L9), as a condition."""
    return Inspector.status.in_([InspectorStatus.ACTIVE.value, InspectorStatus.SUSPENDED.value])


def my_inspectors(on: date | None = None, between: tuple[date, date] | None = None) -> list[Inspector]:
    """Officers of the current bureau who may be drawn, check and sign on that day (today), by code (R-L8).

    Without those whose leave takes up all the days `between` a first and a last.
    """
    query = inspectors().where(drawable(on or today()))
    if between is not None:
        query = query.where(~_away_all(*between))
    return list(db.session.scalars(query.order_by(Inspector.code)))


def _away_all(first: date, last: date) -> sa.ColumnElement[bool]:
    """Whether leave, in one piece or several, takes up all the days from a first to a last, as a condition."""
    away = sa.func.range_agg(sa.func.daterange(InspectorLeave.since, InspectorLeave.until, "[]"))
    taken_up = sa.select(away.op("@>", is_comparison=True)(sa.func.daterange(first, last, "[]"))).where(
        InspectorLeave.inspector_id == Inspector.id, InspectorLeave.ended_at.is_(None)
    )
    return sa.func.coalesce(taken_up.scalar_subquery(), False)


def drawable(on: date) -> sa.ColumnElement[bool]:
    """Whether an officer may be drawn on a day (R-L8), as a condition."""
    return sa.and_(
        Inspector.status == InspectorStatus.ACTIVE,
        Inspector.certificate_number.is_not(None),
        sa.func.coalesce(Inspector.certificate_expires_on, date.min) >= on,
    )


def is_my_inspector(wanted: Inspector) -> bool:
    """Whether an officer is the current bureau's."""
    return wanted.tenant_id == current_scope().tenant_id


def my_inspector(inspector_id: UUID) -> Inspector:
    """One of the current bureau's officers, to change."""
    found = inspector(inspector_id)
    if not is_my_inspector(found):
        raise NotFound("没有找到这名执法人员。")
    return found


def private_of(wanted: Inspector) -> InspectorPrivate | None:
    """Identity number and phone, sealed; only the officer's own bureau gets the row."""
    return db.session.scalar(sa.select(InspectorPrivate).where(InspectorPrivate.inspector_id == wanted.id))


def recusals_of(wanted: Inspector) -> list[Recusal]:
    """Whom an officer may not check, newest first."""
    query = sa.select(Recusal).where(Recusal.inspector_id == wanted.id)
    return list(db.session.scalars(query.order_by(Recusal.since.desc(), Recusal.id)))


def my_recusal(wanted: Inspector, recusal_id: UUID) -> Recusal:
    """One of an officer's recusals; another bureau's officers have none to see."""
    found = db.session.get(Recusal, recusal_id)
    if found is None or found.inspector_id != wanted.id:
        raise NotFound("没有找到这条回避记录。")
    return found


def my_recusals(on: date | None = None) -> list[Recusal]:
    """The current bureau's recusals in force on a day (today), by officer and entity."""
    day = on or today()
    query = sa.select(Recusal).where(
        Recusal.tenant_id == current_scope().tenant_id,
        Recusal.since <= day,
        sa.or_(Recusal.until.is_(None), Recusal.until >= day),
    )
    return list(db.session.scalars(query.order_by(Recusal.inspector_id, Recusal.entity_code)))
