"""Versions of market regulation's rule of classes: drafted, tried on the whole city, put in force by another (R-O4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.credit.classes import read_rule
from onedoor.credit.models import ClassRuleVersion
from onedoor.credit.rules import ClassRuleState
from onedoor.credit.service.classes import classify, keeps_classes, rule_of, trial_of
from onedoor.entities import queries as entities
from onedoor.entities import service as entity_service
from onedoor.entities.models import CreditClass
from onedoor.kernel import audit, locks
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.text.source_strings import N_


def rule_versions() -> list[ClassRuleVersion]:
    """All versions, the newest first, of whoever keeps the classes."""
    return list(db.session.scalars(sa.select(ClassRuleVersion).order_by(ClassRuleVersion.version.desc())))


def rule_version(version_id: UUID) -> ClassRuleVersion:
    """One of them."""
    found = db.session.get(ClassRuleVersion, version_id)
    if found is None:
        raise NotFound("没有找到这个版本的评定规则。")
    return found


def draft_rule(given: Mapping[str, Any]) -> ClassRuleVersion:
    """Draft a version and try it on the whole city; nothing moves. Raises `ClerkError` with what is wrong."""
    _require_keeper()
    rule, source = read_rule(given), (given.get("source") or "").strip()
    if not source:
        raise ClerkError("请写明规则的依据。", fields={"source": [N_("请写明规则的依据。")]})
    locks.hold(f"class rule {current_scope().tenant_id}")
    for former in rule_versions():
        if former.state == ClassRuleState.DRAFT:
            former.state = ClassRuleState.DROPPED
    made = ClassRuleVersion(
        id=new_id(),
        tenant_id=current_scope().tenant_id,
        version=max((one.version for one in rule_versions()), default=0) + 1,
        points=dict(rule.points),
        floors=dict(rule.floors),
        always=dict(rule.always),
        source=source,
        state=ClassRuleState.DRAFT,
        drafted_by=current_scope().actor_id,
        drafter_name=current_scope().actor_name,
        drafted_at=now(),
        trial=trial_of(rule),
        tried_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    audit.record("credit.rule.draft", ("class_rule", made.id), str(made.version), after={"trial": made.trial})
    return made


def put_in_force(version_id: UUID) -> int:
    """Put a tried draft in force; the classes follow at once. Returns how many changed.

    It is another person than who drafted it that decides.
    """
    _require_keeper()
    locks.hold(f"class rule {current_scope().tenant_id}")
    found = rule_version(version_id)
    if found.state != ClassRuleState.DRAFT or found.trial is None:
        raise Conflict("只有试算过的草稿可以施行，请刷新页面查看。")
    if found.drafted_by == current_scope().actor_id:
        raise Forbidden("起草的人不能自己决定施行，请由负责人决定。")
    for former in rule_versions():
        if former.state == ClassRuleState.IN_FORCE:
            former.state = ClassRuleState.REPLACED
    db.session.flush()
    found.state, found.since, found.approver_name = "in_force", now(), current_scope().actor_name
    db.session.flush()
    audit.record(
        "credit.rule.force", ("class_rule", found.id), str(found.version), after={"trial": found.trial}
    )
    return classify()


def take_in_class(entity_id: UUID, given: Mapping[str, Any]) -> CreditClass:
    """A class as the province determined it, with its day and paper: it holds until it is given up."""
    _require_keeper()
    entity = entities.entity(entity_id)
    made = entity_service.take_in_class(entity.id, given)
    after = {"grade": made.grade, "since": made.since.isoformat(), "paper": made.paper}
    audit.record("credit.class.take_in", ("entity", entity.id), entity.name, after=after)
    return made


def give_up_class(entity_id: UUID) -> None:
    """The province's class ends; the next night the rule sets one."""
    _require_keeper()
    entity = entities.entity(entity_id)
    entity_service.give_up_class(entity.id)
    audit.record("credit.class.give_up", ("entity", entity.id), entity.name)


def _require_keeper() -> None:
    if not keeps_classes():
        raise Forbidden("信用风险分类由市场监督管理部门评定。")


__all__ = [
    "draft_rule",
    "give_up_class",
    "put_in_force",
    "rule_of",
    "rule_version",
    "rule_versions",
    "take_in_class",
]
