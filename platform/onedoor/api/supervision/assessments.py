"""Assessments over the interface: deductions tried and kept, scores announced, objected to once, final (R-S5)."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from onedoor.api.blueprints import looked_up, room
from onedoor.api.lists.paging import PageArgs, page_of
from onedoor.api.supervision.shapes import (
    AssessedOut,
    AssessmentOut,
    AssessmentPage,
    AssessmentTrialOut,
    ScoreOut,
    ScorePage,
)
from onedoor.edge.guard import allow
from onedoor.supervision import queries, schemas, service
from onedoor.supervision.models import Assessment, AssessmentScore
from tenants.rules import Permission

blp = room("assessments", "考核：扣分规则、得分和依据、异议")
supervisors = allow(Permission.OVERSIGHT_ANSWER)


class AssessmentTrialIn(schemas.AssessmentSchema):
    """Deductions to try; nothing is kept."""

    reason = fields.String(load_default="")


@blp.route("/")
@supervisors
@blp.arguments(PageArgs, location="query")
@blp.response(200, AssessmentPage)
def assessments(args: dict[str, Any]) -> dict[str, Any]:
    """本单位制定的考核，每个年度的各个版本，最近的在前"""
    return page_of(queries.assessments.assessments(), Assessment.id, args)


@blp.route("/trial", methods=["POST"])
@supervisors
@blp.arguments(AssessmentTrialIn)
@blp.response(200, AssessmentTrialOut)
def try_deductions(given: dict[str, Any]) -> dict[str, Any]:
    """按扣分规则试算各单位现在的得分，不保存"""
    return {
        "items": [
            {
                "bureau_id": one.bureau.id,
                "bureau_name": one.bureau.name,
                "score": one.score,
                "lines": one.lines,
            }
            for one in service.trial(given["year"], given["full"], given["deductions"])
        ]
    }


@blp.route("/", methods=["POST"])
@supervisors
@blp.arguments(schemas.AssessmentSchema)
@blp.response(201, AssessmentOut)
def keep_deductions(given: dict[str, Any]) -> Assessment:
    """保存一个年度的扣分规则，成为新的版本"""
    return service.freeze(**given)


@blp.route("/<uuid:assessment_id>")
@supervisors
@looked_up("assessment", queries.assessments.own_assessment)
@blp.response(200, AssessedOut)
def one_assessment(assessment: Assessment) -> dict[str, Any]:
    """一份考核：扣分规则，公布以后的各单位得分和依据"""
    columns = {name: getattr(assessment, name) for name in AssessmentOut().fields}
    return {**columns, "scores": queries.assessments.scores(assessment.id)}


@blp.route("/<uuid:assessment_id>/announcement", methods=["POST"])
@supervisors
@looked_up("assessment", queries.assessments.own_assessment)
@blp.arguments(schemas.AnnounceSchema)
@blp.response(200, AssessmentOut)
def announce(given: dict[str, Any], assessment: Assessment) -> Assessment:
    """计算并公布各单位得分，写明异议期限"""
    return service.announce(assessment.id, **given)


@blp.route("/<uuid:assessment_id>/end", methods=["POST"])
@supervisors
@looked_up("assessment", queries.assessments.own_assessment)
@blp.response(200, AssessmentOut)
def finish(assessment: Assessment) -> Assessment:
    """定稿：异议都已处理，或者期限已过"""
    return service.finish(assessment.id)


@blp.route("/scores")
@allow(Permission.BUREAU_READ)
@blp.arguments(PageArgs, location="query")
@blp.response(200, ScorePage)
def scores(args: dict[str, Any]) -> dict[str, Any]:
    """本单位的考核得分和扣分依据，最近的在前"""
    return page_of(queries.assessments.my_scores(), AssessmentScore.id, args)


@blp.route("/scores/<uuid:score_id>/objection", methods=["POST"])
@allow(Permission.FILING_SEND, Permission.PLAN_APPROVE)
@looked_up("score", queries.assessments.score)
@blp.arguments(schemas.ObjectionSchema)
@blp.response(200, ScoreOut)
def object_to_score(given: dict[str, Any], score: AssessmentScore) -> AssessmentScore:
    """对本单位的得分提出异议，每次考核一次"""
    service.object_to_score(score.id, given["text"])
    return score


@blp.route("/scores/<uuid:score_id>/adjustment", methods=["POST"])
@supervisors
@looked_up("score", queries.assessments.score)
@blp.arguments(schemas.AdjustmentSchema)
@blp.response(200, ScoreOut)
def adjust_score(given: dict[str, Any], score: AssessmentScore) -> AssessmentScore:
    """处理异议：维持或者调整得分，写明理由"""
    return service.adjust_score(score.id, **given)
