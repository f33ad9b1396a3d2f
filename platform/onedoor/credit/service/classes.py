"""By night market regulation's entities get their credit class by its rule, only where it changed (R-O4)."""

from __future__ import annotations

from collections import defaultdict

import sqlalchemy as sa

from onedoor.credit import credit_file
from onedoor.credit.classes import GRADES, ClassRule
from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entities
from onedoor.entities.models import CreditClass, Entity
from onedoor.kernel import audit
from onedoor.kernel.db import db
from onedoor.kernel.sentences import Sentence
from tenants import settings

MARKET = "91"
TEXTS = {
    "clean": Sentence("公示的检查结果未发现问题 %(count)s 条"),
    "problem": Sentence("公示的检查结果发现问题 %(count)s 条"),
    "penalty": Sentence("公示的行政处罚 %(count)s 条"),
    "abnormal": Sentence("列入经营异常名录 %(count)s 次"),
    "serious": Sentence("列入严重违法失信名单 %(count)s 次"),
    "blacklist": Sentence("列入行业黑名单 %(count)s 次"),
}


def class_rule() -> ClassRule:
    """The rule as its settings say today."""
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


def classify() -> int:
    """Set the class of every entity of which there are facts, or that had a class; returns how many changed.

    A bureau that does not keep the enterprises does nothing. Done again on the same facts it changes nothing.
    """
    if MARKET not in entity_queries.my_entity_kinds():
        return 0
    rule, facts, held = class_rule(), credit_file.facts_by_code(), entities.classes_held()
    ids = {
        row[0]: row[1]
        for row in db.session.execute(sa.select(Entity.code, Entity.id).where(Entity.code.in_(list(facts))))
    }
    counted = defaultdict(dict, {ids[code]: found for code, found in facts.items() if code in ids})
    changed = 0
    for entity_id in {*counted, *held}:
        found = counted[entity_id]
        texts = [str(Sentence(TEXTS[kind].pattern, count=found[kind])) for kind in TEXTS if found.get(kind)]
        changed += entities.set_class(entity_id, rule.grade(found), texts, held.get(entity_id))
    if changed:
        audit.record("credit.class.refresh", ("class", None), "", after={"changed": changed})
    return changed


def class_counts() -> dict[str, int]:
    """How many entities are of each class now; all classes named."""
    query = sa.select(CreditClass.grade, sa.func.count()).where(CreditClass.until.is_(None))
    found = {row[0]: row[1] for row in db.session.execute(query.group_by(CreditClass.grade))}
    return {grade: found.get(grade, 0) for grade in GRADES}
