"""Inspection items (R-L1 to R-L4): versioned rows, published together as a list."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class ItemList(Owned):
    """One version of a bureau's item list: submitted, returned, withdrawn, or published (R-L4)."""

    __tablename__ = "item_list"
    version: Mapped[int]
    state: Mapped[str]
    added: Mapped[int]
    changed: Mapped[int]
    ended: Mapped[int]
    total: Mapped[int]
    submitted_at: Mapped[datetime]
    submitter_name: Mapped[str]
    published_at: Mapped[datetime | None]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "version"),
        sa.CheckConstraint("state IN ('submitted', 'returned', 'withdrawn', 'published')", name="state"),
    )


class Item(Owned):
    """One version of one matter. `number` stays through its versions; `sort_key` is its name in Chinese order.

    `state`: draft (with `ending` when the draft is that it ends), published, replaced, ended. `mode`:
    random, unfit (with its reason in `remark`), unlisted. `checklist` is a list of points
    as `rules.points` has them; `rate_bp` is in basis
    points; `frequency` in times in `every_years` years (one, mostly); `key` is 重点, else 一般; `life` the domain
    by which it directly touches life and property, if it does (R-P3); `object_kinds` are entity kinds;
    `source_id` the version of another bureau's shared item that this one was copied from, or last brought up to.
    """

    __tablename__ = "item"
    number: Mapped[str]
    name: Mapped[str]
    sort_key: Mapped[str] = mapped_column(server_default="")
    basis: Mapped[str]
    enforcing_body: Mapped[str]
    inspecting_body: Mapped[str]
    object_kinds: Mapped[list[str]]
    content: Mapped[str]
    checklist: Mapped[list[Any]]
    method: Mapped[str]
    rate_bp: Mapped[int | None]
    frequency: Mapped[int | None]
    every_years: Mapped[int] = mapped_column(server_default="1")
    key: Mapped[bool]
    market: Mapped[bool]
    life: Mapped[str] = mapped_column(server_default="")
    mode: Mapped[str]
    qualifications: Mapped[list[str]]
    results_use: Mapped[str]
    remark: Mapped[str]
    state: Mapped[str]
    ending: Mapped[bool] = mapped_column(server_default=sa.false())
    version: Mapped[int]
    list_id: Mapped[UUID | None]
    # Another bureau's row, which only its number says: a key across bureaus would tell what exists.
    source_id: Mapped[UUID | None]
    # Who in the bureau keeps it: the same for all its versions, and nobody else's affair (R-T5).
    unit_id: Mapped[UUID | None]
    updated_at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["list_id", "tenant_id"], ["item_list.id", "item_list.tenant_id"]),
        sa.ForeignKeyConstraint(["unit_id", "tenant_id"], ["unit.id", "unit.tenant_id"]),
        sa.CheckConstraint("state IN ('draft', 'published', 'replaced', 'ended')", name="state"),
        sa.CheckConstraint(
            "life IN ('', 'food_drug', 'work_safety', 'public_safety', 'environment')", name="life"
        ),
        sa.CheckConstraint("mode IN ('random', 'unfit', 'unlisted')", name="mode"),
        sa.CheckConstraint("every_years BETWEEN 1 AND 10", name="every_years"),
        # R-L2; of what was published before this was asked the reason is asked for with the next version.
        sa.CheckConstraint("mode <> 'unfit' OR state <> 'draft' OR btrim(remark) <> ''", name="reason"),
        sa.UniqueConstraint("tenant_id", "number", "version"),
        sa.Index(
            "uq_item_draft", "tenant_id", "number", unique=True, postgresql_where=sa.text("state = 'draft'")
        ),
        sa.Index(
            "uq_item_published",
            "tenant_id",
            "number",
            unique=True,
            postgresql_where=sa.text("state = 'published'"),
        ),
    )
