"""The yearly assessment (考核, R-S5): deductions tried, announced with their records, objected to once, final."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel import audit
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.scope import current_scope
from onedoor.kernel.spreadsheets import write_xlsx
from onedoor.supervision import queries, rules
from onedoor.supervision.models import Assessment, AssessmentObjection, AssessmentScore
from onedoor.supervision.queries.causes import Cause
from onedoor.supervision.rules import Deduction, Line
from tenants.models import Bureau

# All that a deduction can have been counted from; what costs points opens whole.
MOST_BEHIND = 20_000


@dataclass(frozen=True)
class Trial:
    """What a set of deductions would give a bureau now."""

    bureau: Bureau
    score: Decimal
    lines: list[Line]


def trial(year: int, full: Decimal, deductions: Sequence[Deduction]) -> list[Trial]:
    """The scores that these deductions give every supervised bureau as things stand, the best first; nothing is kept."""
    _check(deductions)
    counts = queries.causes.counts_of((each.kind for each in deductions), year)
    found = []
    for bureau in queries.causes.supervised_others():
        points, lines = rules.score(full, deductions, counts.get(bureau.code, {}))
        found.append(Trial(bureau, points, lines))
    return sorted(found, key=lambda one: (-one.score, one.bureau.code))


def freeze(year: int, full: Decimal, deductions: Sequence[Deduction], reason: str) -> Assessment:
    """Keep a version of the year's deductions with its reason, to be tried and then announced."""
    _check(deductions)
    if _announced(year) is not None:
        raise Conflict("%(year)s年度的考核已经公布，扣分规则不能再改。", year=year)
    scope = current_scope()
    last = db.session.scalar(
        sa.select(sa.func.max(Assessment.version)).where(
            Assessment.tenant_id == scope.tenant_id, Assessment.year == year
        )
    )
    made = Assessment(
        id=new_id(),
        tenant_id=scope.tenant_id,
        year=year,
        version=(last or 0) + 1,
        full=full,
        deductions=[_stored(each) for each in deductions],
        reason=reason.strip(),
        made_at=now(),
        made_by=scope.actor_name,
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        "supervision.assessment.freeze",
        ("assessment", made.id),
        str(year),
        after={"version": made.version, "deductions": made.deductions, "reason": made.reason},
    )
    return made


def announce(assessment_id: UUID, objections_until: date) -> Assessment:
    """Compute every bureau's score with the records that cost it, and show each bureau its own."""
    made = _mine(assessment_id)
    if made.announced_at is not None or _announced(made.year) is not None:
        raise Conflict("%(year)s年度的考核已经公布过了。", year=made.year)
    if objections_until <= today():
        raise ClerkError("异议期限应在今天以后。", fields={"objections_until": ["请填写今天以后的日期。"]})
    for bureau in queries.causes.supervised_others():
        db.session.add(_score(made, bureau))
    made.announced_at, made.announced_by = now(), current_scope().actor_name
    made.objections_until = objections_until
    db.session.flush()
    audit.record(
        "supervision.assessment.announce",
        ("assessment", made.id),
        str(made.year),
        after={"until": str(objections_until)},
    )
    return made


def object_to_score(score_id: UUID, text: str) -> AssessmentObjection:
    """Object as the bureau it is of, once, while objections are open."""
    scope = current_scope()
    found = queries.assessments.score(score_id)
    assessment = queries.assessments.assessment(found.assessment_id)
    if found.bureau_id != scope.tenant_id:
        raise Forbidden("这不是本单位的考核结果。")
    if found.objection is not None:
        raise Conflict("本单位已经提出过异议，每次考核可以提出一次。")
    if (
        assessment.final_at is not None
        or assessment.objections_until is None
        or assessment.objections_until < today()
    ):
        raise Conflict("考核的异议期限已过。")
    made = AssessmentObjection(
        id=new_id(),
        tenant_id=scope.tenant_id,
        score_id=found.id,
        supervisor_id=found.tenant_id,
        text=text.strip(),
        made_at=now(),
        maker_name=scope.actor_name,
    )
    db.session.add(made)
    db.session.flush()
    db.session.expire(found, ["objection"])
    audit.record("supervision.assessment.object", ("assessment_score", found.id), str(assessment.year))
    return made


