"""Reads of the list of experts and testing institutes (R-L7)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.officers.models import Expert, ExpertNotice
from onedoor.officers.rules.certificates import looked_at


def experts() -> sa.Select[Any]:
    """The current bureau's, for a list."""
    return sa.select(Expert).where(Expert.tenant_id == current_scope().tenant_id)


def expert(expert_id: UUID) -> Expert:
    """One of the current bureau's."""
    found = db.session.get(Expert, expert_id)
    if found is None or found.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这名专家或这家机构。")
    return found


def known(name: str, organisation: str) -> Expert | None:
    """The one of that name at that organisation."""
    return db.session.scalar(experts().where(Expert.name == name, Expert.organisation == organisation))


def organisations() -> dict[str, set[str]]:
    """By each name that stands in the list, where they are who bear it."""
    found: dict[str, set[str]] = {}
    for name, organisation in db.session.execute(
        experts().with_only_columns(Expert.name, Expert.organisation)
    ):
        found.setdefault(name, set()).add(organisation)
    return found


def notices_of(wanted: Expert) -> list[ExpertNotice]:
    """What was told of a credential's end, the latest first."""
    query = sa.select(ExpertNotice).where(ExpertNotice.expert_id == wanted.id)
    return list(db.session.scalars(query.order_by(ExpertNotice.made_at.desc(), ExpertNotice.id)))


def ending_credentials() -> sa.Select[Any]:
    """The current bureau's experts and institutes on the list whose credentials end within 90 days, or ended."""
    return experts().where(Expert.active, Expert.credential_expires_on <= looked_at(today()))


def who_may_assist(on: date) -> list[Expert]:
    """Who may assist on a day: on the list, and their credential not over."""
    query = experts().where(
        Expert.active,
        sa.or_(Expert.credential_expires_on.is_(None), Expert.credential_expires_on >= on),
    )
    return list(db.session.scalars(query.order_by(Expert.sort_key, Expert.id)))
