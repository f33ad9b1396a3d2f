"""Items a bureau shares as templates for others to adopt (joint checks, access.md "item templates")."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from tenants.models import Owned


class ItemTemplate(Owned):
    """An item, by its number, that its bureau shares from `shared_at` until `ended_at`: each published version of it is
    a version of the template."""

    __tablename__ = "item_template"
    number: Mapped[str]
    note: Mapped[str]
    shared_at: Mapped[datetime]
    sharer_name: Mapped[str]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Owned.pair(),
        sa.Index(
            "uq_item_template_shared",
            "tenant_id",
            "number",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )
