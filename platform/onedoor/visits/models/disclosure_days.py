"""Within how many days a bureau makes results public, where it has bound itself to sooner than its place says (R-O1)."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from tenants.models import Owned


class DisclosureDays(Owned):
    """From `since` on results are public within `days` working days; None: as the place says. The last of a day counts."""

    __tablename__ = "disclosure_days"
    days: Mapped[int | None]
    since: Mapped[date]
    decided_at: Mapped[datetime]
    decided_by: Mapped[str]
    __table_args__ = (
        sa.Index("ix_disclosure_days_since", "tenant_id", "since", "decided_at"),
        sa.CheckConstraint("days IS NULL OR days > 0", "days"),
    )
