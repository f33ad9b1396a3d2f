"""Replacing an inspector after the draw, by a further random draw that the register keeps (R-D6)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import sqlalchemy as sa

from onedoor.draws import rules
from onedoor.draws.models import Draw, DrawChange, TeamSlot
from onedoor.draws.queries.outcome import changes, is_untold, proof
from onedoor.draws.rules.teams import Place
from onedoor.draws.service import holding, registering
from onedoor.draws.service.beginning import takers, tell
from onedoor.draws.service.files import document
from onedoor.draws.service.publishing import publish
from onedoor.draws.service.witnesses import tidy
from onedoor.kernel import audit, clock
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence


@dataclass(frozen=True)
class _Seats:
    """Who sits where now, and how the slot at hand came to be as it is."""

    seats: dict[Place, str]
    gone: set[str]
    replacements: int


def replace_inspector(draw_id: UUID, object_code: str, slot: int, reason: str) -> DrawChange:
    """Draw the next inspector for a slot whose one must withdraw or cannot come, or that is unfilled.

    In the lead's scope. `draw_change.comes` is who comes in. Raises ClerkError if nobody fits, and for the
    fourth replacement at a slot, which needs the supervisor.
    """
    draw = holding.mine(draw_id)
    if draw.state != "drawn":
        raise NotFound("这次抽取没有可以更换人员的检查组。")
    reason = tidy(reason)
    if not reason:
        raise ClerkError("更换检查人员请写明理由。", fields={"reason": ["请写明理由。"]})
    held = _slot(draw_id, object_code, slot)
    before = changes(draw_id)
    now = _seats(draw_id, object_code, slot, before)
    if now.replacements >= rules.REPLACEMENTS_ALONE:
        raise ClerkError("这个名额已更换%(times)s次，再次更换须先报监督部门同意。", times=now.replacements)
    leaves = now.seats.get((object_code, slot))
    comes = _next(draw_id, held, now, leaves)
    return _keep(draw, held, "replace" if leaves else "fill", leaves, comes, reason, len(before) + 1)


def _slot(draw_id: UUID, object_code: str, slot: int) -> TeamSlot:
    query = sa.select(TeamSlot).where(
        TeamSlot.draw_id == draw_id, TeamSlot.object_code == object_code, TeamSlot.slot == slot
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("没有找到这个检查组名额。")
    return found


def _seats(draw_id: UUID, object_code: str, slot: int, before: Sequence[DrawChange]) -> _Seats:
    proved = proof(draw_id)
    seats = rules.seats_of(proved["plan"], proved["result"], proved["teams"], proved["unfilled"])
    gone: set[str] = set()
    replacements = 0
    for change in before:
        if change.slot is None or change.comes is None:
            continue
        seats[change.object_code, change.slot] = change.comes
        if change.object_code == object_code:
            gone |= {change.leaves} if change.leaves else set()
            replacements += change.slot == slot
    return _Seats(seats, gone, replacements)


def _next(draw_id: UUID, held: TeamSlot, now: _Seats, leaves: str | None) -> str:
    proved = proof(draw_id)
    roster = rules.parse_roster(document(draw_id, "roster") or b"")
    need = rules.needs_of(proved["plan"], proved["result"])[held.object_code][held.slot]
    found = rules.replacement(
        proved["plan"],
        bytes.fromhex(proved["seed"] or ""),
        roster,
        now.seats,
        held.object_code,
        held.slot,
        need,
        k=now.replacements + 1,
        gone=now.gone | ({leaves} if leaves else set()),
    )
    if found.inspector is None:
        raise ClerkError(
            "没有其他符合条件且有余力的检查人员可以接替。请调整名额上限后重新安排，或改由替补对象。"
        )
    return found.inspector


def _keep(
    draw: Draw,
    held: TeamSlot,
    kind: Literal["replace", "fill"],
    leaves: str | None,
    comes: str,
    reason: str,
    n: int,
) -> DrawChange:
    # The register shows the digest at once: of a surprise or a closed draw, whoever tries all firms and officers must not find it.
    unguessable = f"（{secrets.token_hex(16)}）" if draw.closed or is_untold(draw) else ""
    log = rules.make_log(
        bytes.fromhex(draw.proof_digest or ""),
        n,
        kind,
        list_name=held.list_name,
        object_=held.object_code,
        slot=held.slot,
        out=leaves,
        into=comes,
        reason=reason + unguessable,
    )
    digest = rules.log_digest(draw.hash, log)
    change = DrawChange(
        tenant_id=draw.tenant_id,
        draw_id=draw.id,
        n=n,
        kind=kind,
        object_code=held.object_code,
        slot=held.slot,
        leaves=leaves,
        comes=comes,
        reason=reason,
        content=rules.canonical(log),
        digest=digest.hex(),
        at=clock.now(),
        made_by=current_scope().actor_name,
    )
    db.session.add(change)
    entry = registering.append(draw.id, "log", digest)
    db.session.flush()
    audit.record(
        "draws.team.replace",
        ("draw", draw.id),
        draw.number,
        after={"out": leaves, "in": comes},
        shared_with=takers(draw),
    )
    tell(
        draw,
        "team",
        Sentence(
            "%(code)s更换检查人员：%(reason)s，登记簿第%(n)s条",
            code=held.object_code,
            reason=reason,
            n=entry["n"],
        ),
    )
    publish(draw)
    return change
