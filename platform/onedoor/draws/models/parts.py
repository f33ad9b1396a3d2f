"""What each party brings: the lead's system its sealed nonce, every party its list, commitment and reveal."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column

from onedoor.draws.models.draw import of_draw
from onedoor.kernel.db import AS_IT_IS
from tenants.models import Owned


class SealedNonce(Owned):
    """The nonce of the operator's system, encrypted until it is revealed."""

    __tablename__ = "draw_nonce"
    draw_id: Mapped[UUID] = mapped_column(unique=True)
    sealed: Mapped[bytes]
    __table_args__ = (of_draw(),)


class Commitment(Owned):
    """What a committer is bound to (hex of `commit`); its own row, once. It binds line, seq and number.

    `reason` is the supervisor's, in a draw after a void one: why it is drawn again with other parties.
    `account_id` is who made it, which the database writes, and `account_for` in whose name: one person is no two
    parties, by whichever account (R-T5).
    """

    __tablename__ = "draw_commitment"
    draw_id: Mapped[UUID]
    name: Mapped[str]
    digest: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    reason: Mapped[str | None]
    account_id: Mapped[UUID | None]
    account_for: Mapped[UUID | None]
    __table_args__ = (
        sa.UniqueConstraint("draw_id", "name", "tenant_id"),
        sa.UniqueConstraint("digest"),
        sa.ForeignKeyConstraint(
            ["draw_id", "name", "tenant_id"],
            ["draw_committer.draw_id", "draw_committer.name", "draw_committer.bureau_id"],
        ),
        sa.CheckConstraint("digest ~ '^[0-9a-f]{64}$'", "digest"),
    )


class Reveal(Owned):
    """A committer's nonce (hex), entered by itself after the texts were closed; accounts as in `Commitment`."""

    __tablename__ = "draw_reveal"
    draw_id: Mapped[UUID]
    name: Mapped[str]
    nonce: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    account_id: Mapped[UUID | None]
    account_for: Mapped[UUID | None]
    __table_args__ = (
        sa.UniqueConstraint("draw_id", "name"),
        sa.ForeignKeyConstraint(
            ["draw_id", "name", "tenant_id"],
            ["draw_commitment.draw_id", "draw_commitment.name", "draw_commitment.tenant_id"],
        ),
        sa.CheckConstraint("nonce ~ '^[0-9a-f]{64}$'", "nonce"),
    )


class BeaconReading(Owned):
    """What a bureau read at the beacon's source once it had spoken; None: the source did not speak.

    `value` is the text as the plan's rule writes it, `source` says where it was read. It counts when the lead and
    the supervisor who opened the line read the same; what was mistyped stays, and what is read later stands beside it. Accounts as in `Commitment`.
    """

    __tablename__ = "draw_beacon_reading"
    draw_id: Mapped[UUID]
    value: Mapped[str | None]
    source: Mapped[str]
    read_at: Mapped[datetime]
    read_by: Mapped[str]
    account_id: Mapped[UUID | None]
    account_for: Mapped[UUID | None]
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["draw_id", "tenant_id"],
            ["draw_party.draw_id", "draw_party.bureau_id"],
            name="fk_draw_beacon_reading_party",
        ),
        sa.Index(None, "draw_id"),
    )


class Deposit(Owned):
    """The face of a party's frozen list (R-D2): digest, root, counts, quotas, mode, team, numbers of its items.

    `strata`: `[{"stratum", "rows", "in_scope", "eligible", "least_weight", "greatest_weight", "quota",
    "shortfall"}]`, of a closed draw without the weights; `statuses`: rows by status; `recusals`: how many by reason; `team`: `{"size",
    "qualifications"}` or None; `numbered`: whether some object is a code with a number, None where nobody noted it.
    `scope`: the campaign's scope, outside of which nobody stands in the file; `narrowed`: the conditions a bureau added of its own, in words that everybody may read; `kept_in`: how many stay in though
    drawn this year, by the kind of reason (R-D3).
    """

    __tablename__ = "draw_deposit"
    draw_id: Mapped[UUID]
    list_name: Mapped[str]
    digest: Mapped[str]
    root: Mapped[str]
    n: Mapped[int]
    reserve: Mapped[int]
    mode: Mapped[str] = mapped_column(server_default="uniform")
    strata: Mapped[list[Any]]
    statuses: Mapped[dict[str, Any]]
    team: Mapped[dict[str, Any] | None]
    items: Mapped[list[str]]
    numbered: Mapped[bool | None]
    inspectors: Mapped[int]
    recusals: Mapped[dict[str, Any]]
    scope: Mapped[str | None]
    scope_said: Mapped[dict[str, Any] | None]
    narrowed: Mapped[str | None]
    narrowed_said: Mapped[dict[str, Any] | None]
    kept_in: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    deposited_at: Mapped[datetime]
    deposited_by: Mapped[str]
    __table_args__ = (
        sa.UniqueConstraint("draw_id", "list_name"),
        sa.UniqueConstraint("draw_id", "tenant_id"),
        sa.ForeignKeyConstraint(
            ["draw_id", "tenant_id"],
            ["draw_party.draw_id", "draw_party.bureau_id"],
            name="fk_draw_deposit_party",
        ),
    )


class DepositFile(Owned):
    """The frozen list itself, apart from its face: pool file, inspectors and recusals for the roster.

    Its key is looked at when the transaction ends, as the file is stored while the face is still being reckoned.
    """

    __tablename__ = "draw_deposit_file"
    draw_id: Mapped[UUID]
    pool: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary, info=AS_IT_IS))
    inspectors: Mapped[list[Any]]
    recusals: Mapped[list[Any]]
    __table_args__ = (
        sa.UniqueConstraint("draw_id", "tenant_id"),
        sa.ForeignKeyConstraint(
            ["draw_id", "tenant_id"],
            ["draw_deposit.draw_id", "draw_deposit.tenant_id"],
            deferrable=True,
            initially="DEFERRED",
        ),
    )
