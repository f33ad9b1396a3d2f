"""One thing done to many records of the registry at once, and what of it was not done (pages.md, "List")."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class BulkRun(Owned):
    """What was asked for: of which list (`web.bulk.LISTS`), which action with which `params`.

    `total` is how many were chosen, `left_out` how many of them it was not done to, once it ran. `asked` is how the list
    was narrowed where the job puts down who was chosen, since they are too many for a request.
    """

    __tablename__ = "bulk_run"
    kind: Mapped[str]
    action: Mapped[str]
    params: Mapped[dict[str, Any]]
    asked: Mapped[dict[str, Any] | None]
    total: Mapped[int]
    left_out: Mapped[int | None]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    __table_args__ = (Owned.pair(),)


class BulkRow(Owned):
    """A record that was chosen; once it ran, only those it was not done to, each with its name then and the reason."""

    __tablename__ = "bulk_row"
    run_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(server_default="")
    reason: Mapped[str | None]
    reason_said: Mapped[dict[str, Any] | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["run_id", "tenant_id"], ["bulk_run.id", "bulk_run.tenant_id"]),
        sa.UniqueConstraint("run_id", "subject_id"),
    )
