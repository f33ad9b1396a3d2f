"""What each kind of handling keeps. The bureau that found it writes all rows but a receiver's answers."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import BUREAU, Owned

_FOLLOWUP = ["followup.id", "followup.tenant_id"]
MONEY = sa.Numeric(18, 6)


def _of_followup() -> sa.ForeignKeyConstraint:
    """Only the bureau whose finding it is has a row here."""
    return sa.ForeignKeyConstraint(["followup_id", "tenant_id"], _FOLLOWUP)


class CorrectionOrder(Owned):
    """An order to correct (责令改正): `demands` point by point, until `due_on`; `first_due_on` is the day it was given at first.
    `receipt_on` is when the firm signed for it, `receipt_by` who did."""

    __tablename__ = "correction_order"
    followup_id: Mapped[UUID] = mapped_column(unique=True)
    demands: Mapped[list[Any]]
    ordered_on: Mapped[date]
    first_due_on: Mapped[date]
    due_on: Mapped[date]
    receipt_on: Mapped[date | None]
    receipt_by: Mapped[str | None]
    ordered_by: Mapped[str]
    __table_args__ = (_of_followup(),)


class CorrectionProof(Owned):
    """What the firm brought to show that it corrected; `entered_by` is the receiving clerk who entered it for the firm."""

    __tablename__ = "correction_proof"
    followup_id: Mapped[UUID]
    received_on: Mapped[date]
    brought_by: Mapped[str]
    text: Mapped[str]
    file_id: Mapped[UUID | None]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
    __table_args__ = (
        _of_followup(),
        sa.ForeignKeyConstraint(["file_id", "tenant_id"], ["stored_file.id", "stored_file.tenant_id"]),
        sa.Index("ix_correction_proof_followup_id", "followup_id"),
    )


class Recheck(Owned):
    """What a re-check saw, by papers or at a visit (`visit_id`), and what becomes of the order."""

    __tablename__ = "recheck"
    followup_id: Mapped[UUID]
    by_papers: Mapped[bool]
    visit_id: Mapped[UUID | None]
    result: Mapped[str]
    seen: Mapped[str]
    next: Mapped[str]
    due_on: Mapped[date | None]
    reason: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    __table_args__ = (
        _of_followup(),
        sa.Index("ix_recheck_followup_id", "followup_id"),
        sa.CheckConstraint("result IN ('corrected', 'not_corrected')", "result"),
        sa.CheckConstraint("next IN ('ended', 'prolonged', 'case')", "next"),
        sa.CheckConstraint("next <> 'prolonged' OR (due_on IS NOT NULL AND reason <> '')", "prolonged"),
    )


class Case(Owned):
    """A case (立案); `number` is unique in the bureau."""

    __tablename__ = "penalty_case"
    followup_id: Mapped[UUID] = mapped_column(unique=True)
    number: Mapped[str]
    opened_on: Mapped[date]
    cause: Mapped[str]
    unit_id: Mapped[UUID | None]
    opened_by: Mapped[str]
    ended_on: Mapped[date | None]
    __table_args__ = (
        Owned.pair(),
        _of_followup(),
        sa.ForeignKeyConstraint(["unit_id", "tenant_id"], ["unit.id", "unit.tenant_id"]),
        sa.UniqueConstraint("tenant_id", "number"),
    )


class Penalty(Owned):
    """A penalty decision with the fields that go out (forms.md, 双公示). Money in ten thousand yuan.

    No identity number of a person is kept here (R-T7). `paid_on` is when a fine was paid, or the penalty carried out."""

    __tablename__ = "penalty"
    case_id: Mapped[UUID] = mapped_column(unique=True)
    followup_id: Mapped[UUID]
    party_name: Mapped[str]
    party_kind: Mapped[str]
    party_code: Mapped[str | None]
    representative: Mapped[str]
    number: Mapped[str]
    facts: Mapped[str]
    reason: Mapped[str]
    basis: Mapped[str]
    sanctions: Mapped[list[str]]
    content: Mapped[str]
    fine: Mapped[Decimal | None] = mapped_column(MONEY)
    confiscated: Mapped[Decimal | None] = mapped_column(MONEY)
    licence: Mapped[str]
    decided_on: Mapped[date]
    valid_until: Mapped[date | None]
    public_until: Mapped[date | None]
    authority: Mapped[str]
    authority_code: Mapped[str]
    source: Mapped[str]
    source_code: Mapped[str]
    remark: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]
    paid_on: Mapped[date | None]
    __table_args__ = (
        Owned.pair(),
        _of_followup(),
        sa.ForeignKeyConstraint(["case_id", "tenant_id"], ["penalty_case.id", "penalty_case.tenant_id"]),
        sa.UniqueConstraint("tenant_id", "number"),
        sa.CheckConstraint("party_kind IN ('legal', 'sole', 'natural')", "party_kind"),
        sa.CheckConstraint("party_kind = 'natural' OR party_code IS NOT NULL", "party_code"),
        sa.CheckConstraint("cardinality(sanctions) > 0", "sanctions"),
    )


class Remedy(Owned):
    """A penalty contested before a reviewing body or a court, to its end."""

    __tablename__ = "penalty_remedy"
    penalty_id: Mapped[UUID]
    kind: Mapped[str]
    body: Mapped[str]
    filed_on: Mapped[date]
    ended_on: Mapped[date | None]
    outcome: Mapped[str | None]
    __table_args__ = (
        sa.ForeignKeyConstraint(["penalty_id", "tenant_id"], ["penalty.id", "penalty.tenant_id"]),
        sa.CheckConstraint("kind IN ('review', 'court')", "kind"),
        sa.CheckConstraint("(ended_on IS NULL) = (outcome IS NULL)", "ended"),
    )


class PoliceTransfer(Owned):
    """What goes to the police (移送公安): on a finding or the head's decision (`ground`), approved, sent, received, answered.

    `number` is that of the 两法衔接 platform; `copied_on` when the procuratorate had its copy."""

    __tablename__ = "police_transfer"
    followup_id: Mapped[UUID] = mapped_column(unique=True)
    ground: Mapped[str]
    finding: Mapped[str]
    crime: Mapped[str]
    police: Mapped[str]
    prepared_by: Mapped[str]
    approved_at: Mapped[datetime | None]
    approver_name: Mapped[str | None]
    return_reason: Mapped[str | None]
    send_by: Mapped[date | None]
    number: Mapped[str | None]
    sent_on: Mapped[date | None]
    copied_to: Mapped[str | None]
    copied_on: Mapped[date | None]
    received_on: Mapped[date | None]
    receiver_name: Mapped[str | None]
    answer_by: Mapped[date | None]
    answer: Mapped[str | None]
    answered_on: Mapped[date | None]
    answer_note: Mapped[str | None]
    review_asked_on: Mapped[date | None]
    review_outcome: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        _of_followup(),
        sa.CheckConstraint("ground IN ('finding', 'head')", "ground"),
        sa.CheckConstraint("finding <> ''", "finding"),
        sa.CheckConstraint("sent_on IS NULL OR (approved_at IS NOT NULL AND number IS NOT NULL)", "sent"),
        sa.CheckConstraint("answer IN ('filed', 'declined', 'returned')", "answer"),
    )


class Transfer(Owned):
    """Something passed on to another bureau, or to a unit of the own one (移送、抄告、反馈); `tenant_id` is the sender.

    What the receiver reads is copied, since the record stays with its bureau. `attempt` counts the bureaus asked, of one
    that the government named `designated_by` is its paper. A due date is None where the year has no calendar yet."""

    __tablename__ = "transfer"
    followup_id: Mapped[UUID]
    receiver_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU))
    unit_id: Mapped[UUID | None]
    mode: Mapped[str]
    attempt: Mapped[int]
    designated_by: Mapped[str | None]
    entity_code: Mapped[str]
    entity_name: Mapped[str]
    visit_number: Mapped[str]
    results: Mapped[list[str]]
    facts: Mapped[str]
    reason: Mapped[str]
    sent_at: Mapped[datetime]
    sent_on: Mapped[date]
    sender_name: Mapped[str]
    accept_by: Mapped[date | None]
    answer_by: Mapped[date | None]
    __table_args__ = (
        Owned.pair(),
        _of_followup(),
        sa.ForeignKeyConstraint(["unit_id", "tenant_id"], ["unit.id", "unit.tenant_id"]),
        sa.UniqueConstraint("id", "receiver_id", "tenant_id"),
        sa.Index("ix_transfer_receiver", "receiver_id", sa.text("sent_at DESC")),
        sa.Index("ix_transfer_followup_id", "followup_id"),
        sa.CheckConstraint(
            "mode IN ('transfer', 'inform', 'unit', 'daily', 'abnormal', 'designate')", name="mode"
        ),
        sa.CheckConstraint(
            "(mode IN ('unit', 'daily')) = (receiver_id = tenant_id AND mode <> 'abnormal')", name="receiver"
        ),
        sa.CheckConstraint("mode <> 'unit' OR unit_id IS NOT NULL", name="unit"),
        sa.CheckConstraint("facts <> ''", name="facts"),
    )


class TransferAnswer(Owned):
    """One step of the receiver's answer; `tenant_id` is the receiver. Of the list of abnormal operation `listed`, `decided_on`
    and later `exit_on`; of a designation the bureau that is named and the government's `paper`."""

    __tablename__ = "transfer_answer"
    transfer_id: Mapped[UUID]
    sender_id: Mapped[UUID]
    kind: Mapped[str]
    text: Mapped[str]
    listed: Mapped[bool | None]
    decided_on: Mapped[date | None]
    exit_on: Mapped[date | None]
    named_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey(BUREAU))
    paper: Mapped[str | None]
    at: Mapped[datetime]
    by: Mapped[str]
    __table_args__ = (
        # The three together, so that an answer reaches the sender of that transfer and nobody else.
        sa.ForeignKeyConstraint(
            ["transfer_id", "tenant_id", "sender_id"],
            ["transfer.id", "transfer.receiver_id", "transfer.tenant_id"],
        ),
        sa.UniqueConstraint("transfer_id", "kind"),
        sa.CheckConstraint("kind IN ('accept', 'decline', 'receipt', 'answer', 'exit')", name="kind"),
        sa.CheckConstraint("kind <> 'decline' OR text <> ''", name="reason"),
    )
