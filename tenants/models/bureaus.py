"""Places, bureaus, their units, grants and settings; and the looks across bureaus."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from onedoor.kernel.db import Base, Identified

BUREAU = "bureau.id"


class Owned(Identified):
    """A row of one bureau. `(id, tenant_id)` is unique, so that children point by both."""

    __abstract__ = True
    tenant_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU), index=True)

    @classmethod
    def pair(cls) -> sa.UniqueConstraint:
        """The constraint that composite foreign keys point to."""
        return sa.UniqueConstraint("id", "tenant_id")


class Jurisdiction(Base):
    """A place (辖区) in a tree. `code` is ours, six digits; `gb2260` the national code if it has one."""

    __tablename__ = "jurisdiction"
    code: Mapped[str] = mapped_column(primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(sa.ForeignKey("jurisdiction.code"))
    name: Mapped[str]
    level: Mapped[str]
    gb2260: Mapped[str | None]


class JurisdictionSetting(Identified):
    """A rate, cap or deadline that differs by place, with the document it comes from."""

    __tablename__ = "jurisdiction_setting"
    jurisdiction_code: Mapped[str] = mapped_column(sa.ForeignKey("jurisdiction.code"))
    key: Mapped[str]
    value: Mapped[dict[str, Any]]
    provenance: Mapped[str]
    document_number: Mapped[str] = mapped_column(server_default="")
    since: Mapped[date]
    entered_by: Mapped[str] = mapped_column(server_default="")
    entered_at: Mapped[datetime | None]
    __table_args__ = (sa.UniqueConstraint("jurisdiction_code", "key", "since"),)


class SettingProposal(Owned):
    """What a supervising bureau proposes a place should decide; the operator enters or declines it (access.md).

    States: waiting, entered, declined.
    """

    __tablename__ = "setting_proposal"
    jurisdiction_code: Mapped[str] = mapped_column(sa.ForeignKey("jurisdiction.code"))
    key: Mapped[str]
    value: Mapped[dict[str, Any]]
    provenance: Mapped[str]
    document_number: Mapped[str]
    since: Mapped[date]
    state: Mapped[str] = mapped_column(server_default="waiting")
    answer: Mapped[str] = mapped_column(server_default="")
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    __table_args__ = (sa.CheckConstraint("state IN ('waiting', 'entered', 'declined')", name="state"),)


class CalendarYear(Base):
    """Days off and extra working days of a year that an operator added (R-S3)."""

    __tablename__ = "calendar_year"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    days_off: Mapped[list[Any]]
    days_on: Mapped[list[Any]]
    provenance: Mapped[str]
    entered_by: Mapped[str] = mapped_column(server_default="")
    entered_at: Mapped[datetime | None]


class Bureau(Identified):
    """A tenant (部门). `code` is place and letters (`990100-SCJG`), `abbreviation` stands in document
    numbers (示市监), `domain` is market, other or supervision. One that was closed (撤销) keeps its records and says when
    and why; one that was merged (合并) names its successor."""

    __tablename__ = "bureau"
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    short_name: Mapped[str]
    abbreviation: Mapped[str]
    jurisdiction_code: Mapped[str] = mapped_column(sa.ForeignKey("jurisdiction.code"))
    domain: Mapped[str]
    credit_code: Mapped[str | None]
    entity_kinds: Mapped[list[str]] = mapped_column(server_default="{}")
    active: Mapped[bool] = mapped_column(server_default=sa.true())
    closed_on: Mapped[date | None]
    close_reason: Mapped[str] = mapped_column(server_default="")
    successor_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey(BUREAU))


class Unit(Owned):
    """A part of a bureau (科室) that keeps lists and checks."""

    __tablename__ = "unit"
    name: Mapped[str]
    __table_args__ = (Owned.pair(), sa.UniqueConstraint("tenant_id", "name"))


class SupervisionGrant(Identified):
    """A bureau's power to supervise a place and all below it, in a domain (`all` or `market`) (R-T3)."""

    __tablename__ = "supervision_grant"
    bureau_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU))
    jurisdiction_code: Mapped[str] = mapped_column(sa.ForeignKey("jurisdiction.code"))
    domain: Mapped[str]
    basis: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]


class BackupEntry(Identified):
    """A backup that was made, or a trial of one: restored elsewhere, and whether all came back (docs/operations/backup.md)."""

    __tablename__ = "backup_entry"
    kind: Mapped[str]
    at: Mapped[datetime]
    name: Mapped[str]
    rows: Mapped[int | None]
    good: Mapped[bool] = mapped_column(server_default=sa.true())
    note: Mapped[str] = mapped_column(server_default="")
    entered_by: Mapped[str] = mapped_column(server_default="")
    __table_args__ = (sa.CheckConstraint("kind IN ('backup', 'trial')", name="kind"),)


class CrossingEntry(Identified):
    """One read across bureaus: purpose, role and how many rows (R-T1, R-T3)."""

    __tablename__ = "crossing_entry"
    tenant_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU))
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    purpose: Mapped[str]
    purpose_said: Mapped[dict[str, Any] | None]
    rows: Mapped[int]
