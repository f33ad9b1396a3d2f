"""What is public: one row per thing and version, with its files."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column

from onedoor.kernel.db import AS_IT_IS
from tenants.models import Owned


class Disclosure(Owned):
    """A thing that is public from `since` to `until` (None: without end).

    `kind` is one of `service.KINDS`; `…_former` are earlier versions of a list or rulebook; `content` is what the public page
    shows, complete, since the public reads nothing else. A correction is a new version: the former
    one ends when it begins.
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
    words: Mapped[str]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "kind", "subject_id", "version"),
        sa.Index("ix_disclosure_kind_since", "kind", sa.text("since DESC"), sa.text("id DESC")),
        sa.Index("ix_disclosure_entity_code", "entity_code"),
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
