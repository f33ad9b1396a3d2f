"""Risk of targets (风险等级): a bureau's own scale, the factors that make a score, and the levels that follow."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class RiskScale(Owned):
    """A bureau's scale: `levels` as `[{"name", "from"}]`, ascending by the least score of each; the first begins at 0."""

    __tablename__ = "risk_scale"
    levels: Mapped[list[Any]]
    computed_at: Mapped[datetime | None]
    __table_args__ = (Owned.pair(), sa.UniqueConstraint("tenant_id"))


class RiskFactor(Owned):
    """A factor: a target that meets `conditions` (as in `targets.rules.selection`) has so many `points` more."""

    __tablename__ = "risk_factor"
    name: Mapped[str]
    conditions: Mapped[dict[str, Any]]
    points: Mapped[int]
    active: Mapped[bool] = mapped_column(server_default=sa.true())
    __table_args__ = (Owned.pair(), sa.CheckConstraint("points BETWEEN 1 AND 1000", name="points"))


class TargetRisk(Owned):
    """The level of a bureau's target, an entity, from `since` to `until`; the one without an end holds.

    Computed ones have the `score` and the names of the `factors` that made it (R-O4); one set by hand has a `reason`,
    and computing leaves it as it is.
    """

    __tablename__ = "target_risk"
    entity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entity.id"))
    level: Mapped[str]
    score: Mapped[int | None]
    factors: Mapped[list[str]] = mapped_column(server_default="{}")
    by_hand: Mapped[bool]
    reason: Mapped[str] = mapped_column(server_default="")
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    actor_name: Mapped[str]
    __table_args__ = (
        Owned.pair(),
        sa.CheckConstraint("by_hand = (score IS NULL)", name="by_hand"),
        sa.Index(
            "uq_target_risk_holds",
            "tenant_id",
            "entity_id",
            unique=True,
            postgresql_where=sa.text("until IS NULL"),
        ),
        sa.Index("ix_target_risk_entity", "entity_id"),
    )


class TargetMatter(Owned):
    """A place of business of an entity that the bureau oversees, or a product, project or activity of one (R-L5).

    `kind`: place, product, project, activity. A place is `premises_id`, which has its name, number and address: here they
    are empty, and `entity_id` follows it through merges. Of the others `nature`, `industry` and `jurisdiction_code` are
    their own where they are not those of the entity. `sequence` is its number in the bureau's draws, given when it is first listed for one
    (docs/adr/0011). It is in the library until `ended_on`; `ended_reason` says why it left.
    """

    __tablename__ = "target_matter"
    entity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entity.id"))
    kind: Mapped[str]
    name: Mapped[str]
    number: Mapped[str] = mapped_column(server_default="")
    nature: Mapped[str] = mapped_column(server_default="")
    industry: Mapped[str] = mapped_column(server_default="")
    jurisdiction_code: Mapped[str | None] = mapped_column(sa.ForeignKey("jurisdiction.code"))
    note: Mapped[str] = mapped_column(server_default="")
    premises_id: Mapped[UUID | None]
    listed_on: Mapped[date]
    ended_on: Mapped[date | None]
    ended_reason: Mapped[str | None]
    sequence: Mapped[int | None]
    __table_args__ = (
        Owned.pair(),
        sa.CheckConstraint("kind IN ('place', 'product', 'project', 'activity')", name="kind"),
        sa.CheckConstraint("(kind = 'place') = (premises_id IS NOT NULL)", name="place"),
        sa.ForeignKeyConstraint(
            ["premises_id", "entity_id"], ["premises.id", "premises.entity_id"], onupdate="CASCADE"
        ),
        sa.Index("ix_target_matter_entity", "entity_id"),
        sa.Index(
            "ix_target_matter_premises", "premises_id", postgresql_where=sa.text("premises_id IS NOT NULL")
        ),
        sa.Index(
            "uq_target_matter_place",
            "tenant_id",
            "premises_id",
            unique=True,
            postgresql_where=sa.text("ended_on IS NULL AND premises_id IS NOT NULL"),
        ),
        # The same one is listed once at a time, whoever lists it.
        sa.Index(
            "uq_target_matter_listed",
            "tenant_id",
            "entity_id",
            "kind",
            "name",
            "number",
            unique=True,
            postgresql_where=sa.text("ended_on IS NULL AND premises_id IS NULL"),
        ),
    )
