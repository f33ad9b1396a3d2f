"""The credit class (信用等级) of an entity, which all bureaus share (R-O4)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class CreditClass(Owned):
    """The credit class of an entity (企业信用风险分类) from a day on: A low, B ordinary, C raised, D high.

    Written by market regulation (access.md), read by all bureaus; `facts` say what made it (R-O4). The room `credit` fills it by night. One taken in from the
    province (`source`) has its `paper`, and the night leaves it until it is given up.
    """

    __tablename__ = "credit_class"
    entity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entity.id"))
    grade: Mapped[str]
    facts: Mapped[list[str]] = mapped_column(server_default="{}")
    source: Mapped[str] = mapped_column(server_default="rule")
    paper: Mapped[str] = mapped_column(server_default="")
    since: Mapped[date]
    until: Mapped[date | None]
    __table_args__ = (
        Owned.pair(),
        sa.CheckConstraint("source IN ('rule', 'province')", name="source"),
        sa.CheckConstraint("grade IN ('A', 'B', 'C', 'D')", name="grade"),
        sa.Index(
            "uq_credit_class_holds", "entity_id", unique=True, postgresql_where=sa.text("until IS NULL")
        ),
    )
