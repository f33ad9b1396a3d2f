"""The files a draw is made of, as the lead gets them from the parties' deposits."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from onedoor.draws import rules
from onedoor.draws.models import DrawDocument
from onedoor.kernel.db import db


@dataclass(frozen=True)
class Deposited:
    """One party's frozen list: pool file, inspectors, recusals."""

    list_name: str
    pool: bytes
    inspectors: list[rules.Inspector]
    recusals: list[rules.Recusal]


def deposited(draw_id: UUID) -> list[Deposited]:
    """All lists in the plan's order; nothing until every one is in, and nothing for others than the lead."""
    query = sa.text("SELECT list_name, pool, inspectors, recusals FROM draw_files(:draw)")
    return [
        Deposited(
            row.list_name,
            bytes(row.pool),
            [
                rules.Inspector(i, bureau, frozenset(able), lead, cap)
                for i, bureau, able, lead, cap in row.inspectors
            ],
            [rules.Recusal(*each) for each in row.recusals],
        )
        for row in db.session.execute(query, {"draw": draw_id})
    ]


def document(draw_id: UUID, kind: str) -> bytes | None:
    """A published file of the draw: plan, roster or proof."""
    query = sa.select(DrawDocument.content).where(DrawDocument.draw_id == draw_id, DrawDocument.kind == kind)
    return db.session.scalar(query)
