"""Decisions asked for, and given."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models.bureaus import Owned


class Approval(Owned):
    """A decision asked for: review by the unit, approval by the head (R-V1, R-P1).

    `kind` says what is asked (`plan`, `visits`, …), `step` is review or approve; `state` waiting,
    approved, returned, or withdrawn by who submitted it (`decided_at` says when); `title_said` what the title was made of. Nobody decides on what they submitted, nor on what was submitted in their name:
    `submitted_for` and `decided_for` are whom somebody acted for (R-T5).
    """

    __tablename__ = "approval"
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    title: Mapped[str]
    title_said: Mapped[dict[str, Any] | None]
    step: Mapped[str]
    permission: Mapped[str]
    submitted_by: Mapped[UUID]
    submitted_for: Mapped[UUID | None]
    submitter_name: Mapped[str]
    submitted_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="waiting")
    decided_by: Mapped[UUID | None]
    decided_for: Mapped[UUID | None]
    decider_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.Index(
            "uq_approval_waiting",
            "tenant_id",
            "kind",
            "subject_id",
            unique=True,
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )
