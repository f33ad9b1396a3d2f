"""Reads of target libraries (R-L5, R-L6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.registry.models import Entity, Item, LibraryUpdate, Target, TargetRule
from onedoor.registry.queries.entities import selection
from onedoor.registry.rules.codes import GONE


def target(target_id: UUID) -> tuple[Target, Entity]:
    """A target one may see, with its entity."""
    query = (
        sa.select(Target, Entity).join(Entity, Entity.id == Target.entity_id).where(Target.id == target_id)
    )
    found = db.session.execute(query).first()
    if found is None:
        raise NotFound("没有找到这个检查对象。")
    return found[0], found[1]


def targets() -> sa.Select[Any, Any]:
    """The current bureau's library with those that left it, for a list."""
    return (
        sa.select(Target, Entity)
        .join(Entity, Entity.id == Target.entity_id)
        .where(Target.tenant_id == current_scope().tenant_id)
    )


def target_of(entity_id: UUID) -> Target | None:
    """The current bureau's target that is this entity, if it is listed."""
    return db.session.scalar(
        sa.select(Target).where(
            Target.tenant_id == current_scope().tenant_id,
            Target.entity_id == entity_id,
            Target.ended_on.is_(None),
        )
    )


def target_count() -> int:
    """How many targets the current bureau has listed."""
    query = sa.select(sa.func.count()).select_from(Target)
    mine = Target.tenant_id == current_scope().tenant_id
    return db.session.scalar(query.where(mine, Target.ended_on.is_(None))) or 0


def target_counts() -> dict[UUID, int]:
    """Listed targets by bureau, of those the scope may see (a supervisor: all within its grants)."""
    query = (
        sa.select(Target.tenant_id, sa.func.count())
        .where(Target.ended_on.is_(None))
        .group_by(Target.tenant_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def target_rule(rule_id: UUID) -> TargetRule:
    """One of the current bureau's rules of selection."""
    found = db.session.get(TargetRule, rule_id)
    if found is None:
        raise NotFound("没有找到这条选取规则。")
    return found


def target_rules() -> list[TargetRule]:
    """The current bureau's rules of selection, by name."""
    query = sa.select(TargetRule).where(TargetRule.tenant_id == current_scope().tenant_id)
    return list(db.session.scalars(query.order_by(TargetRule.name)))


def active_rules() -> list[TargetRule]:
    """The current bureau's rules in force, by name."""
    return [rule for rule in target_rules() if rule.active]


def chosen_by(rule: TargetRule) -> int:
    """How many entities a rule would choose now, within the kinds of the bureau's items (R-L5)."""
    chosen = selection(rule.conditions).where(Entity.kind.in_(allowed_kinds()), Entity.status.not_in(GONE))
    return db.session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0


def allowed_kinds() -> frozenset[str]:
    """The kinds of object the current bureau's items are about: no other may be listed (确保不越位, R-L5)."""
    query = sa.select(sa.func.unnest(Item.object_kinds)).where(
        Item.tenant_id == current_scope().tenant_id, Item.state.in_(("draft", "published"))
    )
    return frozenset(db.session.scalars(query))


def updates(library: str = "targets") -> list[LibraryUpdate]:
    """When the current bureau's library was brought up to date, newest first."""
    query = sa.select(LibraryUpdate).where(
        LibraryUpdate.tenant_id == current_scope().tenant_id, LibraryUpdate.library == library
    )
    return list(
        db.session.scalars(query.order_by(LibraryUpdate.at.desc(), LibraryUpdate.id.desc()).limit(50))
    )


def last_update(library: str = "targets") -> LibraryUpdate | None:
    """The last time a library was brought up to date: at least once a year (R-L5)."""
    return next(iter(updates(library)), None)
