"""Reads of corrections, and who keeps an entity (R-T4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities.models import Correction, CorrectionFile, Entity
from onedoor.entities.queries.entities import my_entity_kinds
from onedoor.entities.rules.codes import CorrectionState
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from tenants import queries as tenants
from tenants.models import Bureau

RECEIVED, SENT = "received", "sent"


def correction(correction_id: UUID) -> Correction:
    """A correction that the current bureau proposed or is to answer."""
    found = db.session.get(Correction, correction_id)
    if found is None:
        raise NotFound("没有找到这条更正建议。")
    return found


def correction_files(correction_id: UUID) -> list[CorrectionFile]:
    """The evidence of one, in the order it was given."""
    query = sa.select(CorrectionFile).where(CorrectionFile.correction_id == correction_id)
    return list(db.session.scalars(query.order_by(CorrectionFile.id)))


def correction_file(correction_id: UUID, file_id: UUID) -> CorrectionFile:
    """One file of the evidence, if the current bureau sent or received it."""
    found = db.session.get(CorrectionFile, file_id)
    if found is None or found.correction_id != correction_id:
        raise NotFound("没有找到这个文件。")
    return found


def corrections(part: str = "") -> sa.Select[Any, Any]:
    """Those the current bureau received, those it sent, or both, for a list; with their entities, but of somebody new."""
    query: Any = sa.select(Correction, Entity)
    query = query.outerjoin(Entity, Entity.id == Correction.entity_id)
    me = current_scope().tenant_id
    if part == RECEIVED:
        return query.where(Correction.receiver_id == me)
    return query.where(Correction.tenant_id == me) if part == SENT else query


def corrections_of(entity_id: UUID) -> list[Correction]:
    """Of one entity, those the current bureau sent or received, newest first."""
    query = sa.select(Correction).where(Correction.entity_id == entity_id)
    return list(db.session.scalars(query.order_by(Correction.asked_at.desc(), Correction.id).limit(20)))


def corrections_to_be_answered(field: str) -> list[Correction]:
    """What the current bureau proposed of a field, of whatever entity, and nobody has answered."""
    mine = sa.select(Correction).where(
        Correction.tenant_id == current_scope().tenant_id,
        Correction.field == field,
        Correction.state == CorrectionState.SENT,
    )
    return list(db.session.scalars(mine))


def corrections_to_answer() -> sa.Select[Any, Any]:
    """What waits for the current bureau's answer."""
    return corrections(RECEIVED).where(Correction.state == CorrectionState.SENT)


def keeper_of(entity: Entity) -> Bureau | None:
    """The bureau that keeps the entity: the one that entered it, or of those that keep its kind the nearest above its
    place; None where nobody keeps the kind."""
    return keeper_of_kind(entity.kind, entity.jurisdiction_code, entity.kept_by)


def keeper_of_kind(kind: str, place: str, entered_by: UUID | None = None) -> Bureau | None:
    """The bureau that keeps entities of a kind at a place, as `keeper_of` an entity."""
    if kind in my_entity_kinds():
        return tenants.my_bureau()
    everybody = [one for one in tenants.bureaus() if one.active]
    keepers = [one for one in everybody if kind in one.entity_kinds]
    keepers = keepers or [one for one in everybody if "other" in one.entity_kinds]
    above = _line_of(place)
    return min(
        keepers,
        key=lambda one: (
            one.id != entered_by,
            above.index(one.jurisdiction_code) if one.jurisdiction_code in above else len(above),
            one.code,
        ),
        default=None,
    )


def _line_of(code: str) -> list[str]:
    """A place and those above it."""
    parents, line = {place.code: place.parent_code for place in tenants.places()}, []
    at: str | None = code
    while at is not None and at not in line:
        line.append(at)
        at = parents.get(at)
    return line
