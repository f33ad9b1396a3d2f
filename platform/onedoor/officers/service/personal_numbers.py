"""Whose number it is, and the numbers of officers and of who answers for this work, for a reason (R-T7)."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from onedoor.entities.models import Entity, EntityContact
from onedoor.entities.policies import CONTACT
from onedoor.kernel import audit
from onedoor.kernel.crypto import plain
from onedoor.kernel.db import db
from onedoor.kernel.encrypted_columns import reveal, same_number
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.officers import queries
from onedoor.officers.models import Duty, Inspector, InspectorPrivate
from onedoor.officers.policies import DUTY_CONTACT, IDENTITY, PHONE

# A shorter piece of a number is no number one already knows.
SHORTEST = 7


@dataclass(frozen=True)
class Found:
    """Whose number it is: officers of this bureau, and firms whose contact it noted."""

    inspectors: list[Inspector]
    entities: list[Entity]


def find_number(text: str) -> Found:
    """Whose identity number or phone this exactly is, among this bureau's; the search is logged, its words are not."""
    if len(plain(text)) < SHORTEST:
        raise ClerkError(
            "请填写完整的身份证号或电话号码。", fields={"number": ["请填写完整的身份证号或电话号码。"]}
        )
    officers = sa.select(InspectorPrivate.inspector_id).where(
        sa.or_(same_number(InspectorPrivate, IDENTITY, text), same_number(InspectorPrivate, PHONE, text))
    )
    firms = sa.select(EntityContact.entity_id).where(same_number(EntityContact, CONTACT, text))
    inspectors = queries.inspectors().where(Inspector.id.in_(officers)).order_by(Inspector.sort_key)
    entities = sa.select(Entity).where(Entity.id.in_(firms)).order_by(Entity.sort_key).limit(50)
    found = Found(list(db.session.scalars(inspectors)), list(db.session.scalars(entities)))
    counted = {"inspectors": len(found.inspectors), "entities": len(found.entities)}
    audit.record("registry.number.find", ("number", None), after=counted)
    return found


def officer_with_identity(number: str) -> Inspector | None:
    """Whose identity number this is in the bureau's library, also of those who left; found by its keyed hash."""
    kept = sa.select(InspectorPrivate.inspector_id).where(same_number(InspectorPrivate, IDENTITY, number))
    return db.session.scalar(queries.inspectors().where(Inspector.id.in_(kept)).limit(1)) if number else None


def reveal_inspector(inspector: Inspector, what: str, reason: str) -> str:
    """The identity number or the phone of an officer in clear (`what`); it is logged with the reason (R-T7)."""
    if inspector.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这名执法人员。")
    columns = {"identity_number": IDENTITY, "phone": PHONE}
    if what not in columns:
        raise NotFound("没有登记这个号码。")
    subject = ("inspector", inspector.id, inspector.name)
    return reveal("registry.inspector.reveal", subject, columns[what], reason, queries.private_of(inspector))


def reveal_duty(duty: Duty, reason: str) -> str:
    """How somebody who answers for this work is reached, in clear; it is logged with the reason (R-T7)."""
    if duty.tenant_id != current_scope().tenant_id:
        raise NotFound("没有登记这个号码。")
    return reveal("registry.duty.reveal", ("duty", duty.id, duty.name), DUTY_CONTACT, reason, duty)
