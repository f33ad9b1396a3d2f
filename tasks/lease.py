"""The lease of a job at work: short, and renewed while the effect goes on.

So a job whose worker was killed is taken over within a minute, and a long import keeps its worker. Renewing is no promise: a
worker that could not renew in time finds at its end that the job is another's, and its effect is rolled back.
"""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from types import TracebackType
from typing import cast
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.clock import real_now
from onedoor.kernel.db import db
from onedoor.kernel.jobs import Job, JobState
from onedoor.kernel.scope import DbRole

log = logging.getLogger("onedoor.jobs")
LEASE = timedelta(seconds=60)
BEAT = timedelta(seconds=15)
JOBS = cast(sa.Table, Job.__table__)


class Renewing:
    """Renews the lease of one attempt from a thread and a connection of its own, until the `with` is left."""

    def __init__(self, job_id: UUID, number: int) -> None:
        self._job_id, self._number = job_id, number
        self._engine = db.engines[None]
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"lease {job_id}", daemon=True)

    def __enter__(self) -> Renewing:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _keep(self) -> None:
        while not self._ended.wait(BEAT.total_seconds()):
            try:
                if not self._renew():
                    return
            except sa.exc.SQLAlchemyError:
                # The next beat tries again; if all fail, the lease runs out, as it should.
                log.warning("job %s: the lease of attempt %s was not renewed", self._job_id, self._number)

    def _renew(self) -> bool:
        """Whether the attempt is still ours. Waits for no lock: the effect holds the row only while it commits."""
        mine = sa.and_(
            JOBS.c.id == self._job_id, JOBS.c.attempt == self._number, JOBS.c.state == JobState.RUNNING
        )
        with self._engine.begin() as link:
            link.execute(sa.text("SELECT set_config('role', :role, true)"), {"role": DbRole.DISPATCH.value})
            found = link.execute(sa.select(JOBS.c.id).where(mine).with_for_update(skip_locked=True)).first()
            if found is None:
                return link.execute(sa.select(JOBS.c.id).where(mine)).first() is not None
            link.execute(sa.update(JOBS).where(mine).values(lease_until=real_now() + LEASE))
        return True
