"""Reads of words to people: those to the person who is signed in, and which of them are read."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.messages.models import Delivery, Document, Message, MessageReading


def messages_to(user_id: UUID, permissions: Collection[str]) -> sa.Select[Any]:
    """What was said to a person of the current bureau who has these permissions, for a list."""
    return sa.select(Message).where(
        Message.tenant_id == current_scope().tenant_id,
        sa.or_(Message.user_id == user_id, Message.permission.in_([str(one) for one in permissions])),
    )


def is_read(user_id: UUID) -> sa.ColumnElement[bool]:
    """Whether a person read a message, as a condition."""
    return sa.exists().where(MessageReading.message_id == Message.id, MessageReading.user_id == user_id)


def document(document_id: UUID) -> Document:
    """A document this bureau issued, or that went to it."""
    found = db.session.get(Document, document_id)
    if found is None:
        raise NotFound("没有找到这份文书，它可能不是由本单位出具或者送给本单位的。")
    return found


def documents() -> sa.Select[Any]:
    """The documents this bureau issued, for a list."""
    return sa.select(Document).where(Document.tenant_id == current_scope().tenant_id)


def documents_of(*subjects: UUID) -> list[Document]:
    """The documents about these things, as they were issued."""
    query = sa.select(Document).where(Document.subject_id.in_(subjects))
    return list(db.session.scalars(query.order_by(Document.issued_at, Document.id)))


def deliveries(document_id: UUID) -> list[Delivery]:
    """How a document of this bureau was delivered."""
    query = sa.select(Delivery).where(Delivery.document_id == document_id)
    return list(db.session.scalars(query.order_by(Delivery.recorded_at, Delivery.id)))
