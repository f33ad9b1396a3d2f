"""The shared register of entities (R-T4, R-L5) and what one bureau knows of how to reach them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from onedoor.kernel.db import Identified
from tenants.models import BUREAU, Owned

_FACTS = ["kind", "status", "jurisdiction_code"]


class Entity(Identified):
    """A legal person or business (经营主体), by unified social credit code.

    `kind` is the code's first two characters or `other`; `jurisdiction_code` the place it belongs to;
    `status` active, suspended, moved, deregistered or revoked; `sort_key` and `initials` are its name in
    pinyin; `kept_by` the bureau that entered it first. Written by the keepers of its kind only (R-T4).
    """

    __tablename__ = "entity"
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="active")
    status_since: Mapped[date | None]
    status_note: Mapped[str] = mapped_column(server_default="")
    jurisdiction_code: Mapped[str] = mapped_column(sa.ForeignKey("jurisdiction.code"))
    address: Mapped[str] = mapped_column(server_default="")
    scope: Mapped[str] = mapped_column(server_default="")
    entity_type: Mapped[str] = mapped_column(server_default="")
    industry: Mapped[str] = mapped_column(server_default="")
    registered_on: Mapped[date | None]
    capital: Mapped[str] = mapped_column(server_default="")
    province: Mapped[str] = mapped_column(server_default="")
    region: Mapped[str] = mapped_column(server_default="")
    sort_key: Mapped[str]
    initials: Mapped[str]
    kept_by: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    __table_args__ = (
        sa.CheckConstraint(
            "status IN ('active', 'suspended', 'moved', 'deregistered', 'revoked')", name="status"
        ),
        # What filters a list stands in the index of its order and beside the id, so that the rows need not be read; and
        # beside the id the code, as more is not needed to write the line of a pool.
        sa.Index("ix_entity_in_order", "sort_key", "id", postgresql_include=_FACTS),
        sa.Index("ix_entity_beside_id", "id", postgresql_include=["code", *_FACTS]),
        sa.Index("ix_entity_registered_on", "registered_on", "id"),
        sa.Index("ix_entity_status_kind_place", "status", "kind", "jurisdiction_code"),
        sa.Index("ix_entity_place_kind", "jurisdiction_code", "kind"),
        sa.Index(
            "ix_entity_grams",
            sa.text("entity_grams(name, address, scope, code, initials)"),
            postgresql_using="gin",
        ),
    )


class EntityContact(Owned):
    """How one bureau reaches an entity; nobody else reads it. The phone is encrypted (R-T7)."""

    __tablename__ = "entity_contact"
    entity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entity.id"))
    person: Mapped[str]
    phone: Mapped[bytes | None]
    phone_index: Mapped[str | None]
    updated_at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "entity_id"),
        sa.Index("ix_entity_contact_phone_index", "tenant_id", "phone_index"),
        # Who takes a load back asks by entity, a million times.
        sa.Index("ix_entity_contact_entity_id", "entity_id"),
    )
