"""Reads of target libraries (R-L5, R-L6)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on
from sqlalchemy.orm import aliased

from onedoor.entities.models import Entity, EntityContact
from onedoor.entities.queries.entities import FEW
from onedoor.entities.rules.codes import GONE, LISTABLE, STATUS_NAMES
from onedoor.items.models import Item
from onedoor.items.rules.codes import ItemState
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.targets.models import EntityTag, Target, TargetRisk, TargetRule
from onedoor.targets.queries.exits import EXIT, by_a_person
from onedoor.targets.queries.risk import holding
from onedoor.targets.queries.selection import selection


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


def library() -> sa.Select[Any, Any]:
    """The same beside the risk level that holds and the tags in one text, for a list."""
    tags = (
        sa.select(sa.func.string_agg(EntityTag.name, aggregate_order_by(sa.literal("、"), EntityTag.name)))
        .where(EntityTag.entity_id == Target.entity_id)
        .correlate(Target)
        .scalar_subquery()
        .label("tags")
    )
    return (
        targets()
        .outerjoin(TargetRisk, sa.and_(TargetRisk.entity_id == Target.entity_id, holding()))
        .add_columns(TargetRisk, tags)
    )


def library_in_full() -> sa.Select[Any, Any]:
    """The same beside how the bureau reaches each, for a file that may come in again."""
    reached = sa.and_(
        EntityContact.entity_id == Target.entity_id, EntityContact.tenant_id == current_scope().tenant_id
    )
    return library().outerjoin(EntityContact, reached).add_columns(EntityContact)


def contacts_by_entity(ids: Collection[UUID]) -> dict[UUID, str]:
    """Whom the current bureau noted to reach each of these entities, without the phones."""
    query = sa.select(EntityContact.entity_id, EntityContact.person).where(
        EntityContact.tenant_id == current_scope().tenant_id, EntityContact.entity_id.in_(ids)
    )
    return {row.entity_id: row.person for row in db.session.execute(query)}


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


def chosen(rules: Sequence[TargetRule]) -> sa.Subquery:
    """Every entity that one of the rules chooses within the kinds of the bureau's items, with its first rule; each once."""
    kinds = allowed_kinds()
    found = [
        selection(rule.conditions)
        .where(Entity.kind.in_(kinds))
        .with_only_columns(
            Entity.id.label("entity_id"),
            sa.literal(rule.id, sa.Uuid()).label("rule_id"),
            sa.literal(place).label("place"),
        )
        for place, rule in enumerate(rules)
    ]
    none = sa.select(
        sa.null().cast(sa.Uuid()).label("entity_id"),
        sa.null().cast(sa.Uuid()).label("rule_id"),
        sa.literal(0).label("place"),
    ).where(sa.false())
    every = sa.union_all(none, *found).subquery()
    first = sa.select(every.c.entity_id, every.c.rule_id).ext(distinct_on(every.c.entity_id))
    return first.order_by(every.c.entity_id, every.c.place).subquery("chosen")


def joining(rules: Sequence[TargetRule]) -> sa.Select[Any, Any]:
    """Entities that the rules would bring into the current bureau's library now, each with its rule, for a list.

    Not those whom a person took out (`kept_out`).
    """
    taken_out = sa.exists().where(EXIT.entity_id == Entity.id, by_a_person())
    return _chosen_and_not_listed(rules).where(sa.not_(taken_out))


def kept_out(rules: Sequence[TargetRule]) -> sa.Select[Any, Any]:
    """Entities that the rules choose and that stay out, for a person took them out last: with the rule and, as `EXIT`, the
    target that ended; for a list."""
    found = _chosen_and_not_listed(rules).add_columns(EXIT)
    return found.join(EXIT, EXIT.entity_id == Entity.id).where(by_a_person())


