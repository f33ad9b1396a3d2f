"""Assessments of a year and the scores in them (R-S5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.supervision.models import Assessment, AssessmentScore
from onedoor.supervision.rules import Deduction


def assessments() -> sa.Select[Assessment]:
    """The current bureau's own assessments, for a list."""
    return sa.select(Assessment).where(Assessment.tenant_id == current_scope().tenant_id)


def assessment(assessment_id: UUID) -> Assessment:
    """One of the current bureau's own, or an announced one that it is part of."""
    found = db.session.get(Assessment, assessment_id)
    if found is None:
        raise NotFound("没有找到这份考核。")
    return found


def own_assessment(assessment_id: UUID) -> Assessment:
    """One of the current bureau's own; another's is not found, though it may be announced."""
    found = assessment(assessment_id)
    if found.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这份考核。")
    return found


def deductions(given: Assessment) -> list[Deduction]:
    """Its lines as the rules read them."""
    return [deduction(one) for one in given.deductions]


def deduction(stored: dict[str, Any]) -> Deduction:
    """A stored line."""
    most = stored["most"]
    return Deduction(
        stored["kind"], stored["state"], Decimal(stored["points"]), None if most is None else Decimal(most)
    )


def scores(assessment_id: UUID) -> list[AssessmentScore]:
    """The scores of an assessment that this bureau may see: all of its own, else its own one; the best first."""
    query = sa.select(AssessmentScore).where(AssessmentScore.assessment_id == assessment_id)
    found = db.session.scalars(query.order_by(AssessmentScore.bureau_name)).all()
    return sorted(found, key=lambda one: -one.final)


def score(score_id: UUID) -> AssessmentScore:
    """A score of the current bureau's assessment, or its own in another's."""
    found = db.session.get(AssessmentScore, score_id)
    if found is None:
        raise NotFound("没有找到这份考核结果。")
    return found


def my_score(assessment_id: UUID) -> AssessmentScore:
    """The current bureau's score in an assessment."""
    found = db.session.scalar(my_scores().where(AssessmentScore.assessment_id == assessment_id))
    if found is None:
        raise NotFound("没有找到这份考核结果。")
    return found


def my_scores() -> sa.Select[AssessmentScore]:
    """The current bureau's scores in the assessments of its supervisors, for a list."""
    return (
        sa.select(AssessmentScore)
        .join(Assessment, Assessment.id == AssessmentScore.assessment_id)
        .where(AssessmentScore.bureau_id == current_scope().tenant_id)
    )
