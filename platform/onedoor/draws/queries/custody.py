"""Closed draws: who holds the files, who signed for them, and the files themselves for those who hold them."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from onedoor.draws.models import Deposit, Draw, DrawDocument, DrawParty, DrawReceipt
from onedoor.draws.queries.files import published
from onedoor.draws.queries.outcome import changes
from onedoor.draws.queries.register import register_file
from onedoor.draws.states import DrawState
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope

DOCUMENTS = (
    ("roster", "roster.txt", "text/plain"),
    ("plan", "plan.json", "application/json"),
    ("proof", "proof.json", "application/json"),
)


class HeldFile(NamedTuple):
    """A file that a holder keeps: its name, media type and bytes."""

    name: str
    media_type: str
    content: bytes


def holds(draw_id: UUID) -> bool:
    """Whether the current bureau holds the files of this closed draw."""
    mine = sa.select(DrawParty.id).where(
        DrawParty.draw_id == draw_id, DrawParty.holds, DrawParty.bureau_id == current_scope().tenant_id
    )
    return db.session.scalar(mine) is not None


def has_list(draw_id: UUID) -> bool:
    """Whether the current bureau leads this draw or has a list in it: who can hand a firm its lot."""
    me = current_scope().tenant_id
    own = sa.and_(DrawParty.list_name.is_not(None), DrawParty.bureau_id == me)
    mine = sa.select(DrawParty.id).where(DrawParty.draw_id == draw_id, sa.or_(own, DrawParty.tenant_id == me))
    return db.session.scalars(mine.limit(1)).first() is not None


def receipt(draw_id: UUID) -> DrawReceipt | None:
    """One of the receipts the current bureau gave, all at the same moment; None before."""
    mine = sa.and_(DrawReceipt.draw_id == draw_id, DrawReceipt.tenant_id == current_scope().tenant_id)
    return db.session.scalars(sa.select(DrawReceipt).where(mine).limit(1)).first()


def to_receive() -> sa.Select[Any]:
    """Draws whose lists wait for this bureau's receipt: all are in, and it has not signed for them."""
    me = current_scope().tenant_id
    mine = sa.and_(DrawParty.draw_id == Draw.id, DrawParty.holds, DrawParty.bureau_id == me)
    signed = sa.exists().where(DrawReceipt.draw_id == Draw.id, DrawReceipt.tenant_id == me)
    listed = aliased(DrawParty)
    waited = sa.exists().where(
        listed.draw_id == Draw.id,
        listed.list_name.is_not(None),
        ~sa.exists()
        .where(Deposit.draw_id == Draw.id, Deposit.tenant_id == listed.bureau_id)
        .correlate(Draw, listed),
    )
    return sa.select(Draw).join(DrawParty, mine).where(Draw.state == DrawState.FROZEN, ~signed, ~waited)


def missing_receipts(draw_id: UUID) -> list[str]:
    """Names of the holders who have not signed for every list."""
    lists = sa.select(sa.func.count()).where(DrawParty.draw_id == draw_id, DrawParty.list_name.is_not(None))
    signed = (
        sa.select(sa.func.count())
        .where(DrawReceipt.draw_id == draw_id, DrawReceipt.tenant_id == DrawParty.bureau_id)
        .correlate(DrawParty)
        .scalar_subquery()
    )
    query = sa.select(DrawParty.bureau_name).where(
        DrawParty.draw_id == draw_id, DrawParty.holds, signed < (db.session.scalar(lists) or 0)
    )
    return list(db.session.scalars(query.order_by(DrawParty.position)))


def held(draw_id: UUID) -> list[HeldFile]:
    """All files of a closed draw as they stand, for who holds them; nothing for others."""
    rows = db.session.execute(
        sa.text("SELECT list_name, pool FROM draw_held(:draw)"), {"draw": draw_id}
    ).all()
    if not rows:
        return []
    found = [HeldFile(f"pool-{row.list_name}.txt", "text/plain", bytes(row.pool)) for row in rows]
    kept = sa.select(DrawDocument.kind, DrawDocument.content).where(DrawDocument.draw_id == draw_id)
    documents = {row[0]: row[1] for row in db.session.execute(kept)}
    if (roster := published(draw_id, "roster.txt")) is not None:
        # One without recusals; of another the document is the lead's alone.
        documents["roster"] = roster.content
    found += [HeldFile(name, kind, documents[key]) for key, name, kind in DOCUMENTS if key in documents]
    if "plan" in documents:
        found.append(HeldFile("register.jsonl", "application/jsonl", register_file()))
    return found + [
        HeldFile(f"log-{each.n}.json", "application/json", each.content) for each in changes(draw_id)
    ]
