"""What supervisors hold of the bureaus' audit logs: anchors of their chains, and looks with a reason (R-T3, R-T6, ADR 6)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from onedoor.kernel import access, audit, jobs, locks
from onedoor.kernel.access import ACTOR, MINE, D, S, can
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import Identified, db
from onedoor.kernel.encrypted_columns import encrypted_column
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.jobs import JobName, JobState
from onedoor.kernel.scope import DbRole, Scope, current_scope, in_scope
from onedoor.kernel.sentences import Sentence
from tenants.models import BUREAU, Bureau

LOOK_LASTS = timedelta(minutes=30)


class AuditAnchor(Identified):
    """The head of `bureau_id`'s audit chain as it stood on `day`, held by a bureau that supervises it (R-T6).

    The bureau of the chain neither sees nor changes it, and nobody changes it once it is made.
    """

    __tablename__ = "audit_anchor"
    tenant_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU))
    bureau_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU))
    day: Mapped[date]
    sequence: Mapped[int] = mapped_column(sa.BigInteger)
    digest: Mapped[str]
    made_at: Mapped[datetime]
    __table_args__ = (sa.UniqueConstraint("tenant_id", "bureau_id", "day"),)


class AuditLook(Identified):
    """Why a supervisor reads a bureau's log; it opens the log to that person until then (access.md, "R by reason")."""

    __tablename__ = "audit_look"
    tenant_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU))
    bureau_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU))
    actor_id: Mapped[UUID]
    actor_name: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]
    until: Mapped[datetime]
    __table_args__ = (
        sa.Index("ix_audit_look_actor", "actor_id", "until"),
        sa.CheckConstraint(
            "length(reason) >= 1 AND length(reason) <= 500 AND until <= at + interval '1 hour'", "reason"
        ),
    )


# A supervisor reads a bureau's log for a reason given before, and for as long as that lasts (R-T3, R-T6).
access.rules("audit_entry", can("audit_entry", S, "select", "tenant_id = ANY (ARRAY(SELECT opened_logs()))"))
access.rules("audit_anchor", can("audit_anchor", S, "select", MINE))
access.rules(
    "audit_look",
    can("audit_look", S, "select", MINE),
    can(
        "audit_look",
        S,
        "insert",
        check=f"{MINE} AND actor_id = {ACTOR} AND bureau_id = ANY (ARRAY(SELECT supervised_bureaus()))",
    ),
)
access.triggers(
    "tenants",
    *access.append_only("audit_anchor", "R-T6: an anchor stays as it was made"),
    *access.append_only("audit_look", "R-T6: who looked and why is kept"),
    *access.append_only("crossing_entry", "R-T6: who looked and why is kept"),
)
# Stored encrypted (R-T7): who a person is, and what makes their one-time passwords.
PERSON = encrypted_column("tenants", "person", "identity_number")
TOTP = encrypted_column("tenants", "user_account", "totp_secret")
ENROLLING = encrypted_column("tenants", "access_link", "totp_secret")
ANSWER = encrypted_column("tenants", "api_answer", "body", at_once=50)
access.functions(
    "tenants",
    opened_logs=(S,),
    anchor_audit=(D,),
)


def make_anchors(day: date | None = None) -> int:
    """Give each chain's head to those who supervise its bureau, once a day; returns how many anchors were made."""
    with in_scope(Scope(DbRole.DISPATCH)):
        made = db.session.scalar(sa.text("SELECT anchor_audit(:day)"), {"day": day or today()})
        db.session.commit()
    return made or 0


_UNDER_WAY = (JobState.WAITING, JobState.RUNNING)


def ask_for_check() -> jobs.Job:
    """Ask that the chain of this scope's bureau be walked; the job's outcome says what was found.

    One that waits or is under way is enough: many would keep the entries of all bureaus from being sealed.
    """
    bureau = current_scope().tenant_id
    assert bureau is not None
    locks.hold(f"audit check {bureau}")
    known = jobs.latest_for(bureau, JobName.CHECK_AUDIT)
    if known is not None and known.state in _UNDER_WAY:
        return known
    return jobs.enqueue(JobName.CHECK_AUDIT, {}, title=Sentence("校验日志"), subject=("audit_log", bureau))


def open_log(bureau: Bureau, reason: str) -> AuditLook:
    """Open a supervised bureau's log to this person for half an hour, for a reason that both bureaus' logs keep (R-T3)."""
    scope = current_scope()
    assert scope.tenant_id is not None and scope.actor_id is not None
    if len(reason.strip()) < 4:
        raise ClerkError("请写明查阅的理由。", fields={"reason": ["请写明查阅的理由，至少四个字。"]})
    look = AuditLook(
        tenant_id=scope.tenant_id,
        bureau_id=bureau.id,
        actor_id=scope.actor_id,
        actor_name=scope.actor_name,
        reason=reason.strip(),
        at=now(),
        until=now() + LOOK_LASTS,
    )
    db.session.add(look)
    db.session.flush()
    audit.record(
        "supervision.log.look",
        ("bureau", bureau.id),
        bureau.name,
        after={"reason": look.reason},
        shared_with=[bureau.id],
    )
    return look


def current_look(bureau_id: UUID) -> AuditLook | None:
    """Why this person may read that bureau's log now, if they may."""
    query = (
        sa.select(AuditLook)
        .where(
            AuditLook.tenant_id == current_scope().tenant_id,
            AuditLook.actor_id == current_scope().actor_id,
            AuditLook.bureau_id == bureau_id,
            AuditLook.until > now(),
        )
        .order_by(AuditLook.until.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def anchors() -> sa.Select[*tuple[Any, ...]]:
    """The anchors the current supervisor holds, with the bureau of each chain."""
    return (
        sa.select(
            AuditAnchor.id,
            AuditAnchor.day,
            AuditAnchor.sequence,
            AuditAnchor.digest,
            AuditAnchor.made_at,
            Bureau.code.label("bureau"),
            Bureau.name.label("bureau_name"),
        )
        .join(Bureau, Bureau.id == AuditAnchor.bureau_id)
        .where(AuditAnchor.tenant_id == current_scope().tenant_id)
    )


def as_line(row: sa.Row[Any]) -> dict[str, Any]:
    """An anchor as it is kept outside, and read by `onedoor audit verify --anchors`."""
    return {
        "bureau": row.bureau,
        "day": row.day.isoformat(),
        "sequence": row.sequence,
        "digest": row.digest,
    }
