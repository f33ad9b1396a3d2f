"""Reads of what bureaus say to each other about who should list an entity (R-L6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities.models import Entity
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.targets.models import ListingSuggestion
from onedoor.targets.rules.codes import SuggestionState

RECEIVED, SENT = "received", "sent"


def listing_suggestion(suggestion_id: UUID) -> ListingSuggestion:
    """One that the current bureau sent or received."""
    found = db.session.get(ListingSuggestion, suggestion_id)
    if found is None:
        raise NotFound("没有找到这条提请。")
    return found


def listing_suggestions(part: str = "") -> sa.Select[Any]:
    """Those the current bureau received, those it sent, or both, with their entities, for a list."""
    query: Any = sa.select(ListingSuggestion, Entity).join(Entity, Entity.id == ListingSuggestion.entity_id)
    if not part:
        return query
    column = ListingSuggestion.receiver_id if part == RECEIVED else ListingSuggestion.tenant_id
    return query.where(column == current_scope().tenant_id)


def suggestions_to_answer() -> sa.Select[Any]:
    """Those that wait for the current bureau's answer."""
    return listing_suggestions(RECEIVED).where(ListingSuggestion.state == SuggestionState.SENT)
