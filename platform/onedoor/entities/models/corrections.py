"""Corrections (更正建议): what a bureau that does not keep an entity proposes, with its evidence, and what its keeper answers (R-T4)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column

from tenants.models import BUREAU, Owned


class Correction(Owned):
    """One proposal, from the bureau `tenant_id` to `receiver_id`, which keeps the entity's kind and alone answers.

    `field` as in `entities.rules.corrections`; `former` is what stood there when it was proposed, `value` what should.
    A proposal of somebody new has no entity (`rules.corrections.ADDED`), and that two are one the other's code.
    `state`: sent, accepted (and then done), refused; with a refusal stands its reason in `answer`.
    """

    __tablename__ = "correction"
    receiver_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU), index=True)
    entity_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("entity.id"))
    field: Mapped[str]
    former: Mapped[str]
    value: Mapped[str]
    reason: Mapped[str]
    evidence: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str] = mapped_column(server_default="sent")
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    answer: Mapped[str] = mapped_column(server_default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.CheckConstraint("state IN ('sent', 'accepted', 'refused')", name="state"),
        sa.CheckConstraint("(state = 'sent') = (decided_at IS NULL)", name="decided"),
        sa.CheckConstraint("state <> 'refused' OR answer <> ''", name="answer"),
        sa.CheckConstraint("receiver_id <> tenant_id", name="receiver"),
        sa.CheckConstraint("(entity_id IS NULL) = (field = 'added')", name="entity"),
        sa.Index("ix_correction_entity", "entity_id", "asked_at"),
    )


class CorrectionFile(Owned):
    """Evidence beside a proposal, from the bureau that proposes to the one that answers; both keep it for good.

    `content` is sealed (R-T7); `size` and `digest` (SHA-256 in hex) are of the file itself.
    """

    __tablename__ = "correction_file"
    correction_id: Mapped[UUID] = mapped_column(index=True)
    receiver_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU))
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]
    created_at: Mapped[datetime]
    content: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary, nullable=False))
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["correction_id", "tenant_id"], ["correction.id", "correction.tenant_id"]),
    )
