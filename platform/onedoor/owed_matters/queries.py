"""Reads of what is owed: row policies decide which of it this bureau, or its supervisor, sees."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.owed_matters.models import Handover, HandoverAnswer, OwedMatter
from onedoor.owed_matters.rules import OWED, State
from tenants.models import Bureau

STANDING = [state.value for state in OWED]


def owed(owed_id: UUID, *, lock: bool = False) -> OwedMatter:
    """One owed matter that this bureau owes, or whose visit it leads."""
    found = db.session.get(OwedMatter, owed_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFound("没有找到这个待补查事项，或它不属于本单位可见的范围。")
    return found


def with_it(found: OwedMatter, states: Collection[State], *, lock: bool = False) -> list[OwedMatter]:
    """What its bureau owes of the same visit in one of these states, by item."""
    query = sa.select(OwedMatter).where(
        OwedMatter.tenant_id == found.tenant_id,
        OwedMatter.visit_id == found.visit_id,
        OwedMatter.state.in_([state.value for state in states]),
    )
    return list(
        db.session.scalars((query.with_for_update() if lock else query).order_by(OwedMatter.item_number))
    )


def of_check(visit_id: UUID) -> list[OwedMatter]:
    """What a visit of this bureau makes up for."""
    query = sa.select(OwedMatter).where(
        OwedMatter.check_visit_id == visit_id, OwedMatter.tenant_id == current_scope().tenant_id
    )
    return list(db.session.scalars(query.order_by(OwedMatter.item_number)))


def of_visit(visit_id: UUID) -> list[OwedMatter]:
    """What is owed of a visit of a draw, as far as this bureau sees it."""
    query = sa.select(OwedMatter).where(OwedMatter.visit_id == visit_id)
    return list(db.session.scalars(query.order_by(OwedMatter.tenant_id, OwedMatter.item_number)))


def known_matters(matter_ids: Collection[UUID]) -> set[UUID]:
    """Those of these matters that this bureau has in its list already, whatever became of them."""
    query = sa.select(OwedMatter.matter_id).where(
        OwedMatter.tenant_id == current_scope().tenant_id, OwedMatter.matter_id.in_(list(matter_ids))
    )
    return set(db.session.scalars(query))


def standing() -> list[OwedMatter]:
    """All that this bureau owes now, the oldest first."""
    query = sa.select(OwedMatter).where(
        OwedMatter.tenant_id == current_scope().tenant_id, OwedMatter.state.in_(STANDING)
    )
    return list(db.session.scalars(query.order_by(OwedMatter.since, OwedMatter.id)))


def rows() -> sa.Subquery:
    """All that this scope may read, with the names of the bureau that owes and of the lead."""
    lead = sa.alias(Bureau.__table__)
    return (
        sa.select(
            *OwedMatter.__table__.c,
            Bureau.code.label("bureau"),
            Bureau.short_name.label("bureau_name"),
            lead.c.short_name.label("lead_name"),
            sa.cast(sa.extract("year", OwedMatter.since), sa.Integer).label("year"),
            OwedMatter.state.in_(STANDING).label("stands"),
        )
        .join(Bureau, Bureau.id == OwedMatter.tenant_id)
        .join(lead, lead.c.id == OwedMatter.lead_id)
        .subquery("owed")
    )


def mine(found: sa.Subquery) -> sa.Select[Any]:
    """What this bureau owes."""
    return sa.select(*found.c).where(found.c.tenant_id == current_scope().tenant_id)


def led(found: sa.Subquery) -> sa.Select[Any]:
    """What the other bureaus owe at visits that this one leads."""
    tenant_id = current_scope().tenant_id
    return sa.select(*found.c).where(found.c.lead_id == tenant_id, found.c.tenant_id != tenant_id)


def standing_matters() -> sa.Select[Any]:
    """The matters this bureau owes now, for a list."""
    return sa.select(OwedMatter).where(
        OwedMatter.tenant_id == current_scope().tenant_id, OwedMatter.state.in_(STANDING)
    )


def count() -> int:
    """How many those are."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(standing_matters().subquery())) or 0


def handover(handover_id: UUID) -> Handover:
    """What one bureau asked another to take, for the two and for the lead."""
    found = db.session.get(Handover, handover_id)
    if found is None:
        raise NotFound("没有找到这项移交，或它不属于本单位可见的范围。")
    return found


def handovers(owed_id: UUID) -> list[tuple[Handover, HandoverAnswer | None]]:
    """Who was asked to take a matter, with their answers, oldest first."""
    query = (
        sa.select(Handover, HandoverAnswer)
        .outerjoin(HandoverAnswer, HandoverAnswer.handover_id == Handover.id)
        .where(Handover.owed_id == owed_id)
    )
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(Handover.sent_at, Handover.id))]


def answer(handover_id: UUID) -> HandoverAnswer | None:
    """What was said to it, if anything was."""
    return db.session.scalar(sa.select(HandoverAnswer).where(HandoverAnswer.handover_id == handover_id))


def received() -> sa.Select[Any]:
    """What this bureau was asked to take, with who asked and its own answer."""
    query: Any = (
        sa.select(Handover, Bureau.short_name.label("sender_name"), HandoverAnswer.accepted)
        .join(Bureau, Bureau.id == Handover.tenant_id)
        .outerjoin(HandoverAnswer, HandoverAnswer.handover_id == Handover.id)
        .where(Handover.receiver_id == current_scope().tenant_id)
    )
    found: sa.Select[Any] = query
    return found


def unanswered() -> sa.Select[Any]:
    """What waits for this bureau's answer, for a list."""
    return received().where(HandoverAnswer.id.is_(None))


def to_answer() -> int:
    """How many those are."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(unanswered().subquery())) or 0
