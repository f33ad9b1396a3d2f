"""Outside platforms and the layouts of their records: data that the operator keeps (R-O2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from onedoor.kernel.db import Identified


class RecordLayout(Identified):
    """A version of a record layout. A draft is changed and tried; once in use it stays as it is, and a change is the next version.

    `fields` are as `credit.layouts.Field` has them; `entity` are the keys of the firm's name and code; `nested` says that a
    result's items and findings go along as a list.
    """

    __tablename__ = "record_layout"
    family: Mapped[str]
    version: Mapped[int]
    kind: Mapped[str]
    title: Mapped[str]
    fields: Mapped[list[Any]]
    entity: Mapped[list[Any]]
    nested: Mapped[bool] = mapped_column(server_default=sa.false())
    state: Mapped[str] = mapped_column(server_default="draft")
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    used_since: Mapped[datetime | None]
    __table_args__ = (
        sa.UniqueConstraint("family", "version"),
        sa.CheckConstraint("kind IN ('result', 'penalty')", "kind"),
        sa.CheckConstraint("state IN ('draft', 'in_use')", "state"),
        sa.CheckConstraint("(state = 'draft') = (used_since IS NULL)", "used"),
    )


class OutsidePlatform(Identified):
    """A platform that the bureaus of a place (all, if None) send to: its channel, layouts by kind, and when batches are made.

    `code` stands in rows and never changes; `mark` keeps its batch numbers apart. Without an `address` the two of the
    beginning go by the deployment's own settings. `patience` is how many seconds an answer is waited for.
    """

    __tablename__ = "outside_platform"
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str | None] = mapped_column(sa.ForeignKey("jurisdiction.code"))
    channel: Mapped[str]
    address: Mapped[str] = mapped_column(server_default="")
    token: Mapped[bytes | None]
    folder: Mapped[str] = mapped_column(server_default="")
    mark: Mapped[str] = mapped_column(unique=True)
    schedule: Mapped[str] = mapped_column(server_default="by_hand")
    hour: Mapped[int] = mapped_column(server_default="8")
    patience: Mapped[int] = mapped_column(server_default="60")
    result_layout: Mapped[str | None]
    penalty_layout: Mapped[str | None]
    active: Mapped[bool] = mapped_column(server_default=sa.true())
    changed_by: Mapped[str] = mapped_column(server_default="")
    changed_at: Mapped[datetime | None]
    __table_args__ = (
        sa.CheckConstraint("channel IN ('push', 'folder', 'manual')", "channel"),
        sa.CheckConstraint("schedule IN ('by_hand', 'hourly', 'daily')", "schedule"),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", "hour"),
        sa.CheckConstraint("patience BETWEEN 1 AND 300", "patience"),
        sa.CheckConstraint("channel <> 'folder' OR folder <> ''", "folder"),
    )
