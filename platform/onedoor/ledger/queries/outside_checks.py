"""Reads of checks that were made outside this platform (R-V9, 001 §7)."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.ledger.models import OutsideCheck, OutsideCorrection
from onedoor.ledger.rules.origins import Registration


def outside_check(check_id: UUID, *, lock: bool = False) -> OutsideCheck:
    """One of them, of this bureau or of one it supervises."""
    found = db.session.get(OutsideCheck, check_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFound("没有找到这次检查，它可能不存在，或不属于本单位可见的范围。")
    return found


def corrections(check_id: UUID) -> list[OutsideCorrection]:
    """How it was corrected, the latest first."""
    query = sa.select(OutsideCorrection).where(OutsideCorrection.check_id == check_id)
    return list(db.session.scalars(query.order_by(OutsideCorrection.version.desc())))


def version_of(check_id: UUID) -> int:
    """Which version stands: 1 as it was entered."""
    query = sa.select(sa.func.max(OutsideCorrection.version)).where(OutsideCorrection.check_id == check_id)
    return db.session.scalar(query) or 1


def with_key(key: str) -> OutsideCheck | None:
    """What this bureau entered under a client's key."""
    query = sa.select(OutsideCheck).where(
        OutsideCheck.tenant_id == current_scope().tenant_id, OutsideCheck.key == key
    )
    return db.session.scalar(query)


def outside_platform(year: int) -> sa.Select[UUID, int]:
    """F7's last column (未通过平台抽取的检查数): checks of a year that were made without a platform, by bureau, as rows of
    `tenant_id` and `checks`; whose they are the scope says, so it serves a bureau and its supervisor alike."""
    return (
        sa.select(OutsideCheck.tenant_id, sa.func.count().label("checks"))
        .where(
            OutsideCheck.origin == Registration.OUTSIDE.value,
            sa.extract("year", OutsideCheck.checked_on) == year,
        )
        .group_by(OutsideCheck.tenant_id)
    )


def outside_platform_count(year: int) -> int:
    """The same for this bureau alone, as a number."""
    rows = outside_platform(year).where(OutsideCheck.tenant_id == current_scope().tenant_id)
    return sum(row.checks for row in db.session.execute(rows))


def former_checks(year: int) -> sa.Select[OutsideCheck]:
    """The checks of a former platform of a year, which the returns count with this one's (F7): `kind`, `results`,
    `entity_code` are coded as those of visits."""
    return sa.select(OutsideCheck).where(
        OutsideCheck.origin == Registration.FORMER.value,
        sa.extract("year", OutsideCheck.checked_on) == year,
    )
