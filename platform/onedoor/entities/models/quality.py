"""What is wrong with a bureau's records, as a review found it, and entities that are one (R-L5, R-L6, R-T4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned

_ENTITY = "entity.id"
_HOLDS = sa.text("undone_at IS NULL")


class QualityReview(Owned):
    """One review of the entities a bureau keeps or has in its library: how many, how many with a fault, and each fault's count."""

    __tablename__ = "quality_review"
    at: Mapped[datetime]
    actor_name: Mapped[str]
    records: Mapped[int]
    faulty: Mapped[int]
    figures: Mapped[dict[str, Any]]
    __table_args__ = (Owned.pair(), sa.Index("ix_quality_review_latest", "tenant_id", sa.text("at DESC")))


class QualityFinding(Owned):
    """An entity with a fault, as the latest review found it; `fault` as in `rules.quality`."""

    __tablename__ = "quality_finding"
    entity_id: Mapped[UUID] = mapped_column(sa.ForeignKey(_ENTITY, ondelete="CASCADE"))
    fault: Mapped[str]
    __table_args__ = (
        Owned.pair(),
        sa.Index("ix_quality_finding_list", "tenant_id", "fault", "id"),
        sa.Index("ix_quality_finding_entity", "entity_id"),
    )


class DuplicatePair(Owned):
    """Two entities that look like one: `likeness` name or address. `state`: open, apart (two indeed), merged."""

    __tablename__ = "duplicate_pair"
    first_id: Mapped[UUID] = mapped_column(sa.ForeignKey(_ENTITY, ondelete="CASCADE"))
    second_id: Mapped[UUID] = mapped_column(sa.ForeignKey(_ENTITY, ondelete="CASCADE"))
    likeness: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="open")
    found_at: Mapped[datetime]
    reason: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "first_id", "second_id"),
        sa.CheckConstraint("first_id < second_id", name="order"),
        sa.CheckConstraint("likeness IN ('name', 'address')", name="likeness"),
        sa.CheckConstraint("state IN ('open', 'apart', 'merged')", name="state"),
        sa.Index("ix_duplicate_pair_state", "tenant_id", "state", "id"),
        sa.Index("ix_duplicate_pair_first", "first_id"),
        sa.Index("ix_duplicate_pair_second", "second_id"),
    )


class EntityMerge(Owned):
    """An entity that was the same as another: `gone_id` points to `survivor_id`, for whoever reads either, until it is undone.

    `former` is the state the gone one had: `status`, `since`, `note`.
    """

    __tablename__ = "entity_merge"
    gone_id: Mapped[UUID] = mapped_column(sa.ForeignKey(_ENTITY))
    survivor_id: Mapped[UUID] = mapped_column(sa.ForeignKey(_ENTITY))
    reason: Mapped[str]
    at: Mapped[datetime]
    actor_name: Mapped[str]
    former: Mapped[dict[str, Any] | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]
    undone_reason: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.CheckConstraint("gone_id <> survivor_id", name="two"),
        sa.CheckConstraint("(undone_at IS NULL) = (undone_reason IS NULL)", name="undone"),
        sa.Index("uq_entity_merge_holds", "gone_id", unique=True, postgresql_where=_HOLDS),
        sa.Index("ix_entity_merge_survivor", "survivor_id"),
    )


class MergeStep(Owned):
    """What became of one row that hung on an entity that was merged away; written by the database as it follows a merge.

    `tenant_id` is the bureau whose row it is, `merged_by` the one that merged. `part` is the row's table, `part_id` the row, `made_id` the one that stands
    for it at the survivor. `how`: moved; copied; kept (both had one, the survivor's stays); replaced (both had one, the
    survivor's gave way). `said` are a few words about it, and what undoing needs. `undone`: back, or left as it was found.
    """

    __tablename__ = "merge_step"
    merge_id: Mapped[UUID] = mapped_column(index=True)
    merged_by: Mapped[UUID]
    part: Mapped[str]
    part_id: Mapped[UUID]
    made_id: Mapped[UUID | None]
    how: Mapped[str]
    shared: Mapped[bool]
    said: Mapped[dict[str, Any]]
    undone: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["merge_id", "merged_by"], ["entity_merge.id", "entity_merge.tenant_id"]),
        sa.CheckConstraint("how IN ('moved', 'copied', 'kept', 'replaced')", name="how"),
        sa.CheckConstraint("undone IN ('back', 'left')", name="undone"),
    )
