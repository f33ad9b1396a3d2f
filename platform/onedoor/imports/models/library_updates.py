"""When libraries were brought up to date (R-L5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class LibraryUpdate(Owned):
    """One time a library was brought up to date: `library` is targets, inspectors or experts (R-L5).

    `whole`: all of it was gone over, by the rules, by a file in which everybody of it stood (`import_id`), or by a person.
    """

    __tablename__ = "library_update"
    library: Mapped[str]
    at: Mapped[datetime]
    actor_name: Mapped[str]
    added: Mapped[int]
    ended: Mapped[int]
    total: Mapped[int]
    note: Mapped[str]
    note_said: Mapped[dict[str, Any] | None]
    whole: Mapped[bool] = mapped_column(server_default=sa.false())
    import_id: Mapped[UUID | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["import_id", "tenant_id"], ["import.id", "import.tenant_id"]),
        sa.CheckConstraint("library IN ('targets', 'inspectors', 'experts')", name="library"),
        sa.Index("ix_library_update_latest", "tenant_id", "library", sa.text("at DESC")),
    )
