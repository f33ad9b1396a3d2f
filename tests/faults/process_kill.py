"""Killing a process in the middle of what it does, and what comes after.

The middle is held still by a lock that the test takes, so nothing here depends on how fast the machine is. Waiting is for a
state the database shows, and a verdict never hangs on how long it took.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import psycopg
import sqlalchemy as sa

from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.jobs import Job, JobName, JobState
from onedoor.kernel.scope import DbRole, Scope, in_scope
from tasks import runner
from tasks import worker as bells
from tests.fixtures.deployment import Deployment

PATIENCE = 120.0
BLOCKED = "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
BUSY = (
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND xact_start IS NOT NULL AND backend_xid IS NOT NULL"
)


def until(
    done: Callable[[], bool], what: str, result: Callable[[], str] = str, patience: float = PATIENCE
) -> None:
    """Wait for a state; that it never came is a failure of the test, said with the worker's last words."""
    deadline = time.monotonic() + patience
    while not done():
        assert time.monotonic() < deadline, f"{what}\n{result()}"
        time.sleep(0.02)


def killed_before(
    house: Deployment, held: psycopg.Connection, table: str, name: JobName, ask: Callable[[], object]
) -> UUID:
    """`ask` for a job, kill its worker before it writes its first row to `table`; returns the job, undone."""
    house.worker.start()
    held.rollback()
    # Readers pass, writers wait.
    held.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
    ask()
    job_id = standing_before(house, held, name)
    house.worker.kill()
    held.rollback()
    gone(held)
    return job_id


def standing_before(house: Deployment, held: psycopg.Connection, name: JobName) -> UUID:
    """The job of this name that stands before the lock the test holds."""
    until(
        lambda: held.execute(BLOCKED).fetchone() is not None, f"{name} never came there", house.worker.log_end
    )
    found = held.execute("SELECT id FROM job WHERE name = %s AND state = 'running'", (name.value,)).fetchall()
    assert len(found) == 1, found
    return UUID(str(found[0][0]))


def gone(link: psycopg.Connection) -> None:
    """PostgreSQL has noticed that the killed process is gone, and undone what it wrote."""

    def quiet() -> bool:
        link.rollback()
        return link.execute(BUSY).fetchone() is None

    until(quiet, "the killed process's transaction stays")
    link.rollback()


def lapse(house: Deployment, job_id: UUID) -> None:
    """Let the dead worker's lease run out now instead of in a minute, and the sweep ring."""
    with house.app.app_context():
        assert job_id not in [found for _, found in runner.jobs_to_ring()], "its lease still runs"
        with db.engines[None].begin() as link:
            link.execute(sa.text("SELECT set_config('role', 'onedoor_dispatch', true)"))
            link.execute(
                sa.text("UPDATE job SET lease_until = :past WHERE id = :id"),
                {"past": now() - timedelta(seconds=1), "id": job_id},
            )
    assert job_of(house, job_id).interrupted
    assert bells.sweep(house.app) >= 1


def taken_over(house: Deployment, job_id: UUID, attempt: int = 2) -> Job:
    """The lease runs out, the sweep rings, a new worker does the job; returns it, done at that attempt."""
    lapse(house, job_id)
    house.worker.start()
    house.cast.settle()
    job = job_of(house, job_id)
    assert (job.state, job.attempt) == (JobState.DONE, attempt), job.problem
    return job


def job_of(house: Deployment, job_id: UUID) -> Job:
    """The job, as its bureau sees it."""
    with house.app.app_context(), db.engines[None].begin() as link:
        link.execute(sa.text("SELECT set_config('role', 'onedoor_dispatch', true)"))
        tenant_id = link.scalar(sa.text("SELECT tenant_id FROM job WHERE id = :id"), {"id": job_id})
    with in_scope(Scope(DbRole.BUREAU, tenant_id=tenant_id), house.app):
        return db.session.get_one(Job, job_id)


def page(house: Deployment, path: str, who: str = "scjg.operator") -> str:
    """What a page says to a person."""
    answer = house.city.client(who).get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)
