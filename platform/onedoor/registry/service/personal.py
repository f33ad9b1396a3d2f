"""Numbers of people: kept sealed with their keyed hash, found by the exact value, revealed for a reason (R-T7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel import audit
from onedoor.kernel.crypto import plain
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sealed import SealedColumn
from onedoor.registry import queries
from onedoor.registry.models import Duty, Entity, EntityContact, Inspector, InspectorPrivate
from onedoor.registry.policies import CONTACT, DUTY_CONTACT, IDENTITY, PHONE
from onedoor.registry.service.sealing import cipher

# A shorter piece of a number is no number one already knows.
SHORTEST = 7


@dataclass(frozen=True)
class Found:
    """Whose number it is: officers of this bureau, and firms whose contact it noted."""

    inspectors: list[Inspector]
    entities: list[Entity]


def seal(row: InspectorPrivate | EntityContact, column: SealedColumn, text: str) -> None:
    """Keep `text` in a column of the row, with the hash by which it is found."""
    assert column.index is not None
    row.id = row.id or new_id()
    setattr(row, column.column, column.seal(row.id, text))
    setattr(row, column.index, cipher().blind(text, column.about(row.tenant_id)))


def find_number(text: str) -> Found:
    """Whose identity number or phone this exactly is, among this bureau's; the search is logged, its words are not."""
    if len(plain(text)) < SHORTEST:
        raise ClerkError(
            "请填写完整的身份证号或电话号码。", fields={"number": ["请填写完整的身份证号或电话号码。"]}
        )
    officers = sa.select(InspectorPrivate.inspector_id).where(
        sa.or_(_is(InspectorPrivate, IDENTITY, text), _is(InspectorPrivate, PHONE, text))
    )
    firms = sa.select(EntityContact.entity_id).where(_is(EntityContact, CONTACT, text))
    inspectors = queries.inspectors().where(Inspector.id.in_(officers)).order_by(Inspector.sort_key)
    entities = sa.select(Entity).where(Entity.id.in_(firms)).order_by(Entity.sort_key).limit(50)
    found = Found(list(db.session.scalars(inspectors)), list(db.session.scalars(entities)))
    counted = {"inspectors": len(found.inspectors), "entities": len(found.entities)}
    audit.record("registry.number.find", ("number", None), after=counted)
    return found


def officer_with_identity(number: str) -> Inspector | None:
    """Whose identity number this is in the bureau's library, also of those who left; found by its keyed hash."""
    kept = sa.select(InspectorPrivate.inspector_id).where(_is(InspectorPrivate, IDENTITY, number))
    return db.session.scalar(queries.inspectors().where(Inspector.id.in_(kept)).limit(1)) if number else None


def reveal_inspector(inspector: Inspector, what: str, reason: str) -> str:
    """The identity number or the phone of an officer in clear (`what`); it is logged with the reason (R-T7)."""
    if inspector.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这名执法人员。")
    columns = {"identity_number": IDENTITY, "phone": PHONE}
    if what not in columns:
        raise NotFound("没有登记这个号码。")
    subject = ("inspector", inspector.id, inspector.name)
    return _reveal(subject, columns[what], reason, queries.private_of(inspector))


def reveal_contact(entity: Entity, reason: str) -> str:
    """The phone this bureau noted of a firm, in clear; it is logged with the reason (R-T7)."""
    query = sa.select(EntityContact).where(
        EntityContact.tenant_id == current_scope().tenant_id, EntityContact.entity_id == entity.id
    )
    return _reveal(("entity", entity.id, entity.name), CONTACT, reason, db.session.scalar(query))


def reveal_duty(duty: Duty, reason: str) -> str:
    """How somebody who answers for this work is reached, in clear; it is logged with the reason (R-T7)."""
    if duty.tenant_id != current_scope().tenant_id:
        raise NotFound("没有登记这个号码。")
    return _reveal(("duty", duty.id, duty.name), DUTY_CONTACT, reason, duty)


def _reveal(subject: tuple[str, UUID, str], column: SealedColumn, reason: str, row: Any) -> str:
    kind, thing, name = subject
    if len(reason.strip()) < 2:
        raise ClerkError("请写明查看的理由。", fields={"why": ["请写明查看的理由。"]})
    kept = getattr(row, column.column, None)
    if kept is None:
        raise NotFound("没有登记这个号码。")
    after = {"what": column.column, "reason": reason.strip()}
    audit.record(f"registry.{kind}.reveal", (kind, thing), name, after=after)
    return column.open(row.id, kept)


def _is(model: Any, column: SealedColumn, text: str) -> sa.ColumnElement[bool]:
    tenant_id = current_scope().tenant_id
    assert tenant_id is not None and column.index is not None
    hashes = cipher().blinds(text, column.about(tenant_id))
    return sa.and_(model.tenant_id == tenant_id, getattr(model, column.index).in_(hashes))
