"""A bureau's own templates of letters, and words to its people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column

from tenants.models import Owned

_ACCOUNT = ["user_id", "tenant_id"], ["user_account.id", "user_account.tenant_id"]


class LetterTemplate(Owned):
    """A version of a bureau's own template of a kind of letter (`rules.LETTERS`), as .docx, checked when it came in.

    Which is in use says the bureau's last choice; `digest` is SHA-256 in hex."""

    __tablename__ = "letter_template"
    kind: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    digest: Mapped[str]
    added_at: Mapped[datetime]
    added_by: Mapped[str]
    content: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary))
    __table_args__ = (Owned.pair(), sa.UniqueConstraint("tenant_id", "kind", "version"))


class LetterTemplateChoice(Owned):
    """That a bureau put one of its templates in place of ours, or went back to ours (`template_id` None); the last of a kind counts."""

    __tablename__ = "letter_template_choice"
    kind: Mapped[str]
    serial: Mapped[int]
    template_id: Mapped[UUID | None]
    chosen_at: Mapped[datetime]
    chosen_by: Mapped[str]
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["template_id", "tenant_id"], ["letter_template.id", "letter_template.tenant_id"]
        ),
        sa.UniqueConstraint("tenant_id", "kind", "serial"),
    )


class Message(Owned):
    """A word that something needs somebody, and the page it is about: to one person (`user_id`), or to all of the bureau
    who have `permission`. `text_said` is what the sentence was made of (`kernel.sentences`).

    `event` is the workflow event it tells of (`notifications.rules`), `occasion` which one: nobody is told of the same twice.
    `planned_at` is when it was settled by which further ways it goes.
    """

    __tablename__ = "message"
    user_id: Mapped[UUID | None]
    permission: Mapped[str | None]
    text: Mapped[str]
    text_said: Mapped[dict[str, Any] | None]
    link: Mapped[str]
    sent_at: Mapped[datetime]
    event: Mapped[str] = mapped_column(server_default="other")
    occasion: Mapped[str | None]
    planned_at: Mapped[datetime | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(*_ACCOUNT),
        sa.Index(
            "uq_message_occasion",
            "user_id",
            "event",
            "occasion",
            unique=True,
            postgresql_where=sa.text("occasion IS NOT NULL"),
        ),
        sa.Index("ix_message_unplanned", "tenant_id", "id", postgresql_where=sa.text("planned_at IS NULL")),
        sa.CheckConstraint("(user_id IS NULL) <> (permission IS NULL)", name="to"),
        sa.Index("ix_message_sent", "tenant_id", "sent_at", "id"),
    )


class MessageReading(Owned):
    """That somebody read a message: each for themselves."""

    __tablename__ = "message_reading"
    message_id: Mapped[UUID]
    user_id: Mapped[UUID]
    read_at: Mapped[datetime]
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["message_id", "tenant_id"], ["message.id", "message.tenant_id"], ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(*_ACCOUNT),
        sa.UniqueConstraint("message_id", "user_id"),
    )


class Document(Owned):
    """A document that was issued, as it was: `number` by bureau, kind and year (`serial` its n), `digest` SHA-256 in hex of
    the Word file `content`. `values` are what stands in it, for the page to print; `subject_id` is what it is about.
    `code` is in its QR: who has it reads number, bureau, date and digest. `shared_with` are bureaus that it went to."""

    __tablename__ = "document"
    kind: Mapped[str]
    year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str]
    subject_id: Mapped[UUID]
    entity_name: Mapped[str]
    values: Mapped[dict[str, Any]]
    digest: Mapped[str]
    code: Mapped[str] = mapped_column(unique=True)
    issued_on: Mapped[date]
    issued_at: Mapped[datetime]
    issued_by: Mapped[str]
    shared_with: Mapped[list[UUID]] = mapped_column(server_default="{}")
    content: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary, nullable=False))
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "kind", "year", "serial"),
        sa.Index("ix_document_subject_id", "subject_id"),
    )


class Delivery(Owned):
    """That a document was delivered (送达回证): how, when, to whom; signed, or refused and by whom that was seen (`note`)."""

    __tablename__ = "delivery"
    document_id: Mapped[UUID]
    how: Mapped[str]
    delivered_on: Mapped[date]
    to_name: Mapped[str]
    signed: Mapped[bool]
    note: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        sa.ForeignKeyConstraint(["document_id", "tenant_id"], ["document.id", "document.tenant_id"]),
        sa.Index("ix_delivery_document_id", "document_id"),
        sa.CheckConstraint("signed OR note <> ''", name="refused"),
        sa.CheckConstraint(
            "how IN ('direct', 'post', 'electronic', 'left', 'entrusted', 'public')", name="how"
        ),
    )