def kept_out_count(rules: Sequence[TargetRule]) -> int:
    """How many those are. Mostly nobody was taken out: then no rule is asked."""
    if not db.session.scalar(sa.select(sa.exists().where(by_a_person()))):
        return 0
    found = kept_out(rules).with_only_columns(Entity.id)
    return db.session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0


def _chosen_and_not_listed(rules: Sequence[TargetRule]) -> sa.Select[Any, Any]:
    rule = chosen(rules)
    listed = sa.exists().where(
        Target.tenant_id == current_scope().tenant_id,
        Target.entity_id == Entity.id,
        Target.ended_on.is_(None),
    )
    return (
        sa.select(Entity, rule.c.rule_id)
        .join(rule, rule.c.entity_id == Entity.id)
        .where(Entity.status.in_(LISTABLE), sa.not_(listed))
    )


def no_longer_chosen(rules: Sequence[TargetRule]) -> sa.ColumnElement[bool]:
    """Whether a listed target that came in by a rule is chosen by none any more; one that left is not asked about.

    By set difference: before the server has looked at what a rule brought in it takes that for nothing, and would compare
    each such target with each entity chosen.
    """
    by_rule = aliased(Target)
    came = sa.select(by_rule.entity_id).where(
        by_rule.tenant_id == current_scope().tenant_id,
        by_rule.rule_id.is_not(None),
        by_rule.ended_on.is_(None),
    )
    return Target.entity_id.in_(came.except_(sa.select(chosen(rules).c.entity_id)))


def leaving(rules: Sequence[TargetRule]) -> sa.Select[Any, Any]:
    """Targets that would leave the current bureau's library now: ceased, moved, beyond its items, or chosen no more; for a list."""
    gone = Entity.status.in_(GONE)
    return targets().where(Target.ended_on.is_(None), sa.or_(gone, beyond_items(), no_longer_chosen(rules)))


def ceased() -> sa.Select[Any, Any]:
    """Targets still in the current bureau's library whose entity is deregistered, revoked or moved (R-L6); for a list."""
    return targets().where(Target.ended_on.is_(None), Entity.status.in_(GONE))


def ceased_count() -> int:
    """How many those are, counted as a list counts: to one more than `FEW`."""
    return _so_far(ceased())


def left_lately(since: date) -> sa.Select[Any, Any]:
    """Targets that left the current bureau's library on that day or later because they ceased or moved away; for a count."""
    reasons = [STATUS_NAMES[status] for status in GONE]
    return targets().where(Target.ended_on >= since, Target.ended_reason.in_(reasons))


def left_lately_count(since: date) -> int:
    """How many those are, to one more than `FEW`."""
    return _so_far(left_lately(since))


def _so_far(query: sa.Select[Any]) -> int:
    """A figure beside a list has no need of what the list does not count; the limit is written out, so that a plan knows it."""
    found = query.with_only_columns(Target.id).limit(sa.literal(FEW + 1, literal_execute=True))
    return db.session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0


def allowed_kinds() -> frozenset[str]:
    """The kinds of object the current bureau's items are about: no other may be listed (确保不越位, R-L5).

    An item counts from its publication until it leaves the list, also one that is unfit for random checks: it is the
    bureau's by law. A draft is nobody's yet.
    """
    query = sa.select(sa.func.unnest(Item.object_kinds)).where(
        Item.tenant_id == current_scope().tenant_id, Item.state == ItemState.PUBLISHED
    )
    return frozenset(db.session.scalars(query))


def beyond_items() -> sa.ColumnElement[bool]:
    """Whether a target's entity is of a kind that no item of the bureau is about any more, however it came in.

    Of a bureau without any published item nothing is said: its library waits for the list.
    """
    kinds = allowed_kinds()
    if not kinds:
        return sa.false()
    return Target.entity_id.in_(sa.select(Entity.id).where(Entity.kind.not_in(kinds)))


def beyond_items_count() -> int:
    """How many of the current bureau's targets those are, to one more than `FEW`."""
    return _so_far(targets().where(Target.ended_on.is_(None), beyond_items()))
