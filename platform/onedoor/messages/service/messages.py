"""Words to a bureau's people, and which of them were read."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import sentence_parts
from onedoor.messages.models import Message, MessageReading
from onedoor.messages.queries import is_read, messages_to
from tenants.rules import Permission


def send_message(text: str, link: str, to: UUID | Permission) -> Message:
    """Say a sentence about the page at `link`, an address of ours, to one person or to all who have a permission.

    That it is said once is the caller's to know.
    """
    one = isinstance(to, UUID)
    made = Message(
        id=new_id(),
        tenant_id=current_scope().tenant_id,
        user_id=to if one else None,
        permission=None if one else str(to),
        text=str(text),
        text_said=sentence_parts(text),
        link=link,
        sent_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def send_once(
    people: Collection[UUID], text: str, link: str, event: str, occasion: str, quiet: Collection[UUID] = ()
) -> int:
    """Say a sentence to each of some people, unless they were told of this event on this occasion; returns to how many.

    Those of `quiet` find it among what they have read: they chose not to be rung for such an event.
    """
    same = {
        "tenant_id": current_scope().tenant_id,
        "text": str(text),
        "text_said": sentence_parts(text),
        "link": link,
        "sent_at": now(),
        "event": event,
        "occasion": occasion,
    }
    rows = [{"id": new_id(), "user_id": one, **same} for one in sorted(people)]
    if not rows:
        return 0
    made = insert(Message).values(rows).on_conflict_do_nothing().returning(Message.id, Message.user_id)
    sent = db.session.execute(made).all()
    read = [
        {
            "id": new_id(),
            "message_id": row.id,
            "tenant_id": same["tenant_id"],
            "user_id": row.user_id,
            "read_at": now(),
        }
        for row in sent
        if row.user_id in quiet
    ]
    if read:
        db.session.execute(insert(MessageReading).values(read))
    return len(sent)


def note_read(user_id: UUID, permissions: Collection[str], ids: Collection[UUID] | None = None) -> int:
    """Note that a person read some of the messages to them, or all (None); returns how many were not read before."""
    query = messages_to(user_id, permissions).where(~is_read(user_id)).with_only_columns(Message.id)
    found = db.session.scalars(query if ids is None else query.where(Message.id.in_(ids))).all()
    same = {"tenant_id": current_scope().tenant_id, "user_id": user_id, "read_at": now()}
    if not found:
        return 0
    rows = [{"id": new_id(), "message_id": one, **same} for one in found]
    noted = insert(MessageReading).values(rows).on_conflict_do_nothing().returning(MessageReading.id)
    return len(db.session.scalars(noted).all())
