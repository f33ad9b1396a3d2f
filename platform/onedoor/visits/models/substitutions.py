"""What a bureau asks when an object drawn for its list cannot be visited."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class Substitution(Owned):
    """A bureau asks that another object come for the one of this visit, for its own list alone (draw.md).

    `entity_code` is the object as its draw names it, also where that is one place of an entity.
    `kind` is a `rules.substitution.Hindrance`, `note` how it was ascertained (not public, but where `kind` is other).
    The unit decides; then the lead's job has the draw's rule find who comes, and the register keeps it: that it is
    done is seen there. One may wait or be approved per visit and bureau.
    """

    __tablename__ = "substitution"
    visit_id: Mapped[UUID]
    entity_code: Mapped[str]
    entity_name: Mapped[str]
    kind: Mapped[str]
    note: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="asked")
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    decided_at: Mapped[datetime | None]
    decider_name: Mapped[str | None]
    return_reason: Mapped[str | None]
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["visit_id", "tenant_id"],
            ["visit_party.visit_id", "visit_party.bureau_id"],
            name="fk_substitution_party",
        ),
        sa.Index(
            "uq_substitution_going",
            "visit_id",
            "tenant_id",
            unique=True,
            postgresql_where=sa.text("state <> 'returned'"),
        ),
        sa.CheckConstraint("state IN ('asked', 'approved', 'returned')", "state"),
        sa.CheckConstraint("note <> ''", "note"),
    )
