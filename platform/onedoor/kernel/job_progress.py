"""How far a job is, told while it is at work, and what it keeps on its way."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.jobs import ATTEMPTS, Job, JobState
from onedoor.kernel.scope import DbRole

# Seconds after which a long job that keeps what it did lets others go first.
TURN = 60.0

# Other bureaus' jobs, and others than this one's loads of its own bureau, which wait for each other anyway.
_OTHERS = (
    "SELECT EXISTS (SELECT FROM job WHERE state = 'waiting' AND not_before < onedoor_now() - interval '2 seconds'"
    " AND NOT (tenant_id = :tenant AND name IN (SELECT name FROM job WHERE id = :job)))"
)


class LeaseLost(Exception):
    """Another worker took the job over while this one was at it; what was not kept is rolled back."""


class StepsAside(Exception):
    """A job that keeps what it did lets others go first, and goes on when it is its turn again."""


class NoProgress:
    """A progress that nobody reads, for work that is no job's."""

    def __call__(
        self, done: int, total: int | None = None, note: str = "", found: dict[str, Any] | None = None
    ) -> None:
        """Tell nobody."""

    def keep(self) -> None:
        """Commit what was done so far."""
        db.session.commit()


class Progress(NoProgress):
    """Tells how far the effect is, on its own connection, so that watchers see it before commit.

    Nothing of it is said for an attempt that is no longer the job's: a worker that lost its lease tells nobody how
    far it is. What is told stands before the commit, so it must be true of a job that is undone: what is being done,
    never that it is done.
    """

    def __init__(self, job_id: UUID, tenant_id: UUID, attempt: int) -> None:
        self._job_id, self._tenant_id, self._attempt = job_id, tenant_id, attempt
        self._began = time.monotonic()

    def keep(self) -> None:
        """Commit what was done so far; whoever takes the job over goes on from there, and it has all its attempts again.

        Raises LeaseLost if the job is another worker's by now: nothing of this step is kept then. Raises StepsAside
        when the job has had its turn and others wait.
        """
        kept = db.session.execute(
            sa.update(Job)
            .where(Job.id == self._job_id, Job.attempt == self._attempt, Job.state == JobState.RUNNING)
            .values(last_attempt=self._attempt + ATTEMPTS)
        )
        if kept.rowcount != 1:  # type: ignore[attr-defined]
            db.session.rollback()
            raise LeaseLost()
        db.session.commit()
        if time.monotonic() - self._began > TURN and self._others_wait():
            raise StepsAside()

    def _others_wait(self) -> bool:
        with db.engines[None].begin() as connection:
            connection.execute(
                sa.text("SELECT set_config('role', :role, true)"), {"role": DbRole.DISPATCH.value}
            )
            given = {"tenant": self._tenant_id, "job": self._job_id}
            return bool(connection.scalar(sa.text(_OTHERS), given))

    def __call__(
        self, done: int, total: int | None = None, note: str = "", found: dict[str, Any] | None = None
    ) -> None:
        with db.engines[None].begin() as connection:
            connection.execute(
                sa.text(
                    "SELECT set_config('role', :role, true), set_config('onedoor.tenant', :tenant, true)"
                ),
                {"role": DbRole.BUREAU.value, "tenant": str(self._tenant_id)},
            )
            connection.execute(
                sa.text(
                    "INSERT INTO job_progress (job_id, tenant_id, done, total, note, found, attempt, at)"
                    " SELECT j.id, j.tenant_id, :done, :total, :note, CAST(:found AS jsonb), j.attempt, onedoor_now()"
                    " FROM job j WHERE j.id = :job AND j.attempt = :attempt AND j.state = 'running'"
                    " ON CONFLICT (job_id) DO UPDATE SET done = excluded.done, total = excluded.total,"
                    " note = excluded.note, found = excluded.found, attempt = excluded.attempt, at = excluded.at"
                ),
                {
                    "job": self._job_id,
                    "attempt": self._attempt,
                    "done": done,
                    "total": total,
                    "note": str(note),
                    "found": None if found is None else json.dumps(found, ensure_ascii=False),
                },
            )
