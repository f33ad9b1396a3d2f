"""Entities by hand: their state, and how a bureau reaches them (R-T4, R-L6, R-T7)."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from onedoor.kernel import audit
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.scope import current_scope
from onedoor.registry import queries
from onedoor.registry.models import Entity, EntityContact
from onedoor.registry.policies import CONTACT
from onedoor.registry.rules.codes import GONE, LISTABLE, EntityStatus
from onedoor.registry.service.personal import seal
from onedoor.registry.service.target_units import refuse_other_target


def set_status(entity: Entity, status: EntityStatus, since: date, note: str) -> int:
    """Note that an entity ceased, moved away, rests or is back (R-L6). Only keepers of its kind may (R-T4).

    Returns in how many libraries it stands again, as `relist_returned` has it.
    """
    if entity.kind not in queries.my_entity_kinds():
        raise Forbidden("这类主体的登记状态由登记部门维护，请向登记部门提出更正。")
    expect_apart(entity)
    if since > today():
        raise ClerkError("日期不能晚于今天。", fields={"since": ["日期不能晚于今天。"]})
    if status is EntityStatus.MOVED and not note.strip():
        raise ClerkError("请写明迁往何处。", fields={"note": ["请写明迁往何处。"]})
    before = {"status": entity.status}
    entity.status, entity.status_since = status.value, since
    entity.status_note, entity.updated_at = note.strip(), now()
    after = {"status": status.value, "since": since.isoformat(), "note": note.strip()}
    audit.record("registry.entity.status", ("entity", entity.id), entity.name, before=before, after=after)
    db.session.flush()
    return relist_returned(entity, before["status"])


def relist_returned(entity: Entity, former: str) -> int:
    """Give an entity back to the libraries, in all bureaus, that it left for its `former` state, if that was none in
    business and the one it has now is, as taking back the load of the state does (R-L6); returns to how many."""
    if former not in GONE or entity.status not in LISTABLE:
        return 0
    db.session.flush()
    return db.session.scalar(sa.text("SELECT relist_returned(:entity)"), {"entity": entity.id}) or 0


def expect_apart(entity: Entity) -> None:
    """Raise `Conflict` for an entity that was merged into another: it comes back by taking the merge back alone (R-T4)."""
    into = queries.merges.merged_into(entity)
    if into is not None:
        raise Conflict(
            "%(gone)s已并入%(name)s（%(code)s），不再单独登记状态。确实是两个主体的，请先撤回合并。",
            gone=entity.name,
            name=into[1].name,
            code=into[1].code,
        )


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
