"""The credit class of an entity as it comes down from the room `credit`: dated, with the facts that made it (R-O4)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities.models import CreditClass
from onedoor.kernel.clock import today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.scope import current_scope


def classes_held() -> dict[UUID, CreditClass]:
    """The classes that hold, by entity."""
    found = db.session.scalars(sa.select(CreditClass).where(CreditClass.until.is_(None)))
    return {one.entity_id: one for one in found}


def set_class(entity_id: UUID, grade: str, facts: Sequence[str], held: CreditClass | None) -> bool:
    """From today on an entity is of a class; the former ends. Returns whether anything changed."""
    if held is not None and (held.grade, list(held.facts)) == (grade, list(facts)):
        return False
    if held is not None:
        held.until = today()
        db.session.flush()
    db.session.add(
        CreditClass(
            id=new_id(),
            tenant_id=current_scope().tenant_id,
            entity_id=entity_id,
            grade=grade,
            facts=list(facts),
            since=today(),
        )
    )
    db.session.flush()
    return True
