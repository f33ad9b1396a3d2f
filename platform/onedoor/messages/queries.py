"""Reads of words to people: those to the person who is signed in, and which of them are read."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.messages.models import Message, MessageReading


def messages_to(user_id: UUID, permissions: Collection[str]) -> sa.Select[Any]:
    """What was said to a person of the current bureau who has these permissions, for a list."""
    return sa.select(Message).where(
        Message.tenant_id == current_scope().tenant_id,
        sa.or_(Message.user_id == user_id, Message.permission.in_([str(one) for one in permissions])),
    )


def is_read(user_id: UUID) -> sa.ColumnElement[bool]:
    """Whether a person read a message, as a condition."""
    return sa.exists().where(MessageReading.message_id == Message.id, MessageReading.user_id == user_id)


def read_among(user_id: UUID, ids: Collection[UUID]) -> set[UUID]:
    """Those of some messages that a person read."""
    query = sa.select(MessageReading.message_id).where(
        MessageReading.user_id == user_id, MessageReading.message_id.in_(ids)
    )
    return set(db.session.scalars(query))
