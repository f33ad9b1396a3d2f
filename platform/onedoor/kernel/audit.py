"""What anyone did, kept in order, in the same commit as what it records (R-T6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from onedoor.kernel import access
from onedoor.kernel.access import MINE, B, I, O, S, can
from onedoor.kernel.clock import now
from onedoor.kernel.db import Identified, db, new_id
from onedoor.kernel.scope import current_scope


class AuditEntry(Identified):
    """One act: who, when, from where, on what, what it was before and after.

    `event` is `room.thing.verb` (`plans.plan.publish`). `sequence` and `digest` are given when the
    entry is sealed into its bureau's chain (`kernel.audit_chain`). `origin` is an address, `job`, `demo`, `command`, or
    `together` for the copy of what another bureau did in something shared.
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
        sa.Index(
            "ix_audit_entry_unsealed", "tenant_id", "at", "id", postgresql_where=sa.text("sequence IS NULL")
        ),
        # Few and far between, and told on every desk.
        sa.Index(
            "ix_audit_entry_recovered",
            "tenant_id",
            "at",
            postgresql_where=sa.text("event = 'tenants.user.recover'"),
        ),
        sa.UniqueConstraint("tenant_id", "sequence"),
    )


@dataclass(frozen=True)
class Act:
    """What is done in the current scope, for whoever makes something of it in the same transaction; `id` is its entry's."""

    id: UUID
    event: str
    kind: str
    thing: UUID | None
    name: str


class Listener:
    """Who hears of each act in its transaction; `app` hands it in, and without one nobody does."""

    hear: ClassVar[Callable[[Act], None] | None] = None


def announce(event: str, subject: tuple[str, UUID | None], name: str = "", entry: UUID | None = None) -> None:
    """Let whoever listens hear of an act, in this transaction; `entry` is its line in the log, if it has one."""
    if Listener.hear is not None:
        Listener.hear(Act(entry or new_id(), event, subject[0], subject[1], str(name)))


# Its place in the chain an entry gets by sealing, from nobody else.
_NEW = "sequence IS NULL AND digest IS NULL"
access.rules(
    "audit_entry",
    can("audit_entry", B, "select", MINE),
    can("audit_entry", B, "insert", check=f"{MINE} AND {_NEW}"),
    can("audit_entry", S, "select", MINE),
    can("audit_entry", S, "insert", check=f"{MINE} AND {_NEW}"),
    can("audit_entry", O, "insert", check=f"{MINE} AND {_NEW}"),
    can("audit_entry", O, "select", MINE),
    # Signing in happens before there is a bureau: it may note that, and what is done to accounts and tokens.
    can(
        "audit_entry",
        I,
        "insert",
        check=f"role = 'onedoor_identity' AND subject_kind IN ('user', 'token')"
        f" AND ({access.ME} IS NULL OR {MINE}) AND {_NEW}",
    ),
)


def record(
    event: str,
    subject: tuple[str, UUID | None],
    name: str = "",
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    shared_with: Iterable[UUID] = (),
) -> None:
    """Keep an act of the current scope in this transaction. `subject` is (kind, id), `name` its title.

    What several bureaus do together stands in the chain of each: `shared_with` get it in the same commit,
    without `before` and `after`, which stay with the bureau that acted. It reaches only bureaus that take
    part in something together with this one, or that this one supervises (`share_audit`).
    """
    scope = current_scope()
    assert scope.tenant_id is not None, "an act belongs to a bureau"
    entry = AuditEntry(
        id=new_id(),
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
    db.session.add(entry)
    others = sorted({bureau for bureau in shared_with if bureau != scope.tenant_id})
    if others:
        db.session.flush()
        given = {"entry": entry.id, "bureaus": others}
        db.session.execute(sa.text("SELECT share_audit(:entry, :bureaus)"), given)
    announce(event, subject, name, entry.id)