def adjust_score(score_id: UUID, points: Decimal, reason: str) -> AssessmentScore:
    """Change a score after its bureau objected, with the reason; the computed one stays beside it."""
    found = queries.assessments.score(score_id)
    assessment = _mine(found.assessment_id)
    if assessment.final_at is not None:
        raise Conflict("%(year)s年度的考核已经定稿，不能再改。", year=assessment.year)
    if found.objection is None:
        raise Conflict("该单位没有提出异议，分数按规则计算，不能调整。")
    # Points that were won may have brought it beyond.
    if not 0 <= points <= max(assessment.full, found.score):
        raise ClerkError("分数应在 0 到满分之间。", fields={"points": ["请填写 0 到满分之间的数。"]})
    found.adjusted, found.adjusted_reason = points, reason.strip()
    db.session.flush()
    audit.record(
        "supervision.assessment.adjust",
        ("assessment_score", found.id),
        found.bureau_name,
        before={"score": str(found.score)},
        after={"score": str(points), "reason": reason.strip()},
    )
    return found


def finish(assessment_id: UUID) -> Assessment:
    """The scores are final; every objection has its answer, or the days to object are over."""
    made = _mine(assessment_id)
    if made.announced_at is None or made.final_at is not None:
        raise Conflict("考核还没有公布，或已经定稿。")
    scores = queries.assessments.scores(made.id)
    waiting = [one.bureau_name for one in scores if one.objection is not None and one.adjusted is None]
    if waiting:
        raise Conflict("还有异议没有处理：%(names)s。维持原分的，也请写明理由。", names="、".join(waiting))
    assert made.objections_until is not None
    if today() <= made.objections_until and any(one.objection is None for one in scores):
        raise Conflict("异议期限到%(day)s，期满后才能定稿。", day=made.objections_until.isoformat())
    made.final_at, made.final_by = now(), current_scope().actor_name
    db.session.flush()
    audit.record("supervision.assessment.finish", ("assessment", made.id), str(made.year))
    return made


def workbook(assessment_id: UUID, labels: dict[str, str]) -> bytes:
    """The scores as a workbook; `labels` name the deductions by their keys."""
    made = queries.assessments.assessment(assessment_id)
    keys = [each.key for each in queries.assessments.deductions(made)]
    rows = []
    for place, one in enumerate(queries.assessments.scores(made.id), start=1):
        cost = {line["key"]: line for line in one.lines}
        cells: list[Any] = []
        for key in keys:
            cells += [len(cost[key]["records"]), Decimal(cost[key]["cost"])]
        rows.append([place, one.bureau_name, one.score, one.final, one.adjusted_reason or "", *cells])
    heads = ["名次", "单位", "计算得分", "最终得分", "调整理由"]
    for key in keys:
        heads += [f"{labels.get(key, key)}（件）", f"{labels.get(key, key)}（扣分）"]
    file = io.BytesIO()
    write_xlsx(file, heads, rows, sheet="考核", above=[[f"{made.year}年度双随机、一公开工作考核表"]])
    return file.getvalue()


def _mine(assessment_id: UUID) -> Assessment:
    found = queries.assessments.assessment(assessment_id)
    if found.tenant_id != current_scope().tenant_id:
        raise Forbidden("这不是本单位的考核。")
    db.session.refresh(found, with_for_update=True)
    return found


def _announced(year: int) -> Assessment | None:
    return db.session.scalar(
        queries.assessments.assessments().where(Assessment.year == year, Assessment.announced_at.is_not(None))
    )


def _check(deductions: Sequence[Deduction]) -> None:
    if not deductions:
        raise ClerkError("请至少写一条扣分规则。", fields={"deductions": ["请至少写一条扣分规则。"]})
    keys = [each.key for each in deductions]
    if len(keys) != len(set(keys)):
        raise ClerkError(
            "同一项数据写了两条扣分规则，请合并。", fields={"deductions": ["请合并相同的规则。"]}
        )
    for each in deductions:
        queries.causes.cause_of(each.kind, each.state, today().year)
        if each.points == 0 or (each.most is not None and each.most <= 0):
            raise ClerkError(
                "扣分不能为 0，上限应大于 0；加分写负数。", fields={"deductions": ["请核对分值和上限。"]}
            )


def _stored(each: Deduction) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "state": each.state,
        "points": str(each.points),
        "most": None if each.most is None else str(each.most),
    }


def _score(made: Assessment, bureau: Bureau) -> AssessmentScore:
    """A bureau's score, from the records that cost it, as they are named now (R-S5)."""
    deductions = queries.assessments.deductions(made)
    behind = {
        each.key: queries.causes.behind(Cause(each.kind, each.state, made.year), bureau, MOST_BEHIND)
        for each in deductions
    }
    points, lines = rules.score(made.full, deductions, {key: len(found) for key, found in behind.items()})
    return AssessmentScore(
        id=new_id(),
        tenant_id=made.tenant_id,
        assessment_id=made.id,
        bureau_id=bureau.id,
        bureau_name=bureau.name,
        score=points,
        lines=[
            {"key": line.key, "cost": str(line.cost), "records": [one.kept() for one in behind[line.key]]}
            for line in lines
        ],
    )
