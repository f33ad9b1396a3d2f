"""Experts and testing institutes (R-L7): they assist, are never drawn as inspectors and never check alone."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class Expert(Owned):
    """One who assists: `kind` person or institute. `credential` is a title's or an accreditation's number, with the day
    until which it is valid; none is valid without end. `active` ends where they leave the list. `unit_id` is the unit that
    keeps them; none: the whole bureau (R-T5)."""

    __tablename__ = "expert"
    kind: Mapped[str]
    name: Mapped[str]
    sort_key: Mapped[str]
    organisation: Mapped[str]
    title: Mapped[str]
    qualifications: Mapped[list[str]]
    credential: Mapped[str]
    credential_expires_on: Mapped[date | None]
    active: Mapped[bool] = mapped_column(server_default=sa.true())
    remark: Mapped[str]
    unit_id: Mapped[UUID | None]
    updated_at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["unit_id", "tenant_id"], ["unit.id", "unit.tenant_id"]),
        sa.UniqueConstraint("tenant_id", "name", "organisation"),
        sa.CheckConstraint("kind IN ('person', 'institute')", name="kind"),
    )


class ExpertNotice(Owned):
    """A word about the end of an expert's or an institute's credential, once each; `stage` as of a `CertificateNotice`."""

    __tablename__ = "expert_notice"
    expert_id: Mapped[UUID]
    expires_on: Mapped[date]
    stage: Mapped[str]
    made_at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(
            ["expert_id", "tenant_id"], ["expert.id", "expert.tenant_id"], ondelete="CASCADE"
        ),
        sa.CheckConstraint("stage IN ('90', '30', '7', 'expired', 'renewed')", name="stage"),
        sa.UniqueConstraint("expert_id", "expires_on", "stage"),
    )
