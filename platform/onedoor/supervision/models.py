"""What a supervising bureau writes: alerts, orders, circulars, assessments, joint inspections; and what the bureaus say to them.

`tenant_id` is the writer: the supervising bureau of an order, a circular, an assessment; the bureau concerned of an answer or an objection.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from tenants.models import BUREAU, Owned

_ORDER = ["oversight_order.id", "oversight_order.receiver_id", "oversight_order.tenant_id"]


class Order(Owned):
    """A reminder or an order (督办, R-S4) to one bureau.

    `cause` is the cell of the overview it was opened from ({"kind", "state", "year"}), `records` the records behind it then
    ([{"kind", "id", "name"}]). `due_on` is the last day for an answer, moved by an extension. `asked_again_at` and
    `asked_again_reason` are of the last answer that did not suffice; `ended_note` says what was seen.
    """

    __tablename__ = "oversight_order"
    receiver_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU))
    kind: Mapped[str]
    year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str]
    title: Mapped[str]
    demand: Mapped[str]
    cause: Mapped[dict[str, Any] | None]
    records: Mapped[list[Any]] = mapped_column(server_default="[]")
    due_on: Mapped[date | None]
    sent_at: Mapped[datetime]
    sender_name: Mapped[str]
    asked_again_at: Mapped[datetime | None]
    asked_again_reason: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    ended_note: Mapped[str | None]
    answers: Mapped[list[OrderAnswer]] = relationship(
        primaryjoin="Order.id == foreign(OrderAnswer.order_id)",
        order_by="OrderAnswer.answered_at",
        viewonly=True,
        lazy="selectin",
    )
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("id", "receiver_id", "tenant_id"),
        sa.UniqueConstraint("tenant_id", "year", "serial"),
        sa.Index("ix_oversight_order_receiver", "receiver_id", sa.text("sent_at DESC")),
        sa.CheckConstraint("receiver_id <> tenant_id", name="receiver"),
        sa.CheckConstraint("kind IN ('reminder', 'order')", name="kind"),
        sa.CheckConstraint("kind = 'reminder' OR due_on IS NOT NULL", name="due"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_note IS NULL)", name="ended"),
    )


class OrderAnswer(Owned):
    """What the receiver of an order says to it, with papers; it may be asked again and answer again."""

    __tablename__ = "oversight_order_answer"
    order_id: Mapped[UUID] = mapped_column(index=True)
    supervisor_id: Mapped[UUID]
    text: Mapped[str]
    answered_at: Mapped[datetime]
    answerer_name: Mapped[str]
    papers: Mapped[list[OrderPaper]] = relationship(
        primaryjoin="OrderAnswer.id == foreign(OrderPaper.answer_id)",
        order_by="OrderPaper.name",
        viewonly=True,
        lazy="selectin",
    )
    __table_args__ = (
        Owned.pair(),
        # The three together, so that an answer reaches the sender of that order and nobody else.
        sa.ForeignKeyConstraint(["order_id", "tenant_id", "supervisor_id"], _ORDER),
    )


class OrderPaper(Owned):
    """A file of an answer as it was handed in; `digest` is SHA-256 in hex."""

    __tablename__ = "oversight_order_paper"
    answer_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]
    content: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary, nullable=False))
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["answer_id", "tenant_id"], ["oversight_order_answer.id", "oversight_order_answer.tenant_id"]
        ),
        sa.UniqueConstraint("answer_id", "name"),
    )


class Circular(Owned):
    """A circular (通报, R-S4) to some or all supervised bureaus; `published` where it is public, too."""

    __tablename__ = "circular"
    receiver_ids: Mapped[list[UUID]]
    year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    cause: Mapped[dict[str, Any] | None]
    records: Mapped[list[Any]] = mapped_column(server_default="[]")
    published: Mapped[bool]
    sent_at: Mapped[datetime]
    sender_name: Mapped[str]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "year", "serial"),
        sa.Index("ix_circular_receivers", "receiver_ids", postgresql_using="gin"),
        sa.CheckConstraint("cardinality(receiver_ids) > 0", name="receivers"),
    )


class Assessment(Owned):
    """The assessment (考核, R-S5) of a year: a version of its deductions, tried until it is announced, then final.

    `deductions` are [{"kind", "state", "points", "most"}], numbers as texts; `full` the points one begins with. Announced scores can be
    objected to until `objections_until`; `final_at` freezes them.
    """

    __tablename__ = "assessment"
    year: Mapped[int]
    version: Mapped[int]
    full: Mapped[Decimal]
    deductions: Mapped[list[Any]]
    reason: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    announced_at: Mapped[datetime | None]
    announced_by: Mapped[str | None]
    objections_until: Mapped[date | None]
    final_at: Mapped[datetime | None]
    final_by: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "year", "version"),
        # One announced a year: what a score means does not change under it.
        sa.Index(
            "uq_assessment_announced",
            "tenant_id",
            "year",
            unique=True,
            postgresql_where=sa.text("announced_at IS NOT NULL"),
        ),
        sa.CheckConstraint("final_at IS NULL OR announced_at IS NOT NULL", name="final"),
        sa.CheckConstraint("(announced_at IS NULL) = (objections_until IS NULL)", name="announced"),
    )


class AssessmentScore(Owned):
    """One bureau's score with the records that cost it: `lines` are [{"key", "records": [{"kind", "id", "name"}], "cost"}].

    `adjusted` and `adjusted_reason` are what an objection changed.
    """

    __tablename__ = "assessment_score"
    assessment_id: Mapped[UUID]
    bureau_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU), index=True)
    bureau_name: Mapped[str]
    score: Mapped[Decimal]
    lines: Mapped[list[Any]]
    adjusted: Mapped[Decimal | None]
    adjusted_reason: Mapped[str | None]
    objection: Mapped[AssessmentObjection | None] = relationship(
        primaryjoin="AssessmentScore.id == foreign(AssessmentObjection.score_id)",
        viewonly=True,
        uselist=False,
        lazy="selectin",
    )

    @property
    def final(self) -> Decimal:
        """What counts: the score as adjusted after an objection, else as computed."""
        return self.score if self.adjusted is None else self.adjusted

    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("id", "bureau_id", "tenant_id"),
        sa.UniqueConstraint("assessment_id", "bureau_id"),
        sa.ForeignKeyConstraint(["assessment_id", "tenant_id"], ["assessment.id", "assessment.tenant_id"]),
        sa.CheckConstraint("(adjusted IS NULL) = (adjusted_reason IS NULL)", name="adjusted"),
    )


class AssessmentObjection(Owned):
    """What a bureau says against its score, once."""

    __tablename__ = "assessment_objection"
    score_id: Mapped[UUID] = mapped_column(unique=True)
    supervisor_id: Mapped[UUID]
    text: Mapped[str]
    made_at: Mapped[datetime]
    maker_name: Mapped[str]
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["score_id", "tenant_id", "supervisor_id"],
            ["assessment_score.id", "assessment_score.bureau_id", "assessment_score.tenant_id"],
        ),
    )


class AlertRule(Owned):
    """When the supervisor is alerted (R-S4): a record stays in a cell of the overview (`kind`, `state`) for `days`.

    `audience` says whom it is told: supervisor, bureau or both. A rule is changed by ending it and making another.
    """

    __tablename__ = "oversight_alert_rule"
    kind: Mapped[str]
    state: Mapped[str]
    days: Mapped[int]
    audience: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.Index(
            "uq_oversight_alert_rule_going",
            "tenant_id",
            "kind",
            "state",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.CheckConstraint("days BETWEEN 0 AND 365", name="days"),
        sa.CheckConstraint("audience IN ('supervisor', 'bureau', 'both')", name="audience"),
    )


class Alert(Owned):
    """One record of a bureau that a rule watches: seen in its state since `seen_at`, an alert from `raised_at`, mended at `ended_at`.

    A job makes and ends them; nobody writes one by hand. A record that comes into the state again is another.
    """

    __tablename__ = "oversight_alert"
    rule_id: Mapped[UUID]
    bureau_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU))
    bureau_name: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    year: Mapped[int]
    record_id: Mapped[UUID]
    name: Mapped[str]
    audience: Mapped[str]
    seen_at: Mapped[datetime]
    raised_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["rule_id", "tenant_id"], ["oversight_alert_rule.id", "oversight_alert_rule.tenant_id"]
        ),
        sa.Index(
            "uq_oversight_alert_going",
            "tenant_id",
            "kind",
            "state",
            "record_id",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index("ix_oversight_alert_bureau", "bureau_id", sa.text("raised_at DESC")),
        sa.Index("ix_oversight_alert_record", "record_id"),
    )


class JointInspection(Owned):
    """A joint inspection (联合督查): what is looked at, in which bureaus, by which together with the one that leads it; then its end."""

    __tablename__ = "oversight_inspection"
    year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str]
    title: Mapped[str]
    scope: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    partner_ids: Mapped[list[UUID]]
    bureau_ids: Mapped[list[UUID]]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    conclusion: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "year", "serial"),
        sa.Index("ix_oversight_inspection_partners", "partner_ids", postgresql_using="gin"),
        sa.Index("ix_oversight_inspection_bureaus", "bureau_ids", postgresql_using="gin"),
        sa.CheckConstraint("cardinality(bureau_ids) > 0", name="bureaus"),
        sa.CheckConstraint("ends_on >= starts_on", name="days"),
        sa.CheckConstraint("(closed_at IS NULL) = (conclusion IS NULL)", name="closed"),
    )


class InspectionFinding(Owned):
    """What one of the inspecting bureaus found in one that was inspected; `order_number` where it made an order of it."""

    __tablename__ = "oversight_finding"
    inspection_id: Mapped[UUID] = mapped_column(index=True)
    leader_id: Mapped[UUID]
    bureau_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU), index=True)
    found_on: Mapped[date]
    text: Mapped[str]
    demand: Mapped[str] = mapped_column(server_default="")
    written_at: Mapped[datetime]
    writer_name: Mapped[str]
    order_id: Mapped[UUID | None]
    order_number: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(
            ["inspection_id", "leader_id"], ["oversight_inspection.id", "oversight_inspection.tenant_id"]
        ),
        sa.CheckConstraint("(order_id IS NULL) = (order_number IS NULL)", name="order"),
    )


class WorkTask(Owned):
    """A line of a bureau's timetable (001 §13): a task, by when, whose; ended as done or dropped, with what was done or why not.

    `line_id` is the line of the bureau's plan that it serves: by it the task stands on the trace of what came of the line (R-D9).
    """

    __tablename__ = "work_task"
    year: Mapped[int]
    title: Mapped[str]
    detail: Mapped[str] = mapped_column(server_default="")
    starts_on: Mapped[date | None]
    due_on: Mapped[date]
    person_id: Mapped[UUID]
    person_name: Mapped[str]
    line_id: Mapped[UUID | None]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    outcome: Mapped[str | None]
    note: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["line_id", "tenant_id"], ["plan_line.id", "plan_line.tenant_id"]),
        sa.Index("ix_work_task_due", "tenant_id", "year", "due_on"),
        sa.Index("ix_work_task_line", "line_id", "tenant_id"),
        sa.CheckConstraint("outcome IN ('done', 'dropped')", name="outcome"),
        sa.CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="ended"),
        sa.CheckConstraint("starts_on IS NULL OR starts_on <= due_on", name="days"),
    )


class CauseMeasure(Owned):
    """What a supervisor does about one cause of checks outside the platform, written once and again (001 §7)."""

    __tablename__ = "outside_cause_measure"
    year: Mapped[int]
    cause: Mapped[str]
    text: Mapped[str]
    written_at: Mapped[datetime]
    writer_name: Mapped[str]
    __table_args__ = (sa.Index("ix_outside_cause_measure_year", "tenant_id", "year", "cause"),)
