"""Experts and testing institutes that assist at a visit (R-L7, R-D5): they come on top of the drawn team."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class VisitAssistant(Owned):
    """One whom a bureau on the visit chose from its list of experts, as they stood; `left_at` where taken off again."""

    __tablename__ = "visit_assistant"
    visit_id: Mapped[UUID]
    expert_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    name: Mapped[str]
    organisation: Mapped[str]
    title: Mapped[str]
    bureau_name: Mapped[str]
    added_by: Mapped[str]
    added_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["visit_id", "tenant_id"], ["visit_party.visit_id", "visit_party.bureau_id"]),
        sa.ForeignKeyConstraint(["expert_id", "tenant_id"], ["expert.id", "expert.tenant_id"]),
        sa.Index(
            "uq_visit_assistant_present",
            "visit_id",
            "expert_id",
            unique=True,
            postgresql_where=sa.text("left_at IS NULL"),
        ),
    )
