"""By night market regulation's entities get their credit class by its rule, only where it changed (R-O4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from onedoor.credit.class_changes import CHANGES
from onedoor.credit.classes import COUNTED, GRADES, ClassRule
from onedoor.credit.models import ClassRuleVersion
from onedoor.credit.rules import ClassRuleState
from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entities
from onedoor.entities.models import CreditClass, Entity
from onedoor.kernel import audit
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.visits.rules.results import NO_PROBLEM, Result
from tenants import settings

MARKET = "91"
AT_ONCE = 5000
NONE = "-"
TEXTS = {
    "clean": Sentence("公示的检查结果未发现问题 %(count)s 条"),
    "problem": Sentence("公示的检查结果发现问题 %(count)s 条"),
    "penalty": Sentence("公示的行政处罚 %(count)s 条"),
    "abnormal": Sentence("列入经营异常名录 %(count)s 次"),
    "serious": Sentence("列入严重违法失信名单 %(count)s 次"),
    "blacklist": Sentence("列入行业黑名单 %(count)s 次"),
}


def said_facts(facts: Iterable[str]) -> list[str]:
    """The facts of a class, kept in Chinese, as the sentences they were made of."""
    return [_said_fact(fact) for fact in facts]


def _said_fact(fact: str) -> str:
    for sentence in TEXTS.values():
        start, _count, end = sentence.pattern.partition("%(count)s")
        count = fact.removeprefix(start).removesuffix(end)
        if count.isdecimal() and fact == f"{start}{count}{end}":
            return Sentence(sentence.pattern, count=int(count))
    return fact


def class_rule() -> ClassRule:
    """The rule in force at the current bureau: its newest version, or while there is none what the place's settings say."""
    held = db.session.scalar(
        sa.select(ClassRuleVersion).where(
            ClassRuleVersion.tenant_id == current_scope().tenant_id,
            ClassRuleVersion.state == ClassRuleState.IN_FORCE,
        )
    )
    return rule_of(held) if held is not None else _of_settings()


def rule_of(version: ClassRuleVersion) -> ClassRule:
    """A version as a rule."""
    return ClassRule(version.points, version.floors, version.always)


def _of_settings() -> ClassRule:
    points = {
        "problem": settings.value("class.problem_points"),
        "penalty": settings.value("class.penalty_points"),
        "abnormal": settings.value("class.abnormal_points"),
        "serious": settings.value("class.serious_points"),
        "blacklist": settings.value("class.blacklist_points"),
    }
    floors = {
        "D": settings.value("class.d_from"),
        "C": settings.value("class.c_from"),
        "B": settings.value("class.b_from"),
    }
    return ClassRule(points, floors)


def keeps_classes() -> bool:
    """Whether the current bureau keeps the enterprises, and so their classes."""
    return MARKET in entity_queries.my_entity_kinds()


def classify() -> int:
    """Set the class of every entity of which there are facts, or that had a class; returns how many changed.

    A bureau that does not keep the enterprises does nothing. Done again on the same facts it changes nothing.
    """
    if not keeps_classes():
        return 0
    changed = 0
    result = db.session.execute(CHANGES, _given(class_rule()), execution_options={"yield_per": AT_ONCE})
    for part in result.partitions():
        changed += entities.set_classes([(row.held_id, row.entity_id, row.grade, row.facts) for row in part])
    if changed:
        audit.record("credit.class.refresh", ("class", None), "", after={"changed": changed})
    return changed


def trial_of(rule: ClassRule) -> dict[str, int]:
    """What a rule would change in the whole city: how many entities from which class to which, as `A>B`; `-` had none."""
    moves: Counter[str] = Counter()
    counted = sa.select(_columns.c.held_grade, _columns.c.grade, sa.func.count()).group_by(sa.text("1, 2"))
    for before, after, count in db.session.execute(counted, _given(rule)):
        if before != after:
            moves[f"{before or NONE}>{after}"] += count
    return dict(moves)


def moved_by(rule: ClassRule, most: int = 20) -> list[tuple[Entity, str, str, list[str]]]:
    """The first entities a rule would move, each with its class, the new one, and the facts; the worse the sooner."""
    query = (
        sa.select(Entity, _columns.c.held_grade, _columns.c.grade, _columns.c.facts)
        .join(_columns, _columns.c.entity_id == Entity.id)
        .where(_columns.c.held_grade.is_distinct_from(_columns.c.grade))
        .order_by(_columns.c.grade.desc(), Entity.code)
        .limit(most)
    )
    rows = db.session.execute(query, _given(rule))
    return [(row[0], row[1] or NONE, row[2], list(row[3])) for row in rows]


def class_counts() -> dict[str, int]:
    """How many entities are of each class now; all classes named."""
    query = sa.select(CreditClass.grade, sa.func.count()).where(CreditClass.until.is_(None))
    found = {row[0]: row[1] for row in db.session.execute(query.group_by(CreditClass.grade))}
    return {grade: found.get(grade, 0) for grade in GRADES}


_columns = CHANGES.subquery("changes")


def _given(rule: ClassRule) -> dict[str, Any]:
    return {
        "moment": now(),
        "today": today(),
        "problems": [one.value for one in Result if one not in NO_PROBLEM],
        **{kind: rule.points.get(kind, 0) for kind in COUNTED},
        **{f"always_{kind}": _rank(rule.always.get(kind)) for kind in COUNTED},
        **{f"from_{grade.lower()}": rule.floors[grade] for grade in GRADES[1:]},
        **{f"text_{kind}": text.pattern for kind, text in TEXTS.items()},
    }


def _rank(grade: str | None) -> int:
    return GRADES.index(grade) + 1 if grade else 1
