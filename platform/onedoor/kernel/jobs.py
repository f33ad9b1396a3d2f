"""The outbox: a job is a row written with the state it belongs to; Redis only rings the bell.

A service calls `enqueue` in its transaction. After commit the row's id goes to Celery by name (the
bell, which `app` hands in); a sweeper rings again for what fell through. The row is what the user
watches: state, progress, outcome, who asked, retry (architecture, "Which way arrows point").
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column

from onedoor.kernel import access
from onedoor.kernel.access import MINE, B, D, S, can
from onedoor.kernel.clock import now, real_now
from onedoor.kernel.db import Base, Identified, ScopedSession, db
from onedoor.kernel.errors import Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import sentence_parts

ATTEMPTS = 5


class JobName(StrEnum):
    """Every job there is; each has one handler in `tasks`."""

    LOAD_FILE = "imports.load_file"
    UNDO_IMPORT = "registry.undo_import"
    SELECT_TARGETS = "registry.select_targets"
    REVIEW_REGISTRY = "registry.review"
    COMPUTE_RISK = "registry.compute_risk"
    SUGGEST_LISTING = "registry.suggest_listing"
    BULK_REGISTRY = "bulk"
    TRY_LIST = "campaigns.try_list"
    FREEZE_LIST = "campaigns.freeze_list"
    OPEN_DRAW = "campaigns.open_draw"
    RUN_DRAW = "campaigns.run_draw"
    SCHEDULE_VISITS = "visits.schedule"
    ISSUE_NOTICES = "visits.issue_notices"
    NOTE_BEGINNING = "visits.note_beginning"
    SUBSTITUTE_OBJECT = "visits.substitute"
    NOTE_COMBINATION = "visits.note_combination"
    REPLACE_MEMBER = "visits.replace_member"
    NOTE_REPLACEMENT = "visits.note_replacement"
    SEND_ABNORMAL = "followups.send_abnormal"
    ISSUE_RESULT_NOTICE = "followups.issue_result_notice"
    NOTE_TRANSFER = "followups.note_transfer"
    NOTE_TRANSFER_ANSWER = "followups.note_answer"
    REGISTER_OWED = "owed.register"
    DEFER_PART = "owed.defer_part"
    SETTLE_OWED = "owed.settle"
    NOTE_OWED = "owed.note"
    NOTE_HANDOVER = "owed.note_handover"
    NOTE_HANDOVER_ANSWER = "owed.note_answer"
    SEND_EXPORT = "credit.send_export"
    WITHDRAW_EXPORTS = "credit.withdraw_exports"
    FILE_RETURN = "statistics.file_return"
    CHECK_AUDIT = "kernel.check_audit"
    DELIVER_EVENTS = "events.deliver"
    NOTIFY_BUREAU = "notifications.notify"
    DELIVER_NOTIFICATIONS = "notifications.deliver"


# The names that loads had, one for each kind of list: they stand in rows of earlier releases.
FORMER_LOADS = (
    "registry.import_entities", "registry.import_items", "registry.import_inspectors", "registry.import_experts",
    "registry.import_targets", "registry.import_matters", "registry.import_certificates", "registry.import_details",
    "registry.import_premises", "registry.import_licences", "registry.import_checks", "registry.import_listings",
)  # fmt: skip


# What a joint check needs of another bureau: a list tried or frozen; the lead going on once the last party has
# acted, one has withdrawn, or an object of its list is to be substituted.
ACROSS = frozenset(
    {
        JobName.TRY_LIST,
        JobName.FREEZE_LIST,
        JobName.OPEN_DRAW,
        JobName.RUN_DRAW,
        JobName.SCHEDULE_VISITS,
        JobName.NOTE_BEGINNING,
        JobName.SUBSTITUTE_OBJECT,
        # what an officer's bureau began is the lead's draw to carry out, and who is concerned learns of it (R-D6)
        JobName.REPLACE_MEMBER,
        JobName.NOTE_REPLACEMENT,
        # who is asked to go together learns of it, and who asked of the answer and of another day (R-J4)
        JobName.NOTE_COMBINATION,
        # what was passed on tells the receiver's people, and its answer goes on at the sender (R-V7)
        JobName.NOTE_TRANSFER,
        JobName.NOTE_TRANSFER_ANSWER,
        # what a partner owes: it enters what the lead left for later, the lead learns who does not come, and who is asked to take it (R-J5)
        JobName.REGISTER_OWED,
        JobName.DEFER_PART,
        JobName.NOTE_OWED,
        JobName.NOTE_HANDOVER,
        JobName.NOTE_HANDOVER_ANSWER,
        # who should oversee what nobody does is told (R-L6)
        JobName.SUGGEST_LISTING,
        # whom an act of one bureau concerns in another is known there
        JobName.NOTIFY_BUREAU,
    }
)


class JobState(StrEnum):
    """Waiting, running, done, or failed (with a sentence that says what to do)."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Identified):
    """One piece of background work of one bureau. `sender_id` is the bureau that asked, `acting_for` in whose name its person did."""

    __tablename__ = "job"
    tenant_id: Mapped[UUID]
    sender_id: Mapped[UUID]
    actor_id: Mapped[UUID | None]
    acting_for: Mapped[UUID | None]
    actor_name: Mapped[str]
    bureau_name: Mapped[str] = mapped_column(server_default="")
    name: Mapped[str]
    title: Mapped[str] = mapped_column(server_default="")
    title_said: Mapped[dict[str, Any] | None]
    subject_kind: Mapped[str | None]
    subject_id: Mapped[UUID | None]
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(server_default=JobState.WAITING)
    attempt: Mapped[int] = mapped_column(server_default="0")
    # Attempts are never counted anew, for the number tells a worker that came back late that the job is another's.
    last_attempt: Mapped[int] = mapped_column(server_default=str(ATTEMPTS))
    lease_until: Mapped[datetime | None]
    not_before: Mapped[datetime]
    outcome: Mapped[dict[str, Any] | None]
    problem: Mapped[str | None]
    problem_said: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    @property
    def interrupted(self) -> bool:
        """Its worker has not been heard of in time: the sweep gives it to another."""
        return (
            self.state == JobState.RUNNING and self.lease_until is not None and self.lease_until < real_now()
        )

    __table_args__ = (
        sa.UniqueConstraint("id", "tenant_id"),
        sa.Index("ix_job_tenant_created", "tenant_id", sa.text("created_at DESC"), "id"),
        sa.Index("ix_job_open", "not_before", postgresql_where=sa.text("state IN ('waiting', 'running')")),
        sa.Index("ix_job_subject", "subject_id"),
    )


