"""Acting as the made-up people: each does their own part in their own scope, as through the pages."""

from __future__ import annotations

import time as clocks
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from onedoor.commands.demo.story import Story, working_days_later
from onedoor.kernel import jobs
from onedoor.kernel.clock import SHANGHAI, now, today
from onedoor.kernel.db import db
from onedoor.kernel.jobs import Job, JobState
from onedoor.kernel.scope import DbRole, Scope, in_scope
from tenants import scope
from tenants.models import Bureau, UserAccount
from tenants.rules import Role, permissions_of
from tenants.scope import Principal

PATIENCE = 180.0


class JobFailed(Exception):
    """A background job of the demo failed; the message is what its page says."""


@dataclass(frozen=True)
class Cast:
    """The people of the made-up city, by user name (`scjg.planner`), and the clock of their story if they have one."""

    app: Flask
    bureaus: dict[str, UUID]
    story: Story | None = None

    def at(self, month: int, day: int, hour: int = 9) -> date:
        """Go on to that hour of a day of the story's year, or of the next working day; returns today.

        What waits is done first. Without a story, and where the day is past, it is now.
        """
        if self.story is not None:
            self.settle()
            self.on(self.story.day(month, day), hour)
        return today()

    def on(self, day: date, hour: int = 9) -> date:
        """Go on to that hour of a day, whatever is under way; where it is past, it is now."""
        if self.story is not None:
            self.story.go_to(datetime.combine(day, time(hour), SHANGHAI))
        return today()

    def later(self, days: int, hour: int = 9) -> date:
        """Go on by so many working days; returns today."""
        return self.on(working_days_later(today(), days), hour) if self.story else today()

    def wait(self, hours: int = 1) -> None:
        """Let some time of a day pass, of a visit or a meeting."""
        if self.story is not None:
            self.story.go_to(now() + timedelta(hours=hours))

    def day(self, month: int, day: int) -> date:
        """Where a period begins: on that day of the story's year; without a story today."""
        return self.story.day(month, day) if self.story else today()

    def until(self, month: int, day: int) -> date:
        """Where a period ends: on that day of the story's year; without a story at the end of this year."""
        return self.story.day(month, day) if self.story else date(today().year, 12, 31)

    def person(self, username: str) -> Principal:
        """The principal of a user name."""
        with in_scope(scope.identity(), self.app):
            account, bureau = db.session.execute(
                sa.select(UserAccount, Bureau)
                .join(Bureau, Bureau.id == UserAccount.tenant_id)
                .where(UserAccount.username == username)
            ).one()
            roles = frozenset(Role(value) for value in account.roles)
            return Principal(
                user_id=account.id,
                tenant_id=bureau.id,
                username=username,
                display_name=account.display_name,
                post=account.post,
                unit_id=account.unit_id,
                bureau_code=bureau.code,
                bureau_name=bureau.name,
                bureau_short_name=bureau.short_name,
                jurisdiction_code=bureau.jurisdiction_code,
                roles=roles,
                permissions=permissions_of(roles),
                session_digest="",
            )

    @contextmanager
    def acting(self, username: str, *, supervisor: bool = False) -> Iterator[Principal]:
        """Work as this person; committed at the end unless it raised."""
        person = self.person(username)
        made = scope.supervisor(person, "demo") if supervisor else scope.bureau(person, "demo")
        with in_scope(made, self.app):
            yield person
            db.session.commit()

    def finish(self, job_id: UUID, tenant_id: UUID) -> Job:
        """Wait until the worker has done a job; raises `JobFailed` with its sentence."""
        deadline = clocks.monotonic() + PATIENCE
        while clocks.monotonic() < deadline:
            with in_scope(Scope(DbRole.BUREAU, tenant_id=tenant_id), self.app):
                job = jobs.get(job_id)
            if job.state == JobState.DONE:
                return job
            if job.state == JobState.FAILED:
                raise JobFailed(f"{job.title}: {job.problem}")
            clocks.sleep(0.05)
        raise JobFailed(f"{job.title}: not done after {PATIENCE:.0f} seconds")

    def settle(self) -> None:
        """Wait until no job waits or runs in any bureau; raises `JobFailed` if one failed.

        The last job of one bureau may ask for one in another, so it is over when all were looked at and none was open.
        """
        found = True
        while found:
            found = False
            for tenant_id in self.bureaus.values():
                while open_jobs := self._open(tenant_id):
                    found = True
                    for job_id in open_jobs:
                        self.finish(job_id, tenant_id)

    def _open(self, tenant_id: UUID) -> list[UUID]:
        with in_scope(Scope(DbRole.BUREAU, tenant_id=tenant_id), self.app):
            query = sa.select(Job.id).where(
                Job.tenant_id == tenant_id, Job.state.in_([JobState.WAITING, JobState.RUNNING])
            )
            return list(db.session.scalars(query))
