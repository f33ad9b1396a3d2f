"""Lists of dishonesty, the bases they rest on, and measures passed to those who apply them (R-O4)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class CreditListing(Owned):
    """An entity on a list: serious dishonesty or a trade's blacklist, entered by the list's keeper with its legal basis and
    papers, and told to the entity before (R-O4). It holds until `exit_on`, or until `until` is over."""

    __tablename__ = "credit_listing"
    entity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entity.id"))
    kind: Mapped[str]
    trade: Mapped[str]
    law: Mapped[str]
    paper: Mapped[str]
    told_on: Mapped[date]
    entered_on: Mapped[date]
    until: Mapped[date]
    entered_by: Mapped[str]
    exit_on: Mapped[date | None]
    exit_paper: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.Index("ix_credit_listing_entity_id", "entity_id"),
        sa.CheckConstraint("kind IN ('serious', 'blacklist')", "kind"),
        sa.CheckConstraint("law <> '' AND paper <> ''", "law"),
        sa.CheckConstraint("told_on <= entered_on AND entered_on < until", "days"),
        sa.CheckConstraint("(exit_on IS NULL) = (exit_paper IS NULL)", "exit"),
    )
