"""How each matter is checked, and the papers that stand instead of an entry (R-V3)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned

_MATTER = ["visit_matter.id", "visit_matter.bureau_id"]
METHODS = "('on_site', 'written', 'network', 'opinion', 'test', 'entrusted')"


class MatterMethod(Owned):
    """The method that a bureau chose for a matter of its own, where it is not the one planned. `entry` says whether it
    needs one, as the place's setting was when it was chosen."""

    __tablename__ = "matter_method"
    visit_id: Mapped[UUID] = mapped_column(index=True)
    matter_id: Mapped[UUID] = mapped_column(unique=True)
    method: Mapped[str]
    entry: Mapped[bool]
    chosen_at: Mapped[datetime]
    chosen_by: Mapped[str]
    __table_args__ = (
        sa.ForeignKeyConstraint(["matter_id", "tenant_id"], _MATTER),
        sa.ForeignKeyConstraint(["visit_id", "tenant_id"], ["visit_party.visit_id", "visit_party.bureau_id"]),
        sa.CheckConstraint(f"method IN {METHODS}", "method"),
    )


class RecordPaper(Owned):
    """What a matter's record has instead of what is seen at the door, with the digest of its file.

    `kind` is a `rules.methods.PaperKind`. A paper is asked for (`asked_on`, `due_on`) and received; of a page `origin` is its
    address and `taken_at` when it was captured; of a report or a finding `origin` is who made it and `number` its number.
    A finding may be another bureau's published result, which is used instead of checking again (R-J7): `disclosure_id`, of
    `found_on`, with the `reason`; its file is the result as it was public then.
    """

    __tablename__ = "record_paper"
    record_id: Mapped[UUID]
    matter_id: Mapped[UUID]
    kind: Mapped[str]
    title: Mapped[str]
    origin: Mapped[str] = mapped_column(server_default="")
    number: Mapped[str] = mapped_column(server_default="")
    asked_on: Mapped[date | None]
    due_on: Mapped[date | None]
    taken_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    received_by: Mapped[str | None]
    file_id: Mapped[UUID | None]
    file_name: Mapped[str | None]
    size: Mapped[int | None]
    digest: Mapped[str | None]
    disclosure_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("disclosure.id"))
    found_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(server_default="")
    added_at: Mapped[datetime]
    added_by: Mapped[str]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["record_id", "tenant_id"], ["record.id", "record.tenant_id"]),
        sa.ForeignKeyConstraint(["matter_id", "tenant_id"], _MATTER),
        sa.ForeignKeyConstraint(["file_id", "tenant_id"], ["stored_file.id", "stored_file.tenant_id"]),
        sa.Index("ix_record_paper_record_id", "record_id"),
        sa.CheckConstraint("kind IN ('paper', 'page', 'report', 'finding')", "kind"),
        sa.CheckConstraint("(received_at IS NULL) = (file_id IS NULL)", "received"),
        sa.CheckConstraint("(file_id IS NULL) = (digest IS NULL)", "digest"),
        sa.CheckConstraint("kind = 'paper' OR file_id IS NOT NULL", "file"),
        sa.CheckConstraint("kind <> 'page' OR taken_at IS NOT NULL", "taken"),
        sa.CheckConstraint("kind <> 'paper' OR asked_on IS NOT NULL", "asked"),
        sa.CheckConstraint(
            "disclosure_id IS NULL OR (kind = 'finding' AND found_on IS NOT NULL AND reason <> '')",
            "recognised",
        ),
    )
