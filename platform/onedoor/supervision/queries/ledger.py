"""The ledger F11 of supervised bureaus (R-V9, R-S4): every check, and those made outside the platform."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.errors import NotFound
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.trace import TraceStep
from onedoor.ledger import queries as ledgers
from onedoor.ledger.models import OutsideCheck
from onedoor.ledger.rules.origins import Registration
from onedoor.supervision.queries.details import steps_about
from onedoor.supervision.queries.records import Records
from tenants import crossing
from tenants import queries as tenants
from tenants.models import Bureau


@dataclass(frozen=True)
class OutsideView:
    """A check that a bureau made outside the platform."""

    check: OutsideCheck
    bureau: Bureau
    steps: list[TraceStep]


def ledger() -> Records:
    """Every check of supervised bureaus; a joint one once, by its lead."""
    rows = ledgers.all_lines()
    states = {one.value: rows.c.registration == one.value for one in Registration}
    return Records(rows, {"all": sa.true(), **states})


def outside_check(check_id: UUID) -> OutsideView:
    """One that was made outside the platform, of a supervised bureau."""
    with crossing.cross_bureau_read(Sentence("查看平台外检查")) as reader:
        found = reader.scalars(sa.select(OutsideCheck).where(OutsideCheck.id == check_id))
        if not found:
            raise NotFound("没有找到这次检查，它可能不存在，或不在监督范围内。")
        reader.purpose = Sentence("查看平台外检查：%(name)s", name=found[0].entity_name)
        return OutsideView(found[0], tenants.bureau(found[0].tenant_id), steps_about(reader, check_id))
