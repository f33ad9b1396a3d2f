"""Plans with their versions and lines, the caps a bureau publishes, and the cap ledger."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class Plan(Owned):
    """One version of an inspection plan of a bureau (R-P1); a published one changes by a new version (R-P4).

    `series_id` stays through the versions. `kind`: yearly, first_half and second_half (R-P2), joint (R-J1), special (R-P7)
    or supplement (added within the year, with its reason). `change_note` says what a version changes. A special plan names who approved it, the document's number, and keeps the
    document as a file (`attachment_id`).
    States: draft, submitted (with the unit), reviewed (with the head), returned, approved, published, replaced.
    """

    __tablename__ = "plan"
    series_id: Mapped[UUID]
    kind: Mapped[str]
    year: Mapped[int]
    version: Mapped[int] = mapped_column(server_default="1")
    number: Mapped[str]
    title: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")
    change_note: Mapped[str] = mapped_column(server_default="")
    approving_body: Mapped[str] = mapped_column(server_default="")
    document_number: Mapped[str] = mapped_column(server_default="")
    attachment_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(server_default="draft")
    created_at: Mapped[datetime]
    drafter_name: Mapped[str]
    submitted_by: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("series_id", "version"),
        sa.UniqueConstraint("tenant_id", "number", "version"),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'reviewed', 'returned', 'approved', 'published', 'replaced')",
            name="state",
        ),
        sa.CheckConstraint(
            "kind IN ('yearly', 'first_half', 'second_half', 'joint', 'special', 'supplement')", name="kind"
        ),
        sa.Index(
            "uq_plan_open",
            "series_id",
            unique=True,
            postgresql_where=sa.text("state NOT IN ('published', 'replaced')"),
        ),
    )


class PlanLine(Owned):
    """One row of the plan: what is checked of whom, how many, when and by whom (R-P1, R-P5).

    `code` (`990100-SCJG-2026-07`) is unique in the deployment and stays through the plan's versions: it names the
    line in the draw register. `kind` is that of the checks it foresees: random ones are drawn, daily and special ones named
    (R-V9). `number` is its running number in the bureau's year. `conditions` are those of
    `targets.rules.selection`; `stratify` is none, kind, place, risk, class or rules; `rates` maps a stratum, or `*` for all
    others, to `{"bp": 300}` (basis points), `{"number": 5}` or `{"all": true}`. By rules, `rate_rules` are they in their order
    (`targets.rules.rate_rules`), and `rates` follows from them. `reserve` counts substitutes,
    `team_size` inspectors of each bureau. `fill_days` are the working days within which a slot that stayed empty at the draw is
    filled (draw.md, "Inspectors"), None as the place sets. `partner_ids` are the other bureaus whose items it holds.
    """

    __tablename__ = "plan_line"
    plan_id: Mapped[UUID] = mapped_column(index=True)
    number: Mapped[int]
    code: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="random")
    name: Mapped[str]
    joint: Mapped[bool] = mapped_column(server_default=sa.false())
    partner_ids: Mapped[list[UUID]] = mapped_column(server_default="{}")
    conditions: Mapped[dict[str, Any]]
    stratify: Mapped[str] = mapped_column(server_default="none")
    rates: Mapped[dict[str, Any]]
    rate_rules: Mapped[list[Any]] = mapped_column(server_default="[]")
    reserve: Mapped[int] = mapped_column(server_default="0")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    method: Mapped[str]
    times_a_year: Mapped[int] = mapped_column(server_default="1")
    # By risk level, where a level has its own: `{"R3": {"times": 4, "method": "实地检查"}}` (`rules.by_risk`).
    by_risk: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    person_responsible: Mapped[str]
    unit_id: Mapped[UUID | None]
    team_size: Mapped[int] = mapped_column(server_default="2")
    fill_days: Mapped[int | None]
    remark: Mapped[str] = mapped_column(server_default="")
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["plan_id", "tenant_id"], ["plan.id", "plan.tenant_id"]),
        sa.ForeignKeyConstraint(["unit_id", "tenant_id"], ["unit.id", "unit.tenant_id"]),
        sa.UniqueConstraint("plan_id", "code"),
        sa.CheckConstraint("code ~ '^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$'", name="code"),
        sa.CheckConstraint("kind IN ('random', 'daily', 'special')", name="kind"),
        sa.CheckConstraint(
            "stratify IN ('none', 'kind', 'place', 'risk', 'class', 'rules')", name="stratify"
        ),
        sa.CheckConstraint("ends_on >= starts_on", name="period"),
        sa.CheckConstraint("team_size >= 2", name="team_size"),
        sa.CheckConstraint("fill_days BETWEEN 1 AND 60", name="fill_days"),
        sa.CheckConstraint("reserve >= 0 AND times_a_year >= 1", name="counts"),
        sa.CheckConstraint("joint = (cardinality(partner_ids) > 0)", name="joint"),
    )


class PlanLineItem(Owned):
    """An item checked under a line, of this bureau or another.

    Number, name and legal basis are copied and `item_id` has no foreign key: an item of another bureau
    is that bureau's row and gets new versions, while an approved plan says what it said when approved.
    """

    __tablename__ = "plan_line_item"
    line_id: Mapped[UUID] = mapped_column(index=True)
    position: Mapped[int]
    bureau_id: Mapped[UUID] = mapped_column(sa.ForeignKey("bureau.id"))
    item_id: Mapped[UUID]
    item_number: Mapped[str]
    item_name: Mapped[str]
    basis: Mapped[str] = mapped_column(server_default="")
    market: Mapped[bool] = mapped_column(server_default=sa.false())
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(
            ["line_id", "tenant_id"], ["plan_line.id", "plan_line.tenant_id"], ondelete="CASCADE"
        ),
        sa.UniqueConstraint("line_id", "bureau_id", "item_number"),
    )


class VisitCap(Owned):
    """The most visits a year a bureau makes to one entity (R-P6), published with its plan.

    `entity_kind` is the first two characters of the credit code, or `*` for all others; `industry` narrows it to entities of
    that industry. It holds from `since` on once the head approved it; a later one takes its place.
    States: submitted, approved, returned.
    """

    __tablename__ = "visit_cap"
    year: Mapped[int]
    entity_kind: Mapped[str]
    visits: Mapped[int]
    basis: Mapped[str]
    industry: Mapped[str] = mapped_column(server_default="")
    since: Mapped[date] = mapped_column(server_default="2000-01-01")
    state: Mapped[str] = mapped_column(server_default="approved")
    submitted_by: Mapped[UUID | None]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "year", "entity_kind", "industry", "since"),
        sa.CheckConstraint("visits >= 0", name="visits"),
        sa.CheckConstraint("state IN ('submitted', 'approved', 'returned')", name="state"),
    )


class CapEntry(Owned):
    """One count of the cap ledger: a visit of this bureau to an entity (R-P6).

    A joint visit is one door and one count for each bureau on it; so are visits of several bureaus that went together, whose
    `door_id` is the visit that was there first (R-J4; none: its own visit's). `kind` is random, daily,
    special, single, or a kind a setting exempts; exempt ones are counted apart, and so is what needed no `entered` door (R-V3).
    `outside`: of a check that was made outside this platform, whose id stands for the visit's; it is taken back with the file
    it came in with.
    """

    __tablename__ = "cap_entry"
    entity_code: Mapped[str]
    year: Mapped[int]
    visit_id: Mapped[UUID]
    kind: Mapped[str]
    outside: Mapped[bool] = mapped_column(server_default=sa.false())
    entered: Mapped[bool] = mapped_column(server_default=sa.true())
    door_id: Mapped[UUID | None]
    posted_at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "visit_id", "entity_code"),
        sa.Index("ix_cap_entry_entity", "entity_code", "year"),
    )
