"""Figures of the whole deployment for its operator: counts and ages, nothing of any bureau or person."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel import access, clock
from onedoor.kernel.access import D
from onedoor.kernel.crypto import number_of
from onedoor.kernel.db import db
from onedoor.kernel.encrypted_columns import COLUMNS
from onedoor.kernel.jobs import Job, JobState
from onedoor.kernel.scope import DbRole, Scope, in_scope

access.functions(
    "kernel",
    sealing_lag=(D,),
)


@dataclass(frozen=True)
class Figures:
    """Jobs by name and state, seconds the oldest due job of a name waits, missed deadlines by kind, sealing's lag in seconds."""

    jobs: dict[tuple[str, str], int]
    queue_ages: dict[str, float]
    missed: dict[str, int]
    unsealed: float


def now() -> Figures:
    """The figures at this moment."""
    moment = clock.now()
    with in_scope(Scope(DbRole.DISPATCH)):
        counted = db.session.execute(
            sa.select(Job.name, Job.state, sa.func.count(Job.id)).group_by(Job.name, Job.state)
        )
        due = sa.or_(
            sa.and_(Job.state == JobState.WAITING, Job.not_before <= moment),
            sa.and_(Job.state == JobState.RUNNING, Job.lease_until < clock.real_now()),
        )
        oldest = db.session.execute(
            sa.select(Job.name, sa.func.min(Job.not_before)).where(due).group_by(Job.name)
        )
        missed = db.session.execute(sa.text("SELECT kind, number FROM missed_deadlines()"))
        lag = db.session.scalar(sa.text("SELECT sealing_lag()"))
        return Figures(
            jobs={(name, state): number for name, state, number in counted},
            queue_ages={name: max(0.0, (moment - since).total_seconds()) for name, since in oldest},
            missed={row.kind: row.number for row in missed},
            unsealed=lag.total_seconds() if lag is not None else 0.0,
        )


@dataclass(frozen=True)
class Queue:
    """The jobs of one bureau and kind: how many wait, run and failed, since when the oldest waits, when one failed last."""

    tenant_id: UUID
    name: str
    waiting: int
    running: int
    failed: int
    oldest: datetime | None
    last_failed: datetime | None


def queues() -> list[Queue]:
    """What is not done, by bureau and kind of job; those with failures first. Nothing of what they are about."""

    def counted(state: JobState) -> sa.ColumnElement[int]:
        return sa.func.count().filter(Job.state == state)

    query = (
        sa.select(
            Job.tenant_id,
            Job.name,
            counted(JobState.WAITING).label("waiting"),
            counted(JobState.RUNNING).label("running"),
            counted(JobState.FAILED).label("failed"),
            sa.func.min(Job.not_before).filter(Job.state == JobState.WAITING).label("oldest"),
            sa.func.max(Job.created_at).filter(Job.state == JobState.FAILED).label("last_failed"),
        )
        .where(Job.state.in_([JobState.WAITING, JobState.RUNNING, JobState.FAILED]))
        .group_by(Job.tenant_id, Job.name)
    )
    with in_scope(Scope(DbRole.DISPATCH)):
        found = [Queue(*row) for row in db.session.execute(query)]
    return sorted(found, key=lambda one: (-one.failed, -one.waiting, str(one.tenant_id), one.name))


def revision() -> str:
    """The migration that made the tables as they are."""
    with in_scope(Scope(DbRole.DISPATCH)):
        return str(db.session.scalar(sa.text("SELECT version_num FROM alembic_version")))


def of_release_0_1(revision: str, known: Collection[str]) -> bool:
    """Whether a migration is one of release 0.1, which nothing brings up to date (docs/adr/0015)."""
    return revision not in known and re.match(r"0[01]\d\d_", revision) is not None


def key_numbers() -> set[int]:
    """Numbers of the keys under which anything is sealed."""
    with in_scope(Scope(DbRole.DISPATCH)):
        found: set[int] = set()
        for name in COLUMNS:
            # the names are declared ones
            marks = db.session.scalars(sa.text(f"SELECT number FROM keys_of_{name}()"))  # noqa: S608
            found |= set(map(number_of, marks))
        return found
