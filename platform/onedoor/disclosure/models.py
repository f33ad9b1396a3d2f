"""What is public: one row per thing and version, with its files."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column

from onedoor.kernel.db import AS_IT_IS
from tenants.models import Owned


class WithholdingState(StrEnum):
    """What law keeps from the public, until it is decided (R-O1)."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    RETURNED = "returned"


class Disclosure(Owned):
    """A thing that is public from `since` to `until` (None: without end).

    `kind` is one of `service.KINDS`; `…_former` are earlier versions of a list or rulebook; `content` is what the public page
    shows, complete, since the public reads nothing else. A correction is a new version: the former
    one ends when it begins. `ended_how` says that it ended because it was repaired (信用修复) or law keeps it: then the
    public reads that it ended and nothing else (R-O3).
    """

    __tablename__ = "disclosure"
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    version: Mapped[int]
    title: Mapped[str]
    bureau_name: Mapped[str]
    place: Mapped[str | None]
    entity_code: Mapped[str | None]
    entity_name: Mapped[str | None]
    content: Mapped[dict[str, Any]]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    ended_because: Mapped[str | None]
    ended_how: Mapped[str | None]
    words: Mapped[str]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "kind", "subject_id", "version"),
        sa.Index("ix_disclosure_kind_since", "kind", sa.text("since DESC"), sa.text("id DESC")),
        sa.Index("ix_disclosure_entity_code", "entity_code"),
        sa.CheckConstraint("ended_how IN ('repaired', 'law')", "ended_how"),
        sa.Index(
            "ix_disclosure_words", "words", postgresql_using="gin", postgresql_ops={"words": "gin_trgm_ops"}
        ),
    )


class DisclosedFile(Owned):
    """A file of something public; `digest` is SHA-256 in hex.

    It belongs to the newest version that has it: one that was published as unchanged went over from the former version,
    whose other files stay with it.
    """

    __tablename__ = "disclosed_file"
    disclosure_id: Mapped[UUID]
    position: Mapped[int]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(sa.BigInteger)
    digest: Mapped[str]
    content: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary, info=AS_IT_IS))
    __table_args__ = (
        sa.ForeignKeyConstraint(["disclosure_id", "tenant_id"], ["disclosure.id", "disclosure.tenant_id"]),
        sa.UniqueConstraint("disclosure_id", "name"),
    )


class Withholding(Owned):
    """What law keeps from the public: which law, why, and who approved it (R-O1). One going or approved for each thing."""

    __tablename__ = "withholding"
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    title: Mapped[str]
    law: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="proposed")
    proposed_at: Mapped[datetime]
    author_name: Mapped[str]
    decided_at: Mapped[datetime | None]
    decider_name: Mapped[str | None]
    return_reason: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.CheckConstraint("state IN ('proposed', 'approved', 'returned')", "state"),
        sa.CheckConstraint("law <> '' AND reason <> ''", "law"),
        sa.Index(
            "uq_withholding_subject",
            "tenant_id",
            "kind",
            "subject_id",
            unique=True,
            postgresql_where=sa.text("state <> 'returned'"),
        ),
    )
