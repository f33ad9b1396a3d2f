"""How a job runs: two transactions, claim and effect (architecture, "Which way arrows point").

*Claim* takes the lease: waiting, or running with a lease that has run out. *Effect* works in the
bureau's scope and marks the job done only if the attempt is still ours; otherwise all is rolled back.
So a job takes effect once, however often its bell rings.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.jobs import Job, JobName, JobState, Progress
from onedoor.kernel.scope import DbRole, Scope, entering
from onedoor.kernel.sentences import Sentence, kept
from tenants.models import Bureau
from tenants.scope import of_job

log = logging.getLogger("onedoor.jobs")
JOBS = cast(sa.Table, Job.__table__)
LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 5
Handler = Callable[[dict[str, Any], Progress], dict[str, Any] | None]
HANDLERS: dict[str, Handler] = {}


class LeaseLost(Exception):
    """Another worker took the job over while this one was at it; its effects are rolled back."""


def handles(name: JobName) -> Callable[[Handler], Handler]:
    """Register the one handler of a job: `handler(payload, progress)` returns the outcome to show."""

    def register(handler: Handler) -> Handler:
        assert name.value not in HANDLERS, name
        HANDLERS[name.value] = handler
        return handler

    return register


def run(job_id: UUID) -> JobState | None:
    """Claim the job and do it; returns its state, or None if it was not to be had."""
    attempt = claim(job_id)
    if attempt is None:
        return None
    tenant_id, number = attempt
    try:
        return _effect(job_id, tenant_id, number)
    except ClerkError as problem:
        return _fail(job_id, tenant_id, number, Sentence(problem.message, **problem.params))
    except LeaseLost:
        log.warning("job %s: lease lost at attempt %s", job_id, number)
        return None
    except Exception:
        log.exception("job %s: attempt %s failed", job_id, number)
        return _give_up_or_wait(job_id, tenant_id, number)


def claim(job_id: UUID) -> tuple[UUID, int] | None:
    """Take the lease; returns the job's bureau and the number of this attempt."""
    with entering(Scope(DbRole.DISPATCH)):
        table = JOBS
        row = db.session.execute(
            sa.select(table.c.tenant_id, table.c.state, table.c.lease_until, table.c.attempt)
            .where(table.c.id == job_id, table.c.not_before <= now())
            .with_for_update(skip_locked=True)
        ).first()
        if row is None or not _to_be_had(row.state, row.lease_until):
            return None
        db.session.execute(
            sa.update(table)
            .where(table.c.id == job_id)
            .values(state=JobState.RUNNING, lease_until=now() + LEASE, attempt=row.attempt + 1)
        )
        db.session.commit()
        return row.tenant_id, row.attempt + 1


def waiting(limit: int = 500) -> list[tuple[str, UUID]]:
    """Jobs whose bell should ring (again): waiting, or running with a lease that has run out."""
    with entering(Scope(DbRole.DISPATCH)):
        table = JOBS
        rows = db.session.execute(
            sa.select(table.c.name, table.c.id)
            .where(
                table.c.not_before <= now(),
                sa.or_(
                    table.c.state == JobState.WAITING,
                    sa.and_(table.c.state == JobState.RUNNING, table.c.lease_until < now()),
                ),
            )
            .order_by(table.c.not_before, table.c.id)
            .limit(limit)
        ).all()
        return [(row.name, row.id) for row in rows]


def _to_be_had(state: str, lease_until: Any) -> bool:
    return state == JobState.WAITING or (state == JobState.RUNNING and lease_until < now())


def _job_scope(tenant_id: UUID) -> Scope:
    return Scope(DbRole.BUREAU, tenant_id=tenant_id, origin="job")


def _effect(job_id: UUID, tenant_id: UUID, number: int) -> JobState:
    with entering(_job_scope(tenant_id)):
        job = db.session.get_one(Job, job_id)
        bureau = db.session.get_one(Bureau, tenant_id)
        scope, name, payload = of_job(job, bureau.name), job.name, job.payload
    with entering(scope):
        outcome = HANDLERS[name](payload, Progress(job_id, tenant_id))
        _close(job_id, number, state=JobState.DONE, outcome=outcome or {})
        db.session.commit()
    return JobState.DONE


def _fail(job_id: UUID, tenant_id: UUID, number: int, problem: str) -> JobState | None:
    with entering(_job_scope(tenant_id)):
        try:
            _close(job_id, number, state=JobState.FAILED, problem=str(problem), problem_said=kept(problem))
        except LeaseLost:
            return None
        db.session.commit()
    return JobState.FAILED


def _give_up_or_wait(job_id: UUID, tenant_id: UUID, number: int) -> JobState | None:
    if number >= MAX_ATTEMPTS:
        return _fail(
            job_id,
            tenant_id,
            number,
            Sentence("作业多次出错，已停止。请稍后重试；如仍失败，请联系平台运维。"),
        )
    with entering(Scope(DbRole.DISPATCH)):
        table = JOBS
        db.session.execute(
            sa.update(table)
            .where(table.c.id == job_id, table.c.attempt == number, table.c.state == JobState.RUNNING)
            .values(lease_until=now() + timedelta(seconds=2**number))
        )
        db.session.commit()
    return JobState.RUNNING


def _close(job_id: UUID, number: int, **values: Any) -> None:
    """Mark the end in the effect's own transaction; nothing updated means the lease was lost."""
    table = JOBS
    result = db.session.execute(
        sa.update(table)
        .where(table.c.id == job_id, table.c.attempt == number, table.c.state == JobState.RUNNING)
        .values(finished_at=now(), lease_until=None, **values)
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise LeaseLost()
