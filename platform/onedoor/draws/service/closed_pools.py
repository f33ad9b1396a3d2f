"""Choosing closed pools: who holds the files, and the one secret that stands in all of them (draw.md, "Pool")."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.draws import rules
from onedoor.draws.models import Draw, DrawParty, DrawSecret
from onedoor.draws.policies import SECRET
from onedoor.draws.service.modes import Mode
from onedoor.draws.states import DrawState
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from tenants import queries as bureaus
from tenants.models import Bureau


def as_before(before: Draw | None, mode: Mode) -> Mode:
    """The mode of the line's next draw: after a void one the pools are the same, and so is whether they are closed."""
    if before is None or before.state != DrawState.VOID:
        return mode
    held = sa.select(DrawParty.bureau_id).where(DrawParty.draw_id == before.id, DrawParty.holds)
    former = list(db.session.scalars(held.order_by(DrawParty.position)))
    return replace(mode, closed=before.closed, holder_id=mode.holder_id or (former[-1] if former else None))


def holders_of(mode: Mode, lead: Bureau, supervisor: Bureau, listed: Collection[UUID]) -> list[Bureau]:
    """Who holds the files of a closed draw: the supervisor, and one more that has no list in it. None of an open one."""
    if not mode.closed:
        return []
    wrong = {lead.id, supervisor.id, *listed}
    if mode.holder_id is None or mode.holder_id in wrong:
        raise ClerkError(
            "封闭抽取的名单要由监督部门和另一个部门保管。请选择一个不提供名单的其他部门。",
            fields={"holder_id": ["请选择一个不提供名单的其他部门。"]},
        )
    return [supervisor, bureaus.bureau(mode.holder_id)]


def keep_secret(draw: Draw, before: Draw | None) -> None:
    """Make the secret of a closed draw and seal it; the draw after a void one has the same pools, so the same secret."""
    if not draw.closed:
        return
    same = before is not None and before.state == DrawState.VOID
    z = (secret(before.id) if before is not None and same else None) or secrets.token_bytes(32)
    row_id = new_id()
    sealed = SECRET.seal(row_id, z.hex())
    db.session.add(DrawSecret(id=row_id, tenant_id=draw.tenant_id, draw_id=draw.id, sealed=sealed))
    db.session.flush()


def secret(draw_id: UUID) -> bytes | None:
    """The secret of a closed draw, for its lead and for who has a list in it; None of an open one, and for all others."""
    kept = db.session.scalar(sa.select(DrawSecret).where(DrawSecret.draw_id == draw_id))
    return bytes.fromhex(SECRET.open(kept.id, kept.sealed)) if kept is not None else None


def expect_closed(draw: Draw, pool: rules.Pool) -> None:
    """Raise unless the pool is closed as the draw is, with its secret."""
    if pool.z != secret(draw.id):
        raise ClerkError("名单文件与本次抽取的方式（封闭或公开）不符。请终止冻结后重新开始。")


def expect_untelling(draw: Draw, strata: Iterable[Mapping[str, Any]]) -> None:
    """Raise if who is drawn from a closed list is known to be of one stratum, since no other draws anybody."""
    alone = rules.alone_drawing(strata)
    if draw.closed and alone is not None:
        raise ClerkError(
            "只有分层“%(stratum)s”抽取，抽中谁就等于公布谁属于这一层，起不到封闭的作用。"
            "请终止冻结，给其他分层也定比例或数量，或者不分层，再重新开始。",
            stratum=alone,
        )


def told_of(draw: Draw, strata: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the face of a list says of its strata to all who take part: of a closed one not which weights there are.

    Beside a stratum of one firm the weight is that firm's class. Who holds the files, and the lead, have them there.
    """
    hidden = {"least_weight", "greatest_weight"} if draw.closed else set()
    return [{key: value for key, value in each.items() if key not in hidden} for each in strata]
