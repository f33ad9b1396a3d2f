"""Reads of what is public now; in the public's scope nothing else is there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from onedoor.disclosure.models import DisclosedFile, Disclosure, Withholding, WithholdingState
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound


def open_now() -> sa.ColumnElement[bool]:
    """The condition that a disclosure is public at this moment."""
    return sa.and_(Disclosure.since <= now(), sa.or_(Disclosure.until.is_(None), Disclosure.until > now()))


def search(kind: str | None = None, words: str = "") -> sa.Select[Disclosure]:
    """Public things of a kind whose title, firm's name or code contain every word."""
    query = sa.select(Disclosure).where(open_now())
    if kind is not None:
        query = query.where(Disclosure.kind == kind)
    for word in words.upper().split():
        query = query.where(Disclosure.words.contains(word, autoescape=True))
    return query


def of_bureau(
    query: sa.Select[Disclosure], bureau: str | None, since: date | None, until: date | None
) -> sa.Select[Disclosure]:
    """Those that a bureau (by its name) published on the days from `since` to `until`, in Shanghai."""
    day = sa.cast(sa.func.timezone("Asia/Shanghai", Disclosure.since), sa.Date)
    if bureau is not None:
        query = query.where(Disclosure.bureau_name == bureau)
    if since is not None:
        query = query.where(day >= since)
    return query if until is None else query.where(day <= until)


def changes(written_since: int, moment: datetime, beyond: UUID) -> sa.Select[Any]:
    """What became public and what ended since, by id: `what` is public, replaced, withdrawn or ended (R-O3)."""
    columns = (
        sa.column("id", sa.Uuid),
        "kind",
        sa.column("subject_id", sa.Uuid),
        "version",
        "what",
        "at",
        "reason",
    )
    told = sa.func.disclosure_changes(
        sa.cast(written_since, sa.BigInteger),
        sa.cast(moment, sa.DateTime(timezone=True)),
        sa.cast(beyond, sa.Uuid),
    ).table_valued(*columns)
    return sa.select(told).order_by(told.c.id)


def by_id(ids: Collection[UUID]) -> sa.Select[Disclosure]:
    """These, as far as they are public now."""
    return sa.select(Disclosure).where(Disclosure.id.in_(ids), open_now())


def one(disclosure_id: UUID) -> Disclosure:
    """A public thing by its own id."""
    found = db.session.scalar(sa.select(Disclosure).where(Disclosure.id == disclosure_id, open_now()))
    if found is None:
        raise NotFound("没有找到这条公示信息，它可能尚未公示，或公示已经结束。")
    return found


def of_subject(kind: str, subject_id: UUID) -> Disclosure | None:
    """What is public now about a thing."""
    return db.session.scalar(
        sa.select(Disclosure).where(Disclosure.kind == kind, Disclosure.subject_id == subject_id, open_now())
    )


def versions(kind: str, subject_id: UUID) -> list[Disclosure]:
    """All versions of a thing this scope may see, oldest first."""
    query = sa.select(Disclosure).where(Disclosure.kind == kind, Disclosure.subject_id == subject_id)
    return list(db.session.scalars(query.order_by(Disclosure.version)))


def files(disclosure_id: UUID) -> list[DisclosedFile]:
    """The files of a public thing, without their content."""
    query = sa.select(DisclosedFile).where(DisclosedFile.disclosure_id == disclosure_id)
    return list(db.session.scalars(query.order_by(DisclosedFile.position)))


def file_names(kind: str, subject_id: UUID) -> list[str]:
    """The names of the files that are public now about a thing, in their order."""
    query = (
        sa.select(DisclosedFile.name)
        .join(Disclosure, Disclosure.id == DisclosedFile.disclosure_id)
        .where(Disclosure.kind == kind, Disclosure.subject_id == subject_id, open_now())
    )
    return list(db.session.scalars(query.order_by(DisclosedFile.position)))


def file(disclosure_id: UUID, name: str) -> DisclosedFile:
    """One public file by name."""
    query = sa.select(DisclosedFile).where(
        DisclosedFile.disclosure_id == disclosure_id, DisclosedFile.name == name
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("没有找到这个文件。")
    return found


def figures() -> dict[str, Any]:
    """How many things of each kind are public now."""
    rows = db.session.execute(
        sa.select(Disclosure.kind, sa.func.count().label("number"))
        .where(open_now())
        .group_by(Disclosure.kind)
    )
    return {row.kind: row.number for row in rows}


def withholding(withholding_id: UUID, *, lock: bool = False) -> Withholding:
    """One application of this bureau to keep something from the public."""
    found = db.session.get(Withholding, withholding_id, with_for_update=lock)
    if found is None:
        raise NotFound()
    return found


def withholding_of(kind: str, subject_id: UUID) -> Withholding | None:
    """What keeps a thing from the public, or asks to."""
    return db.session.scalar(
        sa.select(Withholding).where(
            Withholding.kind == kind,
            Withholding.subject_id == subject_id,
            Withholding.state != WithholdingState.RETURNED,
        )
    )


def ended(asked: UUID) -> dict[str, Any] | None:
    """What an old address says: how the publication ended, when, and why as far as that is public (R-O3)."""
    return db.session.scalar(sa.select(sa.func.ended_publication(asked, type_=JSONB)))
