"""Places, bureaus, people, grants and settings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from onedoor.kernel.db import Base, Identified, new_id

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
    since: Mapped[date]
    __table_args__ = (sa.UniqueConstraint("jurisdiction_code", "key", "since"),)


class CalendarYear(Base):
    """Days off and extra working days of a year that an operator added (R-S3)."""

    __tablename__ = "calendar_year"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    days_off: Mapped[list[Any]]
    days_on: Mapped[list[Any]]
    provenance: Mapped[str]


class Bureau(Identified):
    """A tenant (部门). `code` is place and letters (`990100-SCJG`), `abbreviation` stands in document
    numbers (示市监), `domain` is market, other or supervision."""

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


class Person(Identified):
    """Somebody, whatever accounts they have in whichever bureaus, so that nobody decides on their own (R-T5).

    `identity_index` is the keyed hash of the identity number, which is stored encrypted (R-T7).
    """

    __tablename__ = "person"
    identity_index: Mapped[str] = mapped_column(unique=True)
    identity_number: Mapped[bytes]


class UserAccount(Owned):
    """A person's account in one bureau.

    Without `password_hash` it was invited and is not in use yet. `failures` and `locked_until` count wrong
    sign-ins from unknown places and say until when those must wait; `recovery_digests` are keyed hashes of
    the recovery codes that are left.
    """

    __tablename__ = "user_account"
    username: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    post: Mapped[str] = mapped_column(server_default="")
    unit_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    password_hash: Mapped[str | None]
    totp_secret: Mapped[bytes | None]
    totp_last_step: Mapped[int | None] = mapped_column(sa.BigInteger)
    recovery_digests: Mapped[list[str]] = mapped_column(server_default="{}")
    active: Mapped[bool] = mapped_column(server_default=sa.true())
    failures: Mapped[int] = mapped_column(server_default="0")
    locked_until: Mapped[datetime | None]
    roles: Mapped[list[str]]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["unit_id", "tenant_id"], ["unit.id", "unit.tenant_id"]),
    )


class UserSession(Base):
    """A signed-in browser; `token_digest` is SHA-256 of what its cookie holds, `id` its name on pages."""

    __tablename__ = "user_session"
    token_digest: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=new_id, server_default=sa.text("gen_random_uuid()"))
    tenant_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU))
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    origin: Mapped[str]
    agent: Mapped[str]
    revoked_at: Mapped[datetime | None]


class FederatedLogin(Owned):
    """An account bound to somebody at the deployment's provider (OpenID Connect), by `issuer` and `subject`."""

    __tablename__ = "federated_login"
    user_id: Mapped[UUID]
    issuer: Mapped[str]
    subject: Mapped[str]
    bound_by: Mapped[str]
    bound_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("issuer", "subject"),
        sa.UniqueConstraint("user_id", "issuer"),
        sa.ForeignKeyConstraint(
            ["user_id", "tenant_id"], ["user_account.id", "user_account.tenant_id"], ondelete="CASCADE"
        ),
    )


class AccessLink(Owned):
    """A link that works once until it expires; `token_digest` is SHA-256 of what it holds.

    `purpose` is invite (a first password), recover (a new one) or step (the second step of one sign-in,
    where `totp_secret` is the encrypted secret being enrolled, if one is).
    """

    __tablename__ = "access_link"
    user_id: Mapped[UUID] = mapped_column(index=True)
    purpose: Mapped[str]
    token_digest: Mapped[str] = mapped_column(unique=True)
    totp_secret: Mapped[bytes | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(
            ["user_id", "tenant_id"], ["user_account.id", "user_account.tenant_id"], ondelete="CASCADE"
        ),
        sa.CheckConstraint("purpose IN ('invite', 'recover', 'step')", name="purpose"),
    )


class SignInWait(Base):
    """Wrong sign-ins by one name from one place, and until when that place must wait; kept for a while.

    `name_digest` is a keyed hash of the name as typed, there or not; `place` an address or a known device.
    """

    __tablename__ = "sign_in_wait"
    name_digest: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    wait_until: Mapped[datetime | None]


class ApiToken(Owned):
    """A token of a bureau's integration: scoped, expiring, stored hashed."""

    __tablename__ = "api_token"
    name: Mapped[str]
    token_digest: Mapped[str] = mapped_column(unique=True)
    permissions: Mapped[list[str]]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    __table_args__ = (Owned.pair(),)


class Approval(Owned):
    """A decision asked for: review by the unit, approval by the head (R-V1, R-P1).

    `kind` says what is asked (`plan`, `visits`, …), `step` is review or approve; `state` waiting,
    approved or returned. Nobody decides on what they submitted (R-T5).
    """

    __tablename__ = "approval"
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    title: Mapped[str]
    step: Mapped[str]
    permission: Mapped[str]
    submitted_by: Mapped[UUID]
    submitter_name: Mapped[str]
    submitted_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="waiting")
    decided_by: Mapped[UUID | None]
    decider_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.Index(
            "uq_approval_waiting",
            "tenant_id",
            "kind",
            "subject_id",
            unique=True,
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )


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
