"""Which bureau should list an entity that is in nobody's library: what one bureau says to another, and its answer (R-L6)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import BUREAU, Owned


class ListingSuggestion(Owned):
    """One entity that the bureau `tenant_id` thinks is `receiver_id`'s to list; the receiver alone answers, once.

    `state`: sent, accepted (it stands in the receiver's library), refused; with a refusal stands its reason in `answer`.
    """

    __tablename__ = "listing_suggestion"
    receiver_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU), index=True)
    entity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entity.id"), index=True)
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="sent")
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    answer: Mapped[str] = mapped_column(server_default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.CheckConstraint("state IN ('sent', 'accepted', 'refused')", name="state"),
        sa.CheckConstraint("(state = 'sent') = (answered_at IS NULL)", name="answered"),
        sa.CheckConstraint("state <> 'refused' OR answer <> ''", name="answer"),
        sa.CheckConstraint("receiver_id <> tenant_id", name="receiver"),
        sa.Index(
            "uq_listing_suggestion_open",
            "tenant_id",
            "receiver_id",
            "entity_id",
            unique=True,
            postgresql_where=sa.text("state = 'sent'"),
        ),
    )
