"""Tags (标签): a bureau's vocabulary, and what it is put on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class Tag(Owned):
    """A word of a bureau's vocabulary. A shared one is seen by all bureaus and put on entities whose kind the bureau
    keeps (R-T4); any other is the bureau's own, for the targets of its library. The name never changes: rules of
    selection are written by it. What is no longer `active` is not given any more and stays where it is."""

    __tablename__ = "tag"
    name: Mapped[str]
    shared: Mapped[bool]
    active: Mapped[bool] = mapped_column(server_default=sa.true())
    note: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "name"),
        sa.UniqueConstraint("id", "tenant_id", "shared"),
    )


class EntityTag(Owned):
    """A tag on an entity; taking it off removes the row, and the history keeps it."""

    __tablename__ = "entity_tag"
    tag_id: Mapped[UUID]
    entity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entity.id"))
    shared: Mapped[bool]
    name: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["tag_id", "tenant_id", "shared"], ["tag.id", "tag.tenant_id", "tag.shared"]),
        sa.UniqueConstraint("tag_id", "entity_id"),
        sa.Index("ix_entity_tag_entity", "entity_id"),
        # Who chooses by a tag asks by its name.
        sa.Index("ix_entity_tag_name", "name", "entity_id"),
    )
