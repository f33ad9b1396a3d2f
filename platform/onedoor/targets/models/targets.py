"""Target libraries (检查对象名录库, R-L5, R-L6): what a bureau oversees, and by which rule it came in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class TargetRule(Owned):
    """A rule by which a bureau chooses its targets from the shared register; `conditions` as in
    `targets.rules.selection`. What it brings in belongs to its unit (`unit_id`, R-T5)."""

    __tablename__ = "target_rule"
    name: Mapped[str]
    conditions: Mapped[dict[str, Any]]
    unit_id: Mapped[UUID | None]
    active: Mapped[bool] = mapped_column(server_default=sa.true())
    last_run_at: Mapped[datetime | None]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "name"),
        sa.ForeignKeyConstraint(["unit_id", "tenant_id"], ["unit.id", "unit.tenant_id"]),
    )


class Target(Owned):
    """An entity in a bureau's library. It left when `ended_on` is set, and `ended_reason` says why.

    `unit_id` is the unit of the bureau whose target it is; none: the whole bureau's (R-T5).
    """

    __tablename__ = "target"
    entity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entity.id"))
    rule_id: Mapped[UUID | None]
    unit_id: Mapped[UUID | None]
    listed_on: Mapped[date]
    ended_on: Mapped[date | None]
    ended_reason: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["rule_id", "tenant_id"], ["target_rule.id", "target_rule.tenant_id"]),
        sa.ForeignKeyConstraint(["unit_id", "tenant_id"], ["unit.id", "unit.tenant_id"]),
        sa.Index(
            "uq_target_listed",
            "tenant_id",
            "entity_id",
            unique=True,
            postgresql_where=sa.text("ended_on IS NULL"),
        ),
        sa.Index("ix_target_of_entity", "entity_id", "ended_on"),
        sa.Index("ix_target_bureau", "tenant_id", "entity_id", "ended_on"),
        sa.Index("ix_target_listed_on", "tenant_id", "listed_on", "id"),
        # The desk asks who left lately.
        sa.Index(
            "ix_target_ended_on", "tenant_id", "ended_on", postgresql_where=sa.text("ended_on IS NOT NULL")
        ),
        # Lists by unit, and the check whether a unit may go.
        sa.Index("ix_target_unit_id", "unit_id", postgresql_where=sa.text("unit_id IS NOT NULL")),
    )
