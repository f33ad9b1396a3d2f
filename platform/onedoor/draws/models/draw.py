"""A draw, the bureaus that take part, and who commits: written by the lead alone."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import BUREAU, Owned

DRAW = ["draw.id", "draw.tenant_id"]


def of_draw() -> sa.ForeignKeyConstraint:
    """A row of the lead that hangs on its draw."""
    return sa.ForeignKeyConstraint(["draw_id", "tenant_id"], DRAW)


class Draw(Owned):
    """One numbered random draw (抽取); `tenant_id` is the lead.

    `line` is the campaign's code, `seq` counts its draws from 1, `prev` is the digest of the proof
    before (hex). `reason` says why there is another draw of the line (R-D7). `state` is frozen, open,
    closed, drawn or void; *revealed* is derived: closed, and every committer has revealed. Digests are
    hex. `about` are the things on its way, for the trace. `watchable` opens the hall to the public.

    `hash` is what the draw hashes with. `beacon`, if it names one, is `rules.beacons.BeaconRule` as JSON; `reveals_due`
    the moment by which everyone has revealed, for then `reveals_digest` is registered, before the beacon speaks.
    Of a `surprise` draw the result is public only once it is released (`DrawRelease`). The pools of a `closed` draw are
    never public: two holders have them, and each firm its own lot. `unit` is what its lists are of, entities or places.
    `plan_line` is the plan line of its campaign, whose batches and new beginnings share what a void draw owes; `kept_waiting`
    are the names of those who kept a draw waiting that its deadlines ended.
    """

    __tablename__ = "draw"
    campaign_id: Mapped[UUID] = mapped_column(index=True)
    about: Mapped[list[UUID]] = mapped_column(server_default="{}")
    line: Mapped[str]
    seq: Mapped[int]
    prev: Mapped[str | None]
    number: Mapped[str]
    title: Mapped[str]
    reason: Mapped[str | None]
    hash: Mapped[str] = mapped_column(server_default="sha256")
    surprise: Mapped[bool] = mapped_column(server_default=sa.false())
    closed: Mapped[bool] = mapped_column(server_default=sa.false())
    unit: Mapped[str] = mapped_column(server_default="entity")
    beacon: Mapped[dict[str, Any] | None]
    reveals_due: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(server_default="frozen")
    watchable: Mapped[bool] = mapped_column(server_default=sa.false())
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]
    plan_line: Mapped[str | None] = mapped_column(index=True)
    kept_waiting: Mapped[list[str]] = mapped_column(server_default="{}")
    plan_digest: Mapped[str | None]
    texts_digest: Mapped[str | None]
    reveals_digest: Mapped[str | None]
    proof_digest: Mapped[str | None]
    doors: Mapped[int | None]
    matters: Mapped[int | None]
    independent_doors: Mapped[Decimal | None] = mapped_column(sa.Numeric(14, 2))
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "number"),
        # A draw given up before its plan was registered took no place in the line.
        sa.Index(
            "uq_draw_line_seq",
            "line",
            "seq",
            unique=True,
            postgresql_where=sa.text("state <> 'void' OR plan_digest IS NOT NULL"),
        ),
        sa.Index(
            "uq_draw_line_going_on",
            "line",
            unique=True,
            postgresql_where=sa.text("state IN ('frozen', 'open', 'closed')"),
        ),
        sa.Index("ix_draw_created", sa.text("created_at DESC"), sa.text("id DESC")),
        sa.CheckConstraint("state IN ('frozen', 'open', 'closed', 'drawn', 'void')", "state"),
        sa.CheckConstraint("line ~ '^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$'", "line"),
        sa.CheckConstraint("seq = 1 OR (prev IS NOT NULL AND reason IS NOT NULL)", "another"),
        sa.CheckConstraint("state <> 'void' OR void_reason IS NOT NULL", "void"),
        sa.CheckConstraint("unit IN ('entity', 'place', 'matter')", "unit"),
    )


class DrawParty(Owned):
    """A bureau that has to do with a draw, written by the lead: with a list of its own, or to commit.

    `list_name` names its list in the plan, None for one that only commits; `bureau_code` stands in
    the teams. `position` is the list's place in the plan. One that `holds` keeps the files of a closed draw.
    """

    __tablename__ = "draw_party"
    draw_id: Mapped[UUID]
    bureau_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU), index=True)
    bureau_code: Mapped[str]
    bureau_name: Mapped[str]
    list_name: Mapped[str | None]
    position: Mapped[int]
    holds: Mapped[bool] = mapped_column(server_default=sa.false())
    __table_args__ = (
        of_draw(),
        sa.UniqueConstraint("draw_id", "bureau_id"),
        sa.UniqueConstraint("draw_id", "list_name"),
        sa.CheckConstraint("NOT holds OR list_name IS NULL", "holds"),
    )


class Committer(Owned):
    """One who commits to a secret, named as in the plan; written by the lead.

    `keeper` is `system` (the operator's, whose nonce the server makes and seals) or `browser` (a party
    that makes and keeps its nonce on its own device).
    """

    __tablename__ = "draw_committer"
    draw_id: Mapped[UUID]
    position: Mapped[int]
    name: Mapped[str]
    bureau_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU), index=True)
    keeper: Mapped[str]
    __table_args__ = (
        of_draw(),
        sa.UniqueConstraint("draw_id", "name"),
        sa.UniqueConstraint("draw_id", "position"),
        sa.UniqueConstraint("draw_id", "name", "bureau_id"),
        sa.CheckConstraint("keeper IN ('system', 'browser')", "keeper"),
    )
