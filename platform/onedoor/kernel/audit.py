"""What anyone did, kept in order, in the same commit as what it records (R-T6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from onedoor.kernel import access
from onedoor.kernel.access import MINE, B, I, O, S, can
from onedoor.kernel.clock import now
from onedoor.kernel.db import Identified, db
from onedoor.kernel.scope import current_scope


class AuditEntry(Identified):
    """One act: who, when, from where, on what, what it was before and after.

    `event` is `room.thing.verb` (`plans.plan.publish`). `sequence` and `digest` are given when the
    entry is sealed into its bureau's chain.
    """

    __tablename__ = "audit_entry"
    tenant_id: Mapped[UUID]
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    bureau_name: Mapped[str]
    role: Mapped[str]
    origin: Mapped[str]
    request: Mapped[str]
    event: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID | None]
    subject_name: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    sequence: Mapped[int | None] = mapped_column(sa.BigInteger)
    digest: Mapped[str | None]
    __table_args__ = (
        sa.Index("ix_audit_entry_tenant_at", "tenant_id", sa.text("at DESC"), "id"),
        sa.Index("ix_audit_entry_subject", "subject_id"),
        sa.UniqueConstraint("tenant_id", "sequence"),
    )


access.rules(
    "audit_entry",
    can("audit_entry", B, "select insert", MINE),
    can("audit_entry", S, "select", MINE),
    can("audit_entry", S, "insert", check=MINE),
    can("audit_entry", O, "insert", check=MINE),
    can("audit_entry", O, "select", MINE),
    # Signing in happens before there is a bureau: it may note that, and what is done to accounts and tokens.
    can(
        "audit_entry",
        I,
        "insert",
        check=f"role = 'onedoor_identity' AND subject_kind IN ('user', 'token') AND ({access.ME} IS NULL OR {MINE})",
    ),
)


def record(
    event: str,
    subject: tuple[str, UUID | None],
    name: str = "",
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Keep an act of the current scope in this transaction. `subject` is (kind, id), `name` its title."""
    scope = current_scope()
    assert scope.tenant_id is not None, "an act belongs to a bureau"
    db.session.add(
        AuditEntry(
            tenant_id=scope.tenant_id,
            at=now(),
            actor_id=scope.actor_id,
            actor_name=scope.actor_name,
            bureau_name=scope.bureau_name,
            role=scope.role.value,
            origin=scope.origin,
            request=scope.request,
            event=event,
            subject_kind=subject[0],
            subject_id=subject[1],
            subject_name=name,
            before=before,
            after=after,
        )
    )
