"""Reads of words to people: those to the person who is signed in, and which of them are read."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.messages.models import (
    Delivery,
    Document,
    LetterTemplate,
    LetterTemplateChoice,
    Message,
    MessageReading,
)
from onedoor.messages.rules import Letter


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


def letter_template(template_id: UUID) -> LetterTemplate:
    """One version of a template of this bureau's own."""
    found = db.session.get(LetterTemplate, template_id)
    if found is None:
        raise NotFound("没有找到这一版模板。")
    return found


def letter_templates(letter: Letter) -> list[LetterTemplate]:
    """The versions of a bureau's own template of a kind, the newest first."""
    query = sa.select(LetterTemplate).where(
        LetterTemplate.tenant_id == current_scope().tenant_id, LetterTemplate.kind == letter.value
    )
    return list(db.session.scalars(query.order_by(LetterTemplate.version.desc())))


def template_choices(letter: Letter | None = None) -> list[LetterTemplateChoice]:
    """What this bureau chose for a kind, or for all, the last first."""
    query = sa.select(LetterTemplateChoice).where(LetterTemplateChoice.tenant_id == current_scope().tenant_id)
    if letter is not None:
        query = query.where(LetterTemplateChoice.kind == letter.value)
    return list(db.session.scalars(query.order_by(LetterTemplateChoice.serial.desc())))


def template_in_use(letter: Letter) -> LetterTemplate | None:
    """The bureau's own template that is in use for a kind; None where ours is."""
    last = next(iter(template_choices(letter)), None)
    return letter_template(last.template_id) if last is not None and last.template_id else None
