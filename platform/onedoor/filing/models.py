"""A filing and its answer: the sender writes one, the receiver the other."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from tenants.models import BUREAU, Owned


class Filing(Owned):
    """A thing handed to one supervising bureau (R-P4); `tenant_id` is the sender.

    `series_id` stays through the versions of the thing, `subject_id` names this version. `review` says
    备案审核, else 备案. `due_on` is the last day that is not late (None: no rule sets one). `summary` is
    what the receiver reads without opening the thing (`summary_said`: of what its texts were made); `shared_with` the bureaus that are part of it.
    `replaced_at` is set when a later version of the same thing is filed with the same receiver. `senders` are the accounts
    that had a hand in sending it (R-T5): who sent it and in whose name, who submitted and who wrote it; None: from before
    this was kept. The database adds the account that works and those of the approvals.
    """

    __tablename__ = "filing"
    receiver_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU))
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    series_id: Mapped[UUID]
    title: Mapped[str]
    version: Mapped[int]
    review: Mapped[bool]
    due_on: Mapped[date | None]
    sent_at: Mapped[datetime]
    sent_on: Mapped[date]
    sender_name: Mapped[str]
    senders: Mapped[list[UUID] | None]
    summary: Mapped[dict[str, Any]]
    summary_said: Mapped[dict[str, Any] | None]
    link: Mapped[str | None]
    shared_with: Mapped[list[UUID]] = mapped_column(server_default="{}")
    replaced_at: Mapped[datetime | None]
    answer: Mapped[FilingAnswer | None] = relationship(
        primaryjoin="Filing.id == foreign(FilingAnswer.filing_id)",
        viewonly=True,
        uselist=False,
        lazy="selectin",
    )
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("id", "receiver_id", "tenant_id"),
        sa.UniqueConstraint("tenant_id", "receiver_id", "kind", "subject_id", "version"),
        sa.Index("ix_filing_receiver", "receiver_id", sa.text("sent_at DESC")),
        sa.Index("ix_filing_subject", "subject_id"),
        sa.CheckConstraint("receiver_id <> tenant_id", name="receiver"),
    )


class FilingFile(Owned):
    """A file of a filing as it was handed in: whatever becomes of the thing, this stays. `digest` is SHA-256 in hex."""

    __tablename__ = "filing_file"
    filing_id: Mapped[UUID]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]
    content: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary, nullable=False))
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["filing_id", "tenant_id"], ["filing.id", "filing.tenant_id"]),
        sa.UniqueConstraint("filing_id", "name"),
    )


class FilingAnswer(Owned):
    """The receiver's answer, once; `tenant_id` is the receiver. A return has its reason.

    `answered_by` is the account, which the database writes, `answered_for` in whose name; None: from before this was
    kept. Neither is one of a person that had a hand in sending (R-T5).
    """

    __tablename__ = "filing_answer"
    filing_id: Mapped[UUID] = mapped_column(unique=True)
    sender_id: Mapped[UUID]
    accepted: Mapped[bool]
    reason: Mapped[str | None]
    answered_at: Mapped[datetime]
    answerer_name: Mapped[str]
    answered_by: Mapped[UUID | None]
    answered_for: Mapped[UUID | None]
    __table_args__ = (
        Owned.pair(),
        # The three together, so that an answer reaches the sender of that filing and nobody else.
        sa.ForeignKeyConstraint(
            ["filing_id", "tenant_id", "sender_id"], ["filing.id", "filing.receiver_id", "filing.tenant_id"]
        ),
        sa.CheckConstraint("accepted OR reason IS NOT NULL", name="reason"),
    )
