"""Returns (统计报表): a version each, its typed facts with their files, and the sets of records behind its figures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column

from tenants.models import Owned

_RETURN = ["statistical_return.id", "statistical_return.tenant_id"]


class Return(Owned):
    """One version of a return (R-S1, R-S2): a draft, or filed and then never changed.

    `kind` is a form, `level` own or place (a supervisor's, of its bureaus' returns). `part` is the part of the year: Q1 to Q4, H1,
    H2, or Y; the days it counts are `starts_on` to `ends_on`, as known at `cutoff`. `reason` is why a filed one is corrected.
    Of a filed one `sheet` is the form as it was (`rules.sheets`), `digests` name the sets behind its figures, `sources` are the
    filed returns that a place's return adds up, `facts` what was typed. `recipients` names those outside the platform.
    """

    __tablename__ = "statistical_return"
    kind: Mapped[str]
    level: Mapped[str]
    year: Mapped[int]
    part: Mapped[str]
    version: Mapped[int]
    series_id: Mapped[UUID] = mapped_column(index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    cutoff: Mapped[datetime]
    due_on: Mapped[date]
    recipients: Mapped[str] = mapped_column(server_default="")
    reason: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    creator_id: Mapped[UUID | None]
    filed_at: Mapped[datetime | None]
    filed_on: Mapped[date | None]
    filed_by: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    sheet: Mapped[dict[str, Any] | None]
    digests: Mapped[list[str]] = mapped_column(sa.ARRAY(sa.Text()), server_default="{}")
    sources: Mapped[list[UUID]] = mapped_column(sa.ARRAY(sa.Uuid()), server_default="{}")
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("series_id", "version"),
        sa.Index(
            "uq_statistical_return_first",
            "tenant_id",
            "kind",
            "level",
            "year",
            "part",
            unique=True,
            postgresql_where=sa.text("version = 1"),
        ),
        sa.Index(
            "uq_statistical_return_draft",
            "series_id",
            unique=True,
            postgresql_where=sa.text("filed_at IS NULL"),
        ),
        sa.Index("ix_statistical_return_digests", "digests", postgresql_using="gin"),
        sa.CheckConstraint("kind IN ('F3', 'F4', 'F7', 'F8', 'F9', 'F10', 'self_review')", "kind"),
        sa.CheckConstraint("level IN ('own', 'place')", "level"),
        sa.CheckConstraint("part IN ('Q1', 'Q2', 'Q3', 'Q4', 'H1', 'H2', 'Y')", "part"),
        sa.CheckConstraint("(filed_at IS NULL) = (sheet IS NULL)", "filed"),
        sa.CheckConstraint("version = 1 OR reason <> ''", "reason"),
    )


class ReturnFacts(Owned):
    """What was typed into a return, save by save: names and numbers of documents, narrative, publicity, contacts."""

    __tablename__ = "statistical_return_facts"
    return_id: Mapped[UUID]
    version: Mapped[int]
    facts: Mapped[dict[str, Any]]
    written_at: Mapped[datetime]
    writer_name: Mapped[str]
    __table_args__ = (
        sa.ForeignKeyConstraint(["return_id", "tenant_id"], _RETURN),
        sa.UniqueConstraint("return_id", "version"),
    )


class ReturnFile(Owned):
    """A file that goes with the typed facts of a return; `removed_at` where a draft no longer has it. `digest` is SHA-256 in hex."""

    __tablename__ = "statistical_return_file"
    return_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]
    content: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary, nullable=False))
    added_at: Mapped[datetime]
    added_by: Mapped[str]
    removed_at: Mapped[datetime | None]
    __table_args__ = (sa.ForeignKeyConstraint(["return_id", "tenant_id"], _RETURN),)


class ReturnSet(Owned):
    """The records behind a figure, packed (`rules.members`) and kept once however many figures count the same."""

    __tablename__ = "statistical_return_set"
    digest: Mapped[str]
    records: Mapped[int]
    content: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary, nullable=False))
    __table_args__ = (sa.UniqueConstraint("tenant_id", "digest"),)
