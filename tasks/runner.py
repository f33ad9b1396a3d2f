"""How a job runs: two transactions, claim and effect (architecture, "Which way arrows point").

*Claim* takes the lease: waiting, or running with a lease that has run out. *Effect* works in the
bureau's scope and marks the job done only if the attempt is still ours; otherwise all is rolled back.
So a job takes effect once, however often its bell rings. A job has five attempts each time it is asked
for, and an attempt counts when it begins: one that kills its worker ends too.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel import locks
from onedoor.kernel.clock import now, real_now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.job_progress import LeaseLost, Progress, StepsAside
from onedoor.kernel.jobs import ATTEMPTS, Bell, Job, JobName, JobState
from onedoor.kernel.logs import at_job
from onedoor.kernel.scope import DbRole, Scope, current_scope, in_scope
from onedoor.kernel.sentences import Sentence, sentence_parts
from tasks.job_policies import KEEPS, ONE_AT_A_TIME
from tasks.lease import LEASE, Renewing
from tenants import people
from tenants.models import Bureau
from tenants.scope import of_job

log = logging.getLogger("onedoor.jobs")
JOBS = cast(sa.Table, Job.__table__)
FAILED = Sentence("作业多次出错，已停止。请稍后重试；如仍失败，请联系平台运维。")
INTERRUPTED = Sentence("作业多次中断，没有做完，已停止，数据没有改动。请稍后重试；如仍失败，请联系平台运维。")
# Of a job that keeps what it did the page says how far it came.
INTERRUPTED_MIDWAY = Sentence(
    "作业多次中断，没有做完，已停止。请稍后重试，会接着做；如仍失败，请联系平台运维。"
)
Handler = Callable[[dict[str, Any], Progress], dict[str, Any] | None]
HANDLERS: dict[str, Handler] = {}


def handles(name: JobName, *former: str) -> Callable[[Handler], Handler]:
    """Register the one handler of a job: `handler(payload, progress)` returns the outcome to show. Rows of earlier releases
    may have it by `former` names."""

    def register(handler: Handler) -> Handler:
        assert name.value not in HANDLERS, name
        HANDLERS.update(dict.fromkeys((name.value, *former), handler))
        return handler

    return register


def run(job_id: UUID) -> JobState | None:
    """Claim the job and do it; returns its state, or None if it was not to be had."""
    attempt = claim(job_id)
    if attempt is None:
        return None
    if attempt.used_up:
        why = INTERRUPTED_MIDWAY if attempt.name in KEEPS else INTERRUPTED
        return _fail(job_id, attempt.tenant_id, attempt.number, why)
    began, token = time.perf_counter(), at_job.set(str(job_id))
    try:
        state = _attempt(job_id, attempt)
        line = {
            "name": attempt.name,
            "bureau": str(attempt.tenant_id),
            "attempt": attempt.number,
            "state": state.value if state else "lost",
            "ms": round((time.perf_counter() - began) * 1000),
        }
        log.info("job", extra={"fields": line})
        return state
    finally:
        at_job.reset(token)


def _attempt(job_id: UUID, attempt: Attempt) -> JobState | None:
    tenant_id, number = attempt.tenant_id, attempt.number
    try:
        with Renewing(job_id, number):
            return _effect(job_id, tenant_id, number)
    except ClerkError as problem:
        return _fail(job_id, tenant_id, number, Sentence(problem.message, **problem.params))
    except LeaseLost:
        log.warning("lease lost")
        return None
    except StepsAside:
        return _wait_again(job_id, attempt)
    except Exception:
        log.exception("attempt failed")
        return _give_up_or_wait(job_id, attempt)


@dataclass(frozen=True)
class Attempt:
    """An attempt of a job: its number, and the last one there may be. `used_up`: there was one too many already."""

    tenant_id: UUID
    name: str
    number: int
    last: int
    used_up: bool = False


def claim(job_id: UUID) -> Attempt | None:
    """Take the lease, if the job is to be had."""
    with in_scope(Scope(DbRole.DISPATCH)):
        table = JOBS
        _in_turn(job_id)
        row = db.session.execute(
            sa.select(table.c.tenant_id, table.c.name, table.c.attempt, table.c.last_attempt)
            .where(table.c.id == job_id, _to_be_had())
            .with_for_update(skip_locked=True)
        ).first()
        if row is None:
            return None
        if row.attempt >= row.last_attempt:
            return Attempt(row.tenant_id, row.name, row.attempt, row.last_attempt, used_up=True)
        db.session.execute(
            sa.update(table)
            .where(table.c.id == job_id)
            .values(state=JobState.RUNNING, lease_until=real_now() + LEASE, attempt=row.attempt + 1)
        )
        db.session.commit()
        return Attempt(row.tenant_id, row.name, row.attempt + 1, row.last_attempt)


def _in_turn(job_id: UUID) -> None:
    """Two loads of one bureau are not claimed in the same moment, nor one while the night is at its library."""
    table = JOBS
    query = sa.select(table.c.tenant_id).where(table.c.id == job_id, table.c.name.in_(ONE_AT_A_TIME))
    tenant_id = db.session.scalar(query)
    if tenant_id is not None:
        _take_turn(tenant_id)


def _take_turn(tenant_id: UUID) -> None:
    """Until the transaction ends."""
    locks.hold(f"load {tenant_id}")


def no_load_running() -> bool:
    """Whether no worker is at a load of the current bureau; none is claimed before this transaction ends."""
    tenant_id, moment = current_scope().tenant_id, real_now()
    assert tenant_id is not None
    _take_turn(tenant_id)
    going = sa.select(JOBS.c.id).where(JOBS.c.tenant_id == tenant_id, _going_on(JOBS, moment))
    return not db.session.scalar(sa.select(going.exists()))


def _going_on(table: Any, moment: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        table.c.name.in_(ONE_AT_A_TIME),
        table.c.state == JobState.RUNNING,
        table.c.lease_until.between(moment, moment + 2 * LEASE),
    )


def jobs_to_ring(limit: int = 500) -> list[tuple[str, UUID]]:
    """Jobs whose bell should ring (again): waiting, or running with a lease that has run out."""
    with in_scope(Scope(DbRole.DISPATCH)):
        table = JOBS
        rows = db.session.execute(
            sa.select(table.c.name, table.c.id)
            .where(_to_be_had())
            .order_by(table.c.not_before, table.c.id)
            .limit(limit)
        ).all()
        return [(row.name, row.id) for row in rows]


def _to_be_had() -> sa.ColumnElement[bool]:
    """Waiting and due, or running with a lease that has run out.

    Clocks jump: what was asked for at once is due although it seems to come from the future, and a lease
    longer than any we give was taken by another clock.
    """
    table, due, moment = JOBS, now(), real_now()
    return sa.or_(
        sa.and_(
            table.c.state == JobState.WAITING,
            sa.or_(table.c.not_before <= due, table.c.not_before <= table.c.created_at),
            sa.or_(table.c.name.not_in(ONE_AT_A_TIME), ~_at_another(moment)),
        ),
        sa.and_(
            table.c.state == JobState.RUNNING,
            sa.or_(table.c.lease_until < moment, table.c.lease_until > moment + 2 * LEASE),
        ),
    )


def _at_another(moment: datetime) -> sa.ColumnElement[bool]:
    """Whether a worker is at another load of the same bureau: the sweep rings again when it is done."""
    other = JOBS.alias()
    # One column by name: this role may not read them all.
    running = sa.select(other.c.id).where(
        other.c.tenant_id == JOBS.c.tenant_id,
        other.c.id != JOBS.c.id,
        _going_on(other, moment),
    )
    return running.exists()


def _job_scope(tenant_id: UUID) -> Scope:
    return Scope(DbRole.BUREAU, tenant_id=tenant_id, origin="job")


def _effect(job_id: UUID, tenant_id: UUID, number: int) -> JobState:
    with in_scope(_job_scope(tenant_id)):
        job = db.session.get_one(Job, job_id)
        bureau = db.session.get_one(Bureau, tenant_id)
        scope, name, payload = _scope_of(job, bureau.name), job.name, job.payload
    with in_scope(scope):
        outcome = HANDLERS[name](payload, Progress(job_id, tenant_id, number))
        _close(job_id, number, state=JobState.DONE, outcome=outcome or {})
        db.session.commit()
    return JobState.DONE


def _scope_of(job: Job, bureau_name: str) -> Scope:
    """Whose standing in was ended since they asked has both names under the work, and writes nothing more in the other's:
    the guards would refuse it, however often the job is tried."""
    scope = of_job(job, bureau_name)
    if scope.acting_for is None or people.asked(scope.actor_id, scope.acting_for):
        return scope
    return replace(scope, acting_for=None)


def _fail(job_id: UUID, tenant_id: UUID, number: int, problem: str) -> JobState | None:
    with in_scope(_job_scope(tenant_id)):
        try:
            _close(
                job_id,
                number,
                state=JobState.FAILED,
                problem=str(problem),
                problem_said=sentence_parts(problem),
            )
        except LeaseLost:
            return None
        db.session.commit()
    return JobState.FAILED


def _give_up_or_wait(job_id: UUID, attempt: Attempt) -> JobState | None:
    number, left = attempt.number, attempt.last - attempt.number
    if left <= 0:
        return _fail(job_id, attempt.tenant_id, number, FAILED)
    with in_scope(Scope(DbRole.DISPATCH)):
        table = JOBS
        db.session.execute(
            sa.update(table)
            .where(table.c.id == job_id, table.c.attempt == number, table.c.state == JobState.RUNNING)
            .values(lease_until=real_now() + timedelta(seconds=2 ** max(1, ATTEMPTS - left)))
        )
        db.session.commit()
    return JobState.RUNNING


def _wait_again(job_id: UUID, attempt: Attempt) -> JobState:
    """Others first; what was done is kept, and the bell rings behind theirs."""
    with in_scope(Scope(DbRole.DISPATCH)):
        table = JOBS
        db.session.execute(
            sa.update(table)
            .where(table.c.id == job_id, table.c.attempt == attempt.number, table.c.state == JobState.RUNNING)
            .values(state=JobState.WAITING, lease_until=None)
        )
        db.session.commit()
    if Bell.ring is not None:
        Bell.ring(attempt.name, job_id)
    return JobState.WAITING


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
