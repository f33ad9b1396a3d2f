"""Lists of dishonesty, the bases they rest on, measures passed to those who apply them, the rule of classes (R-O4)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from onedoor.kernel.db import Identified
from tenants.models import Owned


class ListingBasis(Identified):
    """On what law an entity may be put on a list (名单和列入依据): kept by the operator for all bureaus.

    `keeper_id` is the one bureau that keeps the list, if it is one's alone; `most_days` is how long an entry may last.
    """

    __tablename__ = "listing_basis"
    kind: Mapped[str]
    name: Mapped[str]
    law: Mapped[str]
    article: Mapped[str]
    trade: Mapped[str] = mapped_column(server_default="")
    keeper_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("bureau.id"))
    most_days: Mapped[int | None]
    active: Mapped[bool] = mapped_column(server_default=sa.true())
    __table_args__ = (
        sa.UniqueConstraint("name", "law", "article"),
        sa.CheckConstraint("kind IN ('abnormal', 'serious', 'blacklist')", "kind"),
        sa.CheckConstraint("most_days > 0", "most_days"),
    )


class CreditListing(Owned):
    """An entity on a list: abnormal operation, serious dishonesty or a trade's blacklist, entered by the list's keeper on a
    basis of the kept list (`law` says it) with papers, and told to the entity before (R-O4). It holds until `exit_on`, or
    until `until` is over. `through`: page, file or interface."""

    __tablename__ = "credit_listing"
    entity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entity.id"))
    kind: Mapped[str]
    basis_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("listing_basis.id"))
    trade: Mapped[str]
    law: Mapped[str]
    told_how: Mapped[str] = mapped_column(server_default="")
    through: Mapped[str] = mapped_column(server_default="page")
    paper: Mapped[str]
    told_on: Mapped[date]
    entered_on: Mapped[date]
    until: Mapped[date]
    entered_by: Mapped[str]
    exit_on: Mapped[date | None]
    exit_paper: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.Index("ix_credit_listing_entity_id", "entity_id"),
        sa.CheckConstraint("kind IN ('abnormal', 'serious', 'blacklist')", "kind"),
        sa.CheckConstraint("law <> '' AND paper <> ''", "law"),
        sa.CheckConstraint("told_on <= entered_on AND entered_on < until", "days"),
        sa.CheckConstraint("(exit_on IS NULL) = (exit_paper IS NULL)", "exit"),
    )


class CreditMeasure(Owned):
    """A measure proposed from the credit file and passed to the bureau that applies it (联合惩戒、市场退出); `tenant_id` proposes.

    What the receiver reads is copied. `noted` counts the answers of which the proposer's people were told.
    """

    __tablename__ = "credit_measure"
    entity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entity.id"))
    receiver_id: Mapped[UUID] = mapped_column(sa.ForeignKey("bureau.id"))
    kind: Mapped[str]
    entity_code: Mapped[str]
    entity_name: Mapped[str]
    content: Mapped[str]
    law: Mapped[str]
    facts: Mapped[list[str]]
    sender_name: Mapped[str]
    sent_at: Mapped[datetime]
    answer_by: Mapped[date | None]
    noted: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("id", "receiver_id", "tenant_id"),
        sa.Index("ix_credit_measure_receiver", "receiver_id", sa.text("sent_at DESC")),
        sa.Index("ix_credit_measure_entity", "entity_id"),
        sa.CheckConstraint("kind IN ('joint', 'exit')", "kind"),
        sa.CheckConstraint("content <> '' AND law <> ''", "content"),
        sa.CheckConstraint("cardinality(facts) > 0", "facts"),
    )


class MeasureAnswer(Owned):
    """One step of the bureau that applies a measure; `tenant_id` is that bureau: received, applied or declined, ended."""

    __tablename__ = "measure_answer"
    measure_id: Mapped[UUID]
    sender_id: Mapped[UUID]
    kind: Mapped[str]
    text: Mapped[str]
    paper: Mapped[str]
    on: Mapped[date]
    until: Mapped[date | None]
    at: Mapped[datetime]
    by: Mapped[str]
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["measure_id", "tenant_id", "sender_id"],
            ["credit_measure.id", "credit_measure.receiver_id", "credit_measure.tenant_id"],
        ),
        sa.UniqueConstraint("measure_id", "kind"),
        sa.CheckConstraint("kind IN ('receive', 'apply', 'decline', 'end')", "kind"),
        sa.CheckConstraint("kind <> 'decline' OR text <> ''", "reason"),
        sa.CheckConstraint("kind <> 'apply' OR paper <> ''", "paper"),
    )


class ClassRuleVersion(Owned):
    """A version of the rule by which classes are given (R-O4): points by kind of fact, from how many a class begins, and facts
    that make one by themselves (`always`). Market regulation's: drafted by one person, tried on the whole city, put in force
    by another. `trial` is what it would change: `{"A>B": 12}`.
    """

    __tablename__ = "class_rule"
    version: Mapped[int]
    points: Mapped[dict[str, Any]]
    floors: Mapped[dict[str, Any]]
    always: Mapped[dict[str, Any]]
    source: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="draft")
    drafted_by: Mapped[UUID | None]
    drafter_name: Mapped[str]
    drafted_at: Mapped[datetime]
    trial: Mapped[dict[str, Any] | None]
    tried_at: Mapped[datetime | None]
    approver_name: Mapped[str | None]
    since: Mapped[datetime | None]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "version"),
        sa.CheckConstraint("state IN ('draft', 'in_force', 'replaced', 'dropped')", "state"),
        sa.CheckConstraint(
            "state NOT IN ('in_force', 'replaced') OR (trial IS NOT NULL AND since IS NOT NULL)", "tried"
        ),
    )
