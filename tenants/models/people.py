"""People: accounts, sessions, links, tokens, and who stands in for whom."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from onedoor.kernel.db import Base, Identified, new_id
from tenants.models.bureaus import BUREAU, Owned


class Person(Identified):
    """Somebody, whatever accounts they have in whichever bureaus, so that nobody decides on their own (R-T5).

    `identity_index` is the keyed hash of the identity number, which is stored encrypted (R-T7).
    """

    __tablename__ = "person"
    identity_index: Mapped[str] = mapped_column(unique=True)
    identity_number: Mapped[bytes]


class UserAccount(Owned):
    """A person's account in one bureau.

    Without `password_hash` it was invited and is not in use yet. `recovery_digests` are keyed hashes of the
    recovery codes that are left.
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
    user_id: Mapped[UUID] = mapped_column(index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    origin: Mapped[str]
    agent: Mapped[str]
    revoked_at: Mapped[datetime | None]
    stand_in_id: Mapped[UUID | None]
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["user_id", "tenant_id"], ["user_account.id", "user_account.tenant_id"], ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["stand_in_id", "tenant_id"], ["stand_in.id", "stand_in.tenant_id"]),
    )


class StandIn(Owned):
    """A colleague who acts in somebody's name for a time: on leave (代办) or by written delegation (委托) (R-T5).

    `kind` is leave or written. The agent has those of `permissions` that the principal still holds, from
    `since` to `until` (days in China, both included); `basis` is the reason, or the document. (The glossary's
    `Delegation` is a body that acts in its principal's name, which is another thing.)
    """

    __tablename__ = "stand_in"
    kind: Mapped[str]
    principal_id: Mapped[UUID] = mapped_column(index=True)
    principal_name: Mapped[str]
    agent_id: Mapped[UUID] = mapped_column(index=True)
    agent_name: Mapped[str]
    permissions: Mapped[list[str]]
    since: Mapped[date]
    until: Mapped[date]
    basis: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Owned.pair(),
        # Both of one bureau: nobody acts for another one.
        *(
            sa.ForeignKeyConstraint([column, "tenant_id"], ["user_account.id", "user_account.tenant_id"])
            for column in ("principal_id", "agent_id")
        ),
        sa.CheckConstraint("kind IN ('leave', 'written')", name="kind"),
        sa.CheckConstraint("principal_id <> agent_id AND since <= until", name="another_for_a_time"),
    )


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
    """A token of a bureau's integration, or of one of its people (`user_id`): scoped, expiring, stored hashed."""

    __tablename__ = "api_token"
    name: Mapped[str]
    token_digest: Mapped[str] = mapped_column(unique=True)
    permissions: Mapped[list[str]]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    # Networks it may come from, as CIDR; none named: from everywhere.
    networks: Mapped[list[str]] = mapped_column(server_default="{}")
    last_used_from: Mapped[str | None]
    # The program that called, as it says itself.
    last_used_by: Mapped[str | None]
    # Rooms of the interface it opens; none named: all that its permissions open.
    rooms: Mapped[list[str]] = mapped_column(server_default="{}")
    # The token it takes the place of, which ends by itself a while after.
    renews_id: Mapped[UUID | None]
    # Whose phone it is for: what it does they do, and never more than they may.
    user_id: Mapped[UUID | None] = mapped_column(index=True)
    # Who gave it: it does no more than they may, on the day it is used. Those of before this was kept name nobody.
    giver_id: Mapped[UUID | None] = mapped_column(index=True)
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["renews_id", "tenant_id"], ["api_token.id", "api_token.tenant_id"]),
        sa.ForeignKeyConstraint(["giver_id", "tenant_id"], ["user_account.id", "user_account.tenant_id"]),
        sa.ForeignKeyConstraint(
            ["user_id", "tenant_id"], ["user_account.id", "user_account.tenant_id"], ondelete="CASCADE"
        ),
    )


class ApiAnswer(Owned):
    """What a call of the API with an `Idempotency-Key` was answered, kept a day in the same commit as what it did.

    `request_digest` is the SHA-256 of method, address and body in hexadecimal: the same key with another is refused.
    """

    __tablename__ = "api_answer"
    caller_id: Mapped[UUID]
    key: Mapped[str]
    request_digest: Mapped[str]
    status: Mapped[int]
    content_type: Mapped[str]
    body: Mapped[bytes]
    headers: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "caller_id", "key"),
        sa.Index("ix_api_answer_created_at", "tenant_id", "created_at"),
    )
