"""Reads of what a review of the records found (data quality)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from onedoor.entities.models import DuplicatePair, Entity, QualityFinding, QualityReview
from onedoor.kernel import jobs
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.jobs import Job, JobName
from onedoor.kernel.scope import current_scope

FIRST, SECOND = aliased(Entity), aliased(Entity)


def latest_review() -> QualityReview | None:
    """The latest review of the current bureau's records."""
    query = sa.select(QualityReview).where(QualityReview.tenant_id == current_scope().tenant_id)
    return db.session.scalar(query.order_by(QualityReview.at.desc()).limit(1))


def review_job() -> Job | None:
    """The latest job that reviews the current bureau's records."""
    tenant = current_scope().tenant_id
    assert tenant is not None
    query = sa.select(Job).where(
        Job.tenant_id == tenant, Job.subject_id == tenant, Job.name == JobName.REVIEW_REGISTRY.value
    )
    found: jobs.Job | None = db.session.scalar(query.order_by(Job.created_at.desc()).limit(1))
    return found


def findings() -> sa.Select[Any]:
    """Entities with a fault, for a list: `QualityFinding` and `Entity`."""
    query: Any = sa.select(QualityFinding, Entity)
    found: sa.Select[Any] = query.join(Entity, Entity.id == QualityFinding.entity_id)
    return found.where(QualityFinding.tenant_id == current_scope().tenant_id)


def pairs() -> sa.Select[Any]:
    """Entities that look like one, for a list: `DuplicatePair`, and both entities as `FIRST` and `SECOND`."""
    query: Any = sa.select(DuplicatePair, FIRST, SECOND)
    found: sa.Select[Any] = query.join(FIRST, FIRST.id == DuplicatePair.first_id).join(
        SECOND, SECOND.id == DuplicatePair.second_id
    )
    return found.where(DuplicatePair.tenant_id == current_scope().tenant_id)


def my_pair(pair_id: UUID) -> DuplicatePair:
    """A pair of the current bureau."""
    found = db.session.get(DuplicatePair, pair_id)
    if found is None or found.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这组疑似重复的主体。")
    return found


def pair_of(one: UUID, other: UUID) -> DuplicatePair | None:
    """The current bureau's pair of two entities, if a review found them alike."""
    query = sa.select(DuplicatePair).where(
        DuplicatePair.tenant_id == current_scope().tenant_id,
        DuplicatePair.first_id == min(one, other),
        DuplicatePair.second_id == max(one, other),
    )
    return db.session.scalar(query)
