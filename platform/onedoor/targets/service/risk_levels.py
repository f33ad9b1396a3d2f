"""Computing the risk levels of a library, in the background: asked for by a person, or by night (R-O4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from onedoor.entities.models import Entity
from onedoor.entities.rules.quality import review_due
from onedoor.kernel import audit, jobs, locks
from onedoor.kernel.clock import SHANGHAI, now
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict
from onedoor.kernel.jobs import Job, JobName, JobState
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.targets import queries
from onedoor.targets.models import RiskScale, Target, TargetRisk
from onedoor.targets.queries.risk import holding

_STEPS = 2


def begin_computing() -> Job:
    """Ask for the levels to be computed; one at a time."""
    scale = _scale()
    locks.hold(f"risk {scale.tenant_id}")
    if _under_way(last_computing()):
        raise Conflict("正在计算风险等级，请等这次完成。")
    return jobs.enqueue(
        JobName.COMPUTE_RISK, {}, title=Sentence("计算风险等级"), subject=("risk_scale", scale.id)
    )


def last_computing() -> Job | None:
    """The newest job that computes the levels, for its progress."""
    scale = queries.risk_scale()
    return jobs.latest_for(scale.id, JobName.COMPUTE_RISK) if scale else None


def compute_by_night(moment: datetime | None = None) -> bool:
    """Ask for the current bureau's levels to be computed if that is due; whether it was asked for.

    Once a night, whatever changed: a factor may go by what the bureau does not write itself, as the register, or by days, as
    licences that end. A bureau that has a scale and neither factors nor computed levels is still at making them.
    """
    scale, at = queries.risk_scale(), moment or now()
    if scale is None or not queries.target_count():
        return False
    if scale.computed_at is None and not queries.risk_factors():
        return False
    age = at - scale.computed_at if scale.computed_at else None
    if not review_due(age, at.astimezone(SHANGHAI).hour) or _under_way(last_computing()):
        return False
    try:
        begin_computing()
    except Conflict:
        # Somebody pressed a moment before.
        return False
    return True


def compute_risk(progress: Callable[..., None]) -> dict[str, int]:
    """Score every target in the library by the factors in force, in two statements however many there are; returns how
    many levels were set anew. What was set by hand stays."""
    scale = _scale()
    scores, stamp = _scores(scale), now()
    progress(0, _STEPS, Sentence("按风险因素评分"))
    differs = sa.or_(
        TargetRisk.score.is_distinct_from(scores.c.score),
        TargetRisk.level != scores.c.level,
        TargetRisk.factors != scores.c.factors,
    )
    ending = (
        sa.update(TargetRisk)
        .values(until=stamp)
        .where(
            holding(),
            sa.not_(TargetRisk.by_hand),
            TargetRisk.entity_id == scores.c.entity_id,
            differs,
        )
    )
    db.session.execute(ending, execution_options={"synchronize_session": False})
    progress(1, _STEPS, Sentence("评定等级"))
    held = sa.exists().where(holding(), TargetRisk.entity_id == scores.c.entity_id)
    rows = sa.select(
        sa.func.gen_random_uuid(),
        sa.literal(_mine(), sa.Uuid()),
        scores.c.entity_id,
        scores.c.level,
        scores.c.score,
        scores.c.factors,
        sa.false(),
        sa.literal(stamp, sa.DateTime(timezone=True)),
        sa.literal(current_scope().actor_name),
    ).where(sa.not_(held))
    columns = [
        "id",
        "tenant_id",
        "entity_id",
        "level",
        "score",
        "factors",
        "by_hand",
        "since",
        "actor_name",
    ]
    adding = (
        sa.insert(TargetRisk)
        .from_select(columns, rows, include_defaults=False)
        .returning(TargetRisk.id)
        .cte("added")
    )
    count = db.session.scalar(sa.select(sa.func.count()).select_from(adding)) or 0
    scale.computed_at = stamp
    audit.record("registry.risk.refresh", ("risk", scale.id), after={"count": count})
    db.session.flush()
    progress(_STEPS, _STEPS)
    return {"changed": count}


def _scores(scale: RiskScale) -> sa.Subquery:
    """Of every target now in the library: its score, the factors that made it, and the level."""
    listed = sa.and_(Target.tenant_id == _mine(), Target.ended_on.is_(None))
    none = sa.select(
        sa.null().cast(sa.Uuid()).label("entity_id"),
        sa.literal("").label("name"),
        sa.literal(0).label("points"),
    ).where(sa.false())
    hits = sa.union_all(
        none,
        *(
            queries.selection(factor.conditions).with_only_columns(
                Entity.id.label("entity_id"),
                sa.literal(factor.name).label("name"),
                sa.literal(factor.points).label("points"),
            )
            for factor in queries.risk_factors()
        ),
    ).subquery()
    score = sa.func.coalesce(sa.func.sum(hits.c.points), 0)
    names = postgresql.array_agg(
        postgresql.aggregate_order_by(hits.c.name, hits.c.points.desc(), hits.c.name)
    )
    texts = postgresql.ARRAY(sa.Text)
    factor_names = sa.func.coalesce(
        sa.cast(names.filter(hits.c.name.is_not(None)), texts), sa.cast(postgresql.array([]), texts)
    )
    levels = [(score >= one["from"], one["name"]) for one in reversed(scale.levels)]
    return (
        sa.select(
            Target.entity_id.label("entity_id"),
            sa.cast(score, sa.Integer).label("score"),
            factor_names.label("factors"),
            sa.case(*levels).label("level"),
        )
        .outerjoin(hits, hits.c.entity_id == Target.entity_id)
        .where(listed)
        .group_by(Target.entity_id)
        .subquery("scores")
    )


def _scale() -> RiskScale:
    scale = queries.risk_scale()
    if scale is None:
        raise Conflict("请先设定风险等级。")
    return scale


def _under_way(job: Job | None) -> bool:
    return job is not None and job.state in (JobState.WAITING, JobState.RUNNING)


def _mine() -> UUID:
    tenant = current_scope().tenant_id
    assert tenant is not None
    return tenant
