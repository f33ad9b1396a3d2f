"""The managed vocabulary of qualifications and specialities, one for the deployment, and what bureaus propose for it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from onedoor.kernel.db import Identified
from tenants.models import Owned


class Qualification(Identified):
    """A word of the vocabulary (access.md, "code lists"). The name never changes: items, officers and the files of draws
    are written by it. `aliases` are other ways of writing it; what is no longer `active` is not given any more and stays
    where it is."""

    __tablename__ = "qualification"
    name: Mapped[str] = mapped_column(unique=True)
    aliases: Mapped[list[str]] = mapped_column(server_default="{}")
    note: Mapped[str] = mapped_column(server_default="")
    active: Mapped[bool] = mapped_column(server_default=sa.true())
    added_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())


class QualificationProposal(Owned):
    """A word that a bureau misses. `state`: waiting, accepted (as `name`, or as another way of writing `taken_as`), declined."""

    __tablename__ = "qualification_proposal"
    name: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="waiting")
    taken_as: Mapped[str | None]
    answer: Mapped[str] = mapped_column(server_default="")
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        Owned.pair(),
        sa.CheckConstraint("state IN ('waiting', 'accepted', 'declined')", name="state"),
        sa.Index(
            "ix_qualification_proposal_waiting", "asked_at", postgresql_where=sa.text("state = 'waiting'")
        ),
    )