class JobProgress(Base):
    """How far a job is; a table of its own, written on a connection of its own."""

    __tablename__ = "job_progress"
    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    done: Mapped[int] = mapped_column(sa.BigInteger, server_default="0")
    total: Mapped[int | None] = mapped_column(sa.BigInteger)
    note: Mapped[str] = mapped_column(server_default="")
    # What this attempt has found so far, for those who watch its page; and which attempt says all this.
    found: Mapped[dict[str, Any] | None]
    attempt: Mapped[int] = mapped_column(server_default="0")
    at: Mapped[datetime]
    __table_args__ = (
        sa.ForeignKeyConstraint(["job_id", "tenant_id"], ["job.id", "job.tenant_id"], ondelete="CASCADE"),
    )


_DISPATCH: tuple[str, ...] = (
    "id", "tenant_id", "name", "state", "lease_until", "attempt", "last_attempt", "not_before", "created_at",
)  # fmt: skip
_ACROSS = ", ".join(f"'{name.value}'" for name in sorted(ACROSS))
access.rules(
    "job",
    can("job", B, "select", f"{MINE} OR sender_id = {access.ME}"),
    # It runs in the scope of `tenant_id`: what another bureau may cause there is a short list.
    can("job", B, "insert", check=f"sender_id = {access.ME} AND ({MINE} OR name IN ({_ACROSS}))"),
    can("job", B, "update", MINE),
    can("job", S, "select", access.SUPERVISED),
    can("job", S, "select", MINE),
    can("job", S, "insert", check=f"{MINE} AND sender_id = {access.ME}"),
    can("job", D, "select", columns=_DISPATCH),
    can("job", D, "update", columns=("state", "lease_until", "attempt")),
)
access.rules(
    "job_progress",
    can("job_progress", B, "select insert update delete", MINE),
    can("job_progress", S, "select", access.SUPERVISED),
)


