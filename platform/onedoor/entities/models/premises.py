"""What belongs to an entity of the shared register: its places of business and its licences, with their history."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import BUREAU, Owned


class Premises(Owned):
    """A place where an entity works (经营场所); in use until `closed_on`.

    `number` counts an entity's places from 1 and is never given twice: with the code it names the place in a draw.
    `tenant_id` is the bureau that entered it; the keepers of the entity's kind write it (R-T4).
    """

    __tablename__ = "premises"
    entity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entity.id"))
    number: Mapped[int]
    name: Mapped[str]
    address: Mapped[str]
    jurisdiction_code: Mapped[str] = mapped_column(sa.ForeignKey("jurisdiction.code"))
    closed_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("entity_id", "number"),
        # What lists a place says whose it is, and follows where a merge takes it (`models.TargetMatter`).
        sa.UniqueConstraint("id", "entity_id"),
        sa.CheckConstraint("number > 0", name="number"),
        sa.Index(
            "ix_premises_grams",
            sa.text("entity_grams(name, address, '', '', '')"),
            postgresql_using="gin",
        ),
    )


class Licence(Owned):
    """A licence of an entity (许可证): valid to a day (`valid_to`, none: without end) unless `cancelled_on` is set.

    `premises_number` is the place it is for; none: not one alone.
    `tenant_id` is the bureau that entered it: a keeper of the entity's kind, or the bureau that issued it, and the issuer
    keeps it whoever entered it (R-T4). A number is one issuer's.
    """

    __tablename__ = "licence"
    entity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entity.id"))
    premises_number: Mapped[int | None]
    kind: Mapped[str]
    number: Mapped[str]
    issued_by: Mapped[str]
    issued_on: Mapped[date | None]
    valid_to: Mapped[date | None]
    cancelled_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("entity_id", "kind", "number", "issued_by"),
        sa.Index("ix_licence_valid_to", "valid_to", "id"),
        sa.Index(
            "ix_licence_grams",
            sa.text("entity_grams(kind, number, '', '', '')"),
            postgresql_using="gin",
        ),
    )


class BelongingChange(Owned):
    """One change of a place, a licence or a tag of an entity, kept by the row that was written (triggers, R-T6).

    `part` is the table; `what` added, changed, removed. `before` and `after` hold the fields that differ, of a new row
    `after` and of a removed one `before` all of it. `shared` is false of a bureau's own tags: nobody else reads of them.
    `source`: load, interface, undo, or hand; `import_id` the load, if it was one.
    """

    __tablename__ = "belonging_change"
    tenant_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU), index=True)
    entity_id: Mapped[UUID]
    part: Mapped[str]
    part_id: Mapped[UUID]
    shared: Mapped[bool]
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    what: Mapped[str]
    source: Mapped[str] = mapped_column(server_default="hand")
    import_id: Mapped[UUID | None]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    __table_args__ = (
        sa.CheckConstraint("part IN ('premises', 'licence', 'entity_tag')", name="part"),
        sa.CheckConstraint("what IN ('added', 'changed', 'removed')", name="what"),
        sa.Index("ix_belonging_change_entity", "entity_id", "at"),
        # For those who keep a copy and ask what is new.
        sa.Index("ix_belonging_change_at", "at", "id"),
        # What a load did, for taking it back.
        sa.Index(
            "ix_belonging_change_import_id", "import_id", postgresql_where=sa.text("import_id IS NOT NULL")
        ),
    )
