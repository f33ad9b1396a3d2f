"""The files a draw is made of, as the lead gets them from the parties' deposits."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from onedoor.draws import rules
from onedoor.draws.models import DrawDocument
from onedoor.draws.queries import ceremony
from onedoor.kernel import audit
from onedoor.kernel.db import db, rows_as_bytes
from onedoor.kernel.errors import NotFound


@dataclass(frozen=True)
class Deposited:
    """One party's frozen list: pool file, inspectors, recusals."""

    list_name: str
    pool: bytes
    inspectors: list[rules.Inspector]
    recusals: list[rules.Recusal]


# Bytes: more than the first line of a pool file has, and more than a file can have.
HEAD, WHOLE = 200, 2**31 - 1


def deposited(draw_id: UUID, *, heads: bool = False) -> list[Deposited]:
    """All lists in the plan's order; nothing until every one is in, and nothing for others than the lead.

    With `heads` what stands for a pool is the beginning of its file, which has the first line.
    """
    query = "SELECT list_name, substr(pool, 1, %(length)s) AS pool, inspectors, recusals FROM draw_files(%(draw)s)"
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
        for row in rows_as_bytes(query, {"draw": draw_id, "length": HEAD if heads else WHOLE})
    ]


def hand_out_roster(draw_id: UUID) -> bytes:
    """The roster with its recusals, for the lead, who may hand it to whoever audits the teams; its log says who took it.

    Raises `NotFound` for everybody else, and before the plan is published.
    """
    draw = ceremony.draw(draw_id)
    content = document(draw_id, "roster")
    if content is None:
        raise NotFound("这份文件还没有产生。")
    audit.record("draws.roster.take", ("draw", draw.id), draw.number)
    return content


def document(draw_id: UUID, kind: str) -> bytes | None:
    """A file of the draw: plan, proof, or, for the lead, the roster."""
    query = sa.select(DrawDocument.content).where(DrawDocument.draw_id == draw_id, DrawDocument.kind == kind)
    return db.session.scalar(query)
