"""How a bureau reaches an entity (R-T7)."""

from __future__ import annotations

import sqlalchemy as sa

from onedoor.entities.models import Entity, EntityContact
from onedoor.entities.policies import CONTACT
from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.encrypted_columns import reveal, seal
from onedoor.kernel.scope import current_scope
from onedoor.targets.service.units import refuse_other_target


def note_contact(entity: Entity, person: str, phone: str) -> EntityContact:
    """How this bureau reaches the entity; no other bureau reads it. Raises `Forbidden` for another unit's target (R-T5)."""
    refuse_other_target(entity.id)
    scope = current_scope()
    assert scope.tenant_id is not None
    contact = contact_of(entity)
    if contact is None:
        contact = EntityContact(id=new_id(), tenant_id=scope.tenant_id, entity_id=entity.id)
        db.session.add(contact)
    contact.person, contact.updated_at = person.strip(), now()
    if phone.strip():
        seal(contact, CONTACT, phone.strip())
    audit.record("registry.entity.contact", ("entity", entity.id), entity.name)
    db.session.flush()
    return contact


def contact_of(entity: Entity) -> EntityContact | None:
    """This bureau's contact of the entity, if it noted one."""
    query = sa.select(EntityContact).where(
        EntityContact.tenant_id == current_scope().tenant_id, EntityContact.entity_id == entity.id
    )
    return db.session.scalar(query)


def phone_of(contact: EntityContact) -> str:
    """The phone of a contact, for masking or for a letter."""
    return CONTACT.open(contact.id, contact.phone) if contact.phone else ""


def reveal_contact(entity: Entity, reason: str) -> str:
    """The phone this bureau noted of a firm, in clear; it is logged with the reason (R-T7)."""
    query = sa.select(EntityContact).where(
        EntityContact.tenant_id == current_scope().tenant_id, EntityContact.entity_id == entity.id
    )
    return reveal(
        "registry.entity.reveal",
        ("entity", entity.id, entity.name),
        CONTACT,
        reason,
        db.session.scalar(query),
    )
