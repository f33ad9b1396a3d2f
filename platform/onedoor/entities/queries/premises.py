"""Reads of what belongs to an entity: places, licences, and their history."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities.models import BelongingChange, Entity, Licence, Premises
from onedoor.entities.queries.history_position import Moment, earlier
from onedoor.entities.rules.codes import LicenceState
from onedoor.imports.models import Import
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from tenants.models import Bureau, UserAccount

# Days before its end from which a licence is told to be about to expire.
SOON = 90


def premises(premises_id: UUID) -> Premises:
    """The place of business with this id."""
    found = db.session.get(Premises, premises_id)
    if found is None:
        raise NotFound("没有找到这个经营场所。")
    return found


def premises_of(entity_id: UUID) -> list[Premises]:
    """The places of an entity, those in use first, by number."""
    query = sa.select(Premises).where(Premises.entity_id == entity_id)
    return list(db.session.scalars(query.order_by(Premises.closed_on.is_not(None), Premises.number)))


def all_premises() -> sa.Select[Any, Any]:
    """All places with their entities, for a list."""
    return sa.select(Premises, Entity).join(Entity, Entity.id == Premises.entity_id)


def licence(licence_id: UUID) -> Licence:
    """The licence with this id."""
    found = db.session.get(Licence, licence_id)
    if found is None:
        raise NotFound("没有找到这个许可证。")
    return found


def licences_of(entity_id: UUID) -> list[Licence]:
    """The licences of an entity, by kind."""
    query = sa.select(Licence).where(Licence.entity_id == entity_id)
    return list(db.session.scalars(query.order_by(Licence.kind, Licence.number)))


def licences() -> sa.Select[Any, Any]:
    """All licences with their entities, for a list."""
    return sa.select(Licence, Entity).join(Entity, Entity.id == Licence.entity_id)


def licence_state(licence: Licence) -> LicenceState:
    """Where a licence stands today."""
    if licence.cancelled_on is not None:
        return LicenceState.CANCELLED
    if licence.valid_to is None or licence.valid_to > _soon():
        return LicenceState.VALID
    return LicenceState.EXPIRED if licence.valid_to < today() else LicenceState.EXPIRING


def in_licence_state(state: str) -> sa.ColumnElement[bool]:
    """The same as a condition of a query."""
    stands, end = Licence.cancelled_on.is_(None), Licence.valid_to
    clauses: dict[str, sa.ColumnElement[bool]] = {
        LicenceState.CANCELLED: Licence.cancelled_on.is_not(None),
        LicenceState.VALID: sa.and_(stands, sa.or_(end.is_(None), end > _soon())),
        LicenceState.EXPIRING: sa.and_(stands, end >= today(), end <= _soon()),
        LicenceState.EXPIRED: sa.and_(stands, end < today()),
    }
    return clauses[state]


def licensed(states: tuple[str, ...]) -> sa.Select[Any]:
    """Ids of the entities that have a licence in one of these states."""
    return sa.select(Licence.entity_id).where(sa.or_(*(in_licence_state(state) for state in states)))


class PremisesHistoryEntry(NamedTuple):
    """One change of what belongs to an entity: by which bureau; the load and the person where they are this bureau's own."""

    change: BelongingChange
    bureau: str
    load: Import | None
    actor: str


def belongings_history(
    entity_id: UUID, most: int = 50, before: Moment | None = None
) -> list[PremisesHistoryEntry]:
    """What became of an entity's places, licences and tags, newest first; what was `before` a moment."""
    query = (
        sa.select(BelongingChange, Bureau.name, Import, UserAccount.display_name)
        .join(Bureau, Bureau.id == BelongingChange.tenant_id)
        .outerjoin(Import, Import.id == BelongingChange.import_id)
        .outerjoin(UserAccount, UserAccount.id == BelongingChange.actor_id)
        .where(BelongingChange.entity_id == entity_id, *earlier(BelongingChange, before))
        .order_by(BelongingChange.at.desc(), BelongingChange.id.desc())
        .limit(most)
    )
    return [PremisesHistoryEntry(row[0], row[1], row[2], row[3] or "") for row in db.session.execute(query)]


def _soon() -> date:
    return today() + timedelta(days=SOON)
