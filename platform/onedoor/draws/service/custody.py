"""Closed pools: who holds them signs for them, and each firm has its own lot (draw.md, "Pool"; R-D8)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa

from onedoor.draws import rules
from onedoor.draws.models import Deposit, Draw, DrawLot, DrawParty, DrawReceipt
from onedoor.draws.queries import ceremony, custody
from onedoor.draws.queries.files import pool_file
from onedoor.draws.service import draw_locks
from onedoor.draws.service.files import deposited
from onedoor.draws.service.lists.deposits import missing_lists, open_when_ready
from onedoor.draws.service.new_draws import record_step, takers
from onedoor.draws.service.parties import refuse_another_party
from onedoor.draws.states import DrawState
from onedoor.entities import queries as entity_queries
from onedoor.kernel import audit, clock
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence


def sign(draw_id: UUID, digests: Mapping[str, str]) -> None:
    """A holder's receipt: it has every list, with these digests (hex, by list) as its own device computed them.

    Raises `NotFound` for who holds nothing, `Conflict` before all lists are in or after it signed, ClerkError where a
    digest is not that of the list as deposited. The last one in enqueues the opening.
    """
    draw_locks.lock_draw(draw_id)
    draw = _held(draw_id)
    draw_locks.expect(draw, DrawState.FROZEN)
    refuse_another_party(draw.id)
    waiting = missing_lists(draw.id)
    if waiting:
        raise Conflict("还有部门没有冻结名单：%(names)s。请等名单到齐后再签收。", names=waiting)
    me = current_scope().tenant_id
    if db.session.scalar(sa.select(DrawReceipt.id).where(_of(draw.id, me))) is not None:
        raise Conflict("本部门已经签收，不必重复。")
    faces = {each.list_name: each.digest for each in ceremony.deposits(draw.id)}
    if dict(digests) != faces:
        raise ClerkError(
            "下载的文件的指纹与冻结时的不同，或者没有下载齐。请重新下载全部名单；仍不同的，请不要签收，并联系牵头部门。"
        )
    for list_name, digest in faces.items():
        db.session.add(
            DrawReceipt(
                tenant_id=me,
                draw_id=draw.id,
                list_name=list_name,
                digest=digest,
                received_at=clock.now(),
                received_by=current_scope().actor_name,
                account_for=current_scope().acting_for,
            )
        )
    db.session.flush()
    audit.record("draws.list.receive", ("draw", draw.id), draw.number, after=faces, shared_with=takers(draw))
    text = Sentence("签收保管全部名单，共%(lists)s份", lists=len(faces))
    record_step(draw, "pool", text)
    open_when_ready(draw)


def take(draw_id: UUID, name: str | None = None) -> list[custody.HeldFile]:
    """The files of a closed draw for one of its holders, or the one of this name; every taking stands in the log."""
    draw = _held(draw_id)
    found = [each for each in custody.held(draw_id) if name in (None, each.name)]
    if not found:
        raise NotFound("没有找到这个文件。")
    audit.record(
        "draws.file.take",
        ("draw", draw.id),
        draw.number,
        after={"files": [f.name for f in found]},
        shared_with=[draw.tenant_id],
    )
    return found


def give_lots(draw_id: UUID, code: str) -> list[rules.Lot]:
    """The lots of one firm, to be handed to that firm: out of this bureau's list, for the lead out of every list.

    Raises `NotFound` where this bureau has no list in a closed draw with a plan, ClerkError where the firm is in none.
    """
    draw = ceremony.draw(draw_id)
    if not draw.closed or draw.plan_digest is None:
        raise NotFound("这次抽取没有需要单独出具的签号。")
    numbers = entity_queries.numbers_of(code)
    lots = [
        lot
        for name, raw in _lists(draw).items()
        for number in numbers
        for lot in rules.LotBook(raw, draw.hash).lots(raw, name, number)
    ]
    if not lots:
        raise ClerkError("名单里没有统一社会信用代码为“%(code)s”的对象，请核对代码。", code=code)
    audit.record("draws.lot.give", ("draw", draw.id), draw.number, after={"code": code, "lots": len(lots)})
    return lots


def keep_lots(draw: Draw, proof: rules.Proof, pools: Mapping[str, rules.Pool]) -> None:
    """Keep the lots of those drawn or in reserve, in every list they stand in, for whoever shows the code of their visit."""
    if not draw.closed:
        return
    strata = [stratum for result in proof["result"] for stratum in result["strata"]]
    wanted = {id_ for each in strata for id_ in (*each["drawn"], *each["reserve"])}
    rows = [
        {
            "tenant_id": draw.tenant_id,
            "draw_id": draw.id,
            "list_name": name,
            "object_code": rules.parse_line(lot["line"]).id,
            "content": rules.canonical(lot),
        }
        for name, pool in pools.items()
        for lot in rules.lots_of(pool, name, [id_ for id_ in pool.ids if id_ in wanted], draw.hash)
    ]
    if rows:
        db.session.execute(sa.insert(DrawLot), rows)


def _held(draw_id: UUID) -> Draw:
    """The closed draw that the current bureau holds; raises `NotFound` for anybody else."""
    query = (
        sa.select(Draw)
        .join(DrawParty, DrawParty.draw_id == Draw.id)
        .where(
            Draw.id == draw_id,
            Draw.closed,
            DrawParty.holds,
            DrawParty.bureau_id == current_scope().tenant_id,
        )
        .execution_options(populate_existing=True)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def _of(draw_id: UUID, holder_id: UUID | None) -> sa.ColumnElement[bool]:
    return sa.and_(DrawReceipt.draw_id == draw_id, DrawReceipt.tenant_id == holder_id)


def _lists(draw: Draw) -> dict[str, bytes]:
    if draw.tenant_id == current_scope().tenant_id:
        return {each.list_name: each.pool for each in deposited(draw.id)}
    own = sa.select(Deposit.list_name).where(
        Deposit.draw_id == draw.id, Deposit.tenant_id == current_scope().tenant_id
    )
    list_name = db.session.scalar(own)
    if list_name is None:
        raise NotFound("本部门在这次抽取里没有名单。")
    return {list_name: pool_file(draw.id)}