class Bell:
    """What rings after commit; `app` hands in the sender to Celery, tests hand in a list."""

    ring: ClassVar[Callable[[str, UUID], None] | None] = None


def enqueue(
    name: JobName,
    payload: dict[str, Any],
    *,
    title: str = "",
    subject: tuple[str, UUID] | None = None,
    for_bureau: UUID | None = None,
    not_before: datetime | None = None,
) -> Job:
    """Write a job in this transaction; its bell rings after commit.

    `payload` holds JSON values only. `title`, a `Sentence`, is what the user reads on the job's
    page. `subject` is
    the thing whose page shows the progress. `for_bureau` is another bureau in whose scope it runs:
    what must be written for several bureaus is one job per bureau.
    """
    scope = current_scope()
    assert scope.tenant_id is not None, "a job belongs to a bureau"
    job = Job(
        tenant_id=for_bureau or scope.tenant_id,
        sender_id=scope.tenant_id,
        actor_id=scope.actor_id,
        acting_for=scope.acting_for,
        actor_name=scope.actor_name,
        bureau_name=scope.bureau_name,
        name=name.value,
        title=str(title),
        title_said=sentence_parts(title),
        payload=payload,
        subject_kind=subject[0] if subject else None,
        subject_id=subject[1] if subject else None,
        not_before=not_before or now(),
        created_at=now(),
    )
    db.session.add(job)
    db.session.flush()
    _remember(job)
    return job


def retry(job_id: UUID) -> Job:
    """Ask again for a failed job of one's own bureau."""
    job = get(job_id)
    if job.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这个作业。")
    if job.state != JobState.FAILED:
        raise Conflict("只有失败的作业可以重试；这个作业目前不是失败状态。")
    job.state, job.problem, job.problem_said = JobState.WAITING, None, None
    job.lease_until, job.finished_at, job.not_before = None, None, job.created_at
    job.last_attempt = job.attempt + ATTEMPTS
    db.session.execute(sa.delete(JobProgress).where(JobProgress.job_id == job.id))
    db.session.flush()
    _remember(job)
    return job


def get(job_id: UUID) -> Job:
    """The job, if this scope may see it."""
    job = db.session.get(Job, job_id)
    if job is None:
        raise NotFound("没有找到这个作业。")
    return job


def progress_of(job_ids: list[UUID]) -> dict[UUID, JobProgress]:
    """Progress of the jobs that have some, by id: of the attempt that is running or was the last."""
    of_attempt = sa.and_(Job.id == JobProgress.job_id, Job.attempt == JobProgress.attempt)
    rows = db.session.scalars(
        sa.select(JobProgress).join(Job, of_attempt).where(JobProgress.job_id.in_(job_ids))
    )
    return {row.job_id: row for row in rows}


def latest_for(subject_id: UUID, *names: str) -> Job | None:
    """The newest job about a thing, of these names if any are given, for the progress shown on its page.

    A bureau itself is what several kinds of job are about: who asks for one of them says which.
    """
    query = sa.select(Job).where(Job.subject_id == subject_id).order_by(Job.created_at.desc()).limit(1)
    return db.session.scalar(query.where(Job.name.in_([str(name) for name in names])) if names else query)


def _remember(job: Job) -> None:
    db.session.info.setdefault("bells", []).append((job.name, job.id))


@event.listens_for(ScopedSession, "after_commit")
def _ring(session: ScopedSession) -> None:
    # A savepoint that is let go is no commit: nobody else sees the job yet.
    if session.in_nested_transaction():
        return
    for name, job_id in session.info.pop("bells", []):
        if Bell.ring is not None:
            Bell.ring(name, job_id)


@event.listens_for(ScopedSession, "after_soft_rollback")
def _forget(session: ScopedSession, previous: Any) -> None:
    if not session.in_nested_transaction():
        session.info.pop("bells", None)
