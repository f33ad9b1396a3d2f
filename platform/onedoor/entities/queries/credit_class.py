"""Reads of the credit class of an entity (R-O4)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities.models import CreditClass
from onedoor.kernel.clock import today
from onedoor.kernel.db import db


def credit_class_of(entity_id: UUID) -> CreditClass | None:
    """The credit class of an entity that holds today; None while nobody has determined one."""
    return db.session.scalar(
        sa.select(CreditClass).where(
            CreditClass.entity_id == entity_id,
            CreditClass.since <= today(),
            CreditClass.until.is_(None),
        )
    )


def of_class(grades: Collection[str]) -> sa.Select[Any]:
    """Ids of the entities whose credit class that holds today is one of these (R-P5, R-O4)."""
    return sa.select(CreditClass.entity_id).where(
        CreditClass.grade.in_(grades), CreditClass.since <= today(), CreditClass.until.is_(None)
    )
