"""Reads of rulebooks (R-L10)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.items.models import Rulebook
from onedoor.items.rules.codes import RulebookState
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope


def rulebook(rulebook_id: UUID) -> Rulebook:
    """One version: mine, or another bureau's once published."""
    found = db.session.get(Rulebook, rulebook_id)
    if found is None:
        raise NotFound("没有找到这份抽查细则。")
    return found


def my_rulebook(rulebook_id: UUID) -> Rulebook:
    """One version of the current bureau's, to change."""
    found = rulebook(rulebook_id)
    if found.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这份抽查细则。")
    return found


def my_rulebooks() -> list[Rulebook]:
    """The versions of the current bureau's rulebook, newest first."""
    return list(db.session.scalars(rulebooks_of_bureau().order_by(Rulebook.version.desc())))


def rulebooks_of_bureau() -> sa.Select[Any]:
    """The same, for a list."""
    return sa.select(Rulebook).where(Rulebook.tenant_id == current_scope().tenant_id)


def rulebooks_in_force() -> sa.Select[Any]:
    """The rulebooks in force of all bureaus, for a list."""
    return sa.select(Rulebook).where(Rulebook.state == RulebookState.PUBLISHED)


def rulebook_versions(wanted: Rulebook) -> list[Rulebook]:
    """The versions of a bureau's rulebook that one may read, newest first."""
    query = sa.select(Rulebook).where(Rulebook.tenant_id == wanted.tenant_id)
    return list(db.session.scalars(query.order_by(Rulebook.version.desc())))


def published_rulebooks() -> list[Rulebook]:
    """The rulebooks in force of all bureaus."""
    return list(db.session.scalars(rulebooks_in_force().order_by(Rulebook.published_at.desc())))
