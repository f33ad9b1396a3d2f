"""A bureau's rulebook (抽查细则, R-L10), versioned."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class Rulebook(Owned):
    """One version: draft, published or replaced. `sections` holds the texts by `rules.codes.SECTIONS`.

    `editors` are all accounts that wrote it, `editor_id` the last of them.
    """

    __tablename__ = "rulebook"
    version: Mapped[int]
    state: Mapped[str]
    sections: Mapped[dict[str, Any]]
    editor_id: Mapped[UUID | None]
    editors: Mapped[list[UUID]] = mapped_column(sa.ARRAY(sa.Uuid()), server_default="{}")
    editor_name: Mapped[str]
    updated_at: Mapped[datetime]
    publisher_name: Mapped[str | None]
    published_at: Mapped[datetime | None]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "version"),
        sa.CheckConstraint("state IN ('draft', 'published', 'replaced')", name="state"),
        sa.Index("uq_rulebook_draft", "tenant_id", unique=True, postgresql_where=sa.text("state = 'draft'")),
        sa.Index(
            "uq_rulebook_published", "tenant_id", unique=True, postgresql_where=sa.text("state = 'published'")
        ),
    )
