"""Reads of provisional numbers and of entities that still wait for their credit code."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from onedoor.entities.models import Entity, EntityMerge, ProvisionalNumber
from onedoor.entities.rules.codes import LISTABLE
from onedoor.kernel.codes import is_provisional
from onedoor.kernel.db import db


def provisional_number_of(entity: Entity) -> ProvisionalNumber | None:
    """The provisional number an entity has, or had until its code came."""
    either = sa.or_(ProvisionalNumber.number == entity.code, ProvisionalNumber.code == entity.code)
    return db.session.scalar(sa.select(ProvisionalNumber).where(either).limit(1))


def numbers_of(code: str) -> list[str]:
    """A code or provisional number as it was given, and the other number of the same entity."""
    found = db.session.scalars(sa.text("SELECT number FROM provisional_numbers_of(:asked)"), {"asked": code})
    return [code, *found]


def credit_code_now(code: str) -> str:
    """The credit code that came for a provisional number; what is no such number, or has none yet, as it is."""
    return numbers_of(code)[-1] if is_provisional(code) else code


def waiting_for_code() -> sa.Select[Any]:
    """Entities in business that have a provisional number only, each with that and with a code that stands under the same
    name (`namesake`): to be cleared."""
    other, merged = (
        aliased(Entity),
        sa.exists().where(EntityMerge.gone_id == Entity.id, EntityMerge.undone_at.is_(None)),
    )
    namesake = (
        sa.select(sa.func.min(other.code))
        .where(other.sort_key == Entity.sort_key, other.name == Entity.name, ~other.code.like("ZB%"))
        .correlate(Entity)
        .scalar_subquery()
        .label("namesake")
    )
    return (
        sa.select(Entity, ProvisionalNumber, namesake)
        .join(ProvisionalNumber, ProvisionalNumber.number == Entity.code)
        .where(Entity.status.in_(LISTABLE), ~merged)
    )
