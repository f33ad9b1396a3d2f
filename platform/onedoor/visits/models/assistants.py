"""Experts and testing institutes that assist at a visit (R-L7, R-D5): they come on top of the drawn team."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned

_FILE = ["stored_file.id", "stored_file.tenant_id"]


class VisitAssistant(Owned):
    """One whom a bureau on the visit chose from its list of experts, as they stood; `left_at` where taken off again.

    `entrusted_*` is the paper that entrusts them: its number, what it covers, its file. Who chose them made sure that nothing
    ties them to the object (`unbiased`). Their opinion is theirs alone, signed apart from the record, with its file.
    """

    __tablename__ = "visit_assistant"
    visit_id: Mapped[UUID]
    expert_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    name: Mapped[str]
    organisation: Mapped[str]
    title: Mapped[str]
    bureau_name: Mapped[str]
    entrusted_number: Mapped[str] = mapped_column(server_default="")
    entrusted_scope: Mapped[str] = mapped_column(server_default="")
    entrusted_file_id: Mapped[UUID | None]
    unbiased: Mapped[bool] = mapped_column(server_default=sa.false())
    opinion: Mapped[str] = mapped_column(server_default="")
    signed_on: Mapped[date | None]
    opinion_file_id: Mapped[UUID | None]
    opinion_digest: Mapped[str | None]
    opinion_entered_by: Mapped[str | None]
    added_by: Mapped[str]
    added_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["visit_id", "tenant_id"], ["visit_party.visit_id", "visit_party.bureau_id"]),
        sa.ForeignKeyConstraint(["expert_id", "tenant_id"], ["expert.id", "expert.tenant_id"]),
        sa.ForeignKeyConstraint(["entrusted_file_id", "tenant_id"], _FILE),
        sa.ForeignKeyConstraint(["opinion_file_id", "tenant_id"], _FILE),
        sa.CheckConstraint("signed_on IS NULL OR (opinion <> '' AND opinion_file_id IS NOT NULL)", "signed"),
        sa.Index(
            "uq_visit_assistant_present",
            "visit_id",
            "expert_id",
            unique=True,
            postgresql_where=sa.text("left_at IS NULL"),
        ),
    )
