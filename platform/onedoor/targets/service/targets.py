"""Target libraries: rules of selection, and bringing a library up to date by them (R-L5, R-L6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from onedoor.entities.models import Entity
from onedoor.entities.rules.codes import GONE, LISTABLE, STATUS_NAMES
from onedoor.entities.service import merge_lock
from onedoor.imports.service.library_updates import note_update
from onedoor.kernel import audit, jobs, locks
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, joined_whole, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.jobs import Job, JobName, JobState
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.targets import queries
from onedoor.targets.models import Target, TargetRule
from onedoor.targets.queries.targets import beyond_items, kept_out_count, no_longer_chosen, target_rules
from onedoor.targets.rules.exits import BEYOND_ITEMS, NO_LONGER
from onedoor.targets.rules.selection import read_conditions
from onedoor.targets.service.exits import end, end_gone
from onedoor.targets.service.figures import follow_library
from onedoor.targets.service.units import move_chosen, refuse_others_among
from tenants import queries as tenants
from tenants import units


def save_rule(
    name: str, conditions: Mapping[str, Any], rule: TargetRule | None = None, *, unit_id: UUID | None = None
) -> TargetRule:
    """Add or change a rule; the library follows when it is next brought up to date, but for whose it is (R-T5), at once."""
    if rule is not None:
        units.refuse_others(rule.unit_id)
    units.check_unit(unit_id)
    asked = read_conditions(conditions)
    if asked.asks_nothing:
        raise ClerkError("请至少填写一个选取条件。")
    _refuse_known_name(name.strip(), rule)
    before = _told_of(rule) if rule else None
    tenant = current_scope().tenant_id
    assert tenant is not None
    if rule is None:
        rule = TargetRule(id=new_id(), tenant_id=tenant)
        db.session.add(rule)
    elif rule.unit_id != unit_id:
        move_chosen(rule, unit_id)
    rule.name, rule.conditions, rule.unit_id = name.strip(), asked.as_dict(), unit_id
    audit.record(
        "registry.rule.save", ("target_rule", rule.id), rule.name, before=before, after=_told_of(rule)
    )
    db.session.flush()
    return rule


def _told_of(rule: TargetRule) -> dict[str, Any]:
    unit = {"unit": units.unit(rule.unit_id).name} if rule.unit_id else {}
    return {**rule.conditions, **unit}


def delete_rule(rule: TargetRule) -> None:
    """Take a rule away. Its targets stay until the library is next brought up to date."""
    units.refuse_others(rule.unit_id)
    audit.record("registry.rule.delete", ("target_rule", rule.id), rule.name, before=dict(rule.conditions))
    rule.active = False
    rule.name = f"{rule.name}（{now():%Y%m%d%H%M%S}停用）"
    db.session.flush()


def begin_refresh() -> Job:
    """Ask for the library to be brought up to date by all rules."""
    if not any(rule.active for rule in target_rules()):
        raise ClerkError("还没有选取规则，请先新建一条规则。")
    _refuse_without_items()
    tenant = current_scope().tenant_id
    assert tenant is not None
    locks.hold(f"refresh {tenant}")
    known = last_refresh()
    if known is not None and known.state == JobState.WAITING:
        # It will go by the rules as they then stand; more of them would keep others waiting.
        return known
    return jobs.enqueue(
        JobName.SELECT_TARGETS, {}, title=Sentence("更新检查对象名录库"), subject=("target_library", tenant)
    )


def last_refresh() -> Job | None:
    """The newest job that brings the library up to date, for its progress."""
    tenant = current_scope().tenant_id
    assert tenant is not None
    return jobs.latest_for(tenant, JobName.SELECT_TARGETS)


def refresh_targets(progress: Callable[..., None]) -> dict[str, int]:
    """Bring the library up to date: those that ceased or moved leave, those the rules choose come in.

    Only objects of a kind that the bureau's items are about are listed (R-L5); how many a rule chose
    beyond that is told. What was added by hand stays while an item is about its kind, and whom a person took out stays
    out: how many of those the rules choose is told.
    """
    _refuse_without_items()
    merge_lock.listing()
    rules = queries.active_rules()
    with joined_whole():
        ended = sum(end_gone().values()) + end(beyond_items(), BEYOND_ITEMS)
        ended += end(no_longer_chosen(rules), NO_LONGER)
        progress(1, 3)
        added = _add_chosen(rules)
        progress(2, 3)
        beyond = sum(_beyond(rule) for rule in rules)
        kept_out = kept_out_count(rules)
    for rule in rules:
        rule.last_run_at = now()
    progress(3, 3)
    total = note_update("targets", added, ended, Sentence("按选取规则更新"), whole=True)
    outcome = {"added": added, "ended": ended, "total": total, "beyond": beyond, "kept_out": kept_out}
    audit.record("registry.targets.refresh", ("target_library", None), "检查对象名录库", after=outcome)
    follow_library()
    return outcome


def add_target(entity: Entity) -> Target:
    """List one entity by hand."""
    _refuse_unlistable(entity, queries.allowed_kinds())
    if queries.target_of(entity.id) is not None:
        raise _listed_already(entity)
    target = _listed_today(entity)
    db.session.flush()
    note_update("targets", 1, 0, Sentence("列入 %(name)s", name=entity.name))
    audit.record("registry.target.add", ("target", target.id), entity.name)
    return target


def add_targets(entities: Sequence[Entity]) -> dict[UUID, ClerkError]:
    """List several by hand; answers to which by id it was not done and why, also of those somebody listed meanwhile."""
    kinds, refused = queries.allowed_kinds(), {}
    query = queries.targets().where(
        Target.entity_id.in_([one.id for one in entities]), Target.ended_on.is_(None)
    )
    there = set(db.session.scalars(query.with_only_columns(Target.entity_id)))
    for one in entities:
        try:
            if one.id in there:
                raise _listed_already(one)
            _refuse_unlistable(one, kinds)
        except ClerkError as error:
            refused[one.id] = error
    listed = _list_today([one.id for one in entities if one.id not in refused])
    for one in entities:
        if one.id not in listed:
            refused.setdefault(one.id, _listed_already(one))
    if count := len(listed):
        note_update("targets", count, 0, Sentence("手工列入 %(count)s 个", count=count))
        audit.record("registry.targets.add", ("target_library", None), after={"count": count})
    return refused


def _refuse_unlistable(entity: Entity, kinds: frozenset[str]) -> None:
    if entity.status in GONE:
        raise Conflict(
            "“%(name)s”%(state)s，不能列入名录库。", name=entity.name, state=STATUS_NAMES[entity.status]
        )
    if entity.kind not in kinds:
        raise Conflict("本单位的检查事项不涉及这类主体，不能列入（确保不越位）。")


def _listed_already(entity: Entity) -> Conflict:
    return Conflict("“%(name)s”已经在本单位的名录库里。", name=entity.name)


def _list_today(ids: Sequence[UUID]) -> set[UUID]:
    """Which of them came in; the others had somebody put in a moment before."""
    said = {"tenant_id": current_scope().tenant_id, "listed_on": today(), "unit_id": units.my_unit()}
    rows = [{"id": new_id(), "entity_id": one, **said} for one in sorted(ids)]
    if not rows:
        return set()
    adding = insert(Target).values(rows)
    adding = adding.on_conflict_do_nothing(
        index_elements=["tenant_id", "entity_id"], index_where=Target.ended_on.is_(None)
    )
    return set(db.session.scalars(adding.returning(Target.entity_id)))


def _listed_today(entity: Entity) -> Target:
    tenant = current_scope().tenant_id
    assert tenant is not None
    target = Target(id=new_id(), tenant_id=tenant, entity_id=entity.id, listed_on=today())
    target.unit_id = units.my_unit()
    db.session.add(target)
    return target


def end_targets(ids: Sequence[UUID], reason: str) -> int:
    """Take targets out of the library by hand, with the reason; returns how many were in it."""
    if not reason.strip():
        raise ClerkError("请写明移出的理由。", fields={"reason": ["请写明移出的理由。"]})
    refuse_others_among(ids)
    ended = end(Target.id.in_(ids), reason.strip())
    if ended:
        note_update("targets", 0, ended, reason.strip())
        after = {"count": ended, "ids": [str(one) for one in ids]}
        audit.record("registry.target.end", ("target_library", None), reason.strip(), after=after)
    return ended


def _add_chosen(rules: Sequence[TargetRule]) -> int:
    """All that the rules choose and is not listed, in one statement however many there are."""
    tenant = sa.literal(current_scope().tenant_id, sa.Uuid())
    joining = queries.joining(rules)
    rows = joining.with_only_columns(
        sa.func.gen_random_uuid(),
        tenant,
        Entity.id,
        joining.selected_columns.rule_id,
        _unit_of_rule(rules, joining.selected_columns.rule_id),
        sa.literal(today(), sa.Date()),
    )
    columns = ["id", "tenant_id", "entity_id", "rule_id", "unit_id", "listed_on"]
    adding = (
        sa.insert(Target).from_select(columns, rows, include_defaults=False).returning(Target.id).cte("added")
    )
    return db.session.scalar(sa.select(sa.func.count()).select_from(adding)) or 0


def _unit_of_rule(rules: Sequence[TargetRule], rule_id: Any) -> sa.ColumnElement[UUID | None]:
    none: sa.ColumnElement[UUID | None] = sa.null().cast(sa.Uuid())
    owned = [(rule_id == rule.id, sa.literal(rule.unit_id, sa.Uuid())) for rule in rules if rule.unit_id]
    return sa.case(*owned, else_=none) if owned else none


def _beyond(rule: TargetRule) -> int:
    beyond = queries.selection(rule.conditions).where(
        Entity.kind.not_in(queries.allowed_kinds()), Entity.status.in_(LISTABLE)
    )
    return db.session.scalar(sa.select(sa.func.count()).select_from(beyond.subquery())) or 0


def _refuse_without_items() -> None:
    if not queries.allowed_kinds():
        name = tenants.my_bureau().name
        raise ClerkError("%(name)s还没有检查事项，检查对象须与事项相符，请先公布事项清单。", name=name)


def _refuse_known_name(name: str, rule: TargetRule | None) -> None:
    if not name:
        raise ClerkError("请填写规则名称。", fields={"name": ["请填写规则名称。"]})
    if any(one.name == name and one is not rule for one in target_rules()):
        raise ClerkError("已有同名的规则。", fields={"name": ["已有同名的规则，请换一个名称。"]})
