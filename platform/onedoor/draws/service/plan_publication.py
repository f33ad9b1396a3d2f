"""Opening: roster and plan assembled from the deposits, registered and published before any randomness (R-D2)."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.draws import rules
from onedoor.draws.models import Commitment, Committer, Deposit, Draw, DrawDocument, DrawParty
from onedoor.draws.queries.custody import missing_receipts
from onedoor.draws.service import draw_locks, obstacles, register
from onedoor.draws.service.files import Deposited, deposited
from onedoor.draws.service.lists.deposits import missing_commitments, missing_lists
from onedoor.draws.service.modes import beacon_of
from onedoor.draws.service.new_draws import record_step, takers
from onedoor.draws.service.protocol_faults import fault_sentence
from onedoor.draws.service.publication import publish
from onedoor.draws.states import DrawState
from onedoor.kernel import audit, clock
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence


def open(draw_id: UUID) -> Draw:
    """Fix and publish the plan: all lists and commitments are in (job OPEN_DRAW, the lead's scope).

    A draw that is open already stays as it is. Raises ClerkError naming who is missing, or what of the
    lists cannot be drawn together.
    """
    draw = draw_locks.own_draw_for_update(draw_id)
    if draw.state != DrawState.FROZEN:
        return draw
    _expect_all(draw)
    obstacles.expect_none(draw)
    faces = _faces(draw_id)
    # Of lists that were noted to be without numbers the first line says what is asked of them together.
    files = deposited(draw_id, heads=all(deposit.numbered is False for deposit, _ in faces))
    try:
        plan, roster = _plan(draw, faces, files)
    except rules.ProtocolError as error:
        raise fault_sentence(error) from error
    digest = rules.plan_digest(plan)
    if roster is not None:
        _keep(draw, "roster", rules.roster_digest(draw.hash, roster), roster)
    _keep(draw, "plan", digest, rules.canonical(plan))
    entry = register.append(draw.id, "plan", digest)
    draw.state, draw.opened_at, draw.plan_digest = "open", clock.now(), digest.hex()
    db.session.flush()
    audit.record(
        "draws.plan.publish",
        ("draw", draw.id),
        draw.number,
        after={"digest": draw.plan_digest},
        shared_with=takers(draw),
    )
    record_step(
        draw,
        "draw",
        Sentence("公布抽取方案，指纹 %(digest)s…，登记簿第%(n)s条", digest=digest.hex()[:16], n=entry["n"]),
    )
    publish(draw)
    return draw


def _expect_all(draw: Draw) -> None:
    lists = missing_lists(draw.id)
    if lists:
        raise ClerkError("%(number)s还缺这些部门的名单：%(names)s。", number=draw.number, names=list(lists))
    commitments = missing_commitments(draw.id)
    if commitments:
        raise ClerkError(
            "%(number)s还缺这些方的承诺：%(names)s。请提醒其在抽取页面提交承诺。",
            number=draw.number,
            names=list(commitments),
        )
    receipts = missing_receipts(draw.id)
    if receipts:
        raise ClerkError(
            "%(number)s的名单还没有由这些部门签收保管：%(names)s。请提醒其在抽取页面签收。",
            number=draw.number,
            names=list(receipts),
        )
    if draw.reveals_due is not None and draw_locks.register_now() >= draw.reveals_due:
        raise ClerkError(
            "%(number)s约定的公共随机数就要公布，已来不及公布方案、见证和揭示。请终止冻结，另选较晚的期次后重新开始。",
            number=draw.number,
        )


def _plan(
    draw: Draw, faces: list[tuple[Deposit, DrawParty]], files: list[Deposited]
) -> tuple[rules.Plan, bytes | None]:
    roster = _roster(files)
    lists = [_list(deposit, party) for deposit, party in faces]
    # Each list was read, and its quotas reckoned within its eligible, when it was deposited.
    rules.check_together({file.list_name: file.pool for file in files})
    beacon = beacon_of(draw)
    with_teams = roster if any(entry["team"] for entry in lists) else None
    plan = rules.make_plan(
        line=draw.line,
        seq=draw.seq,
        prev=bytes.fromhex(draw.prev) if draw.prev else None,
        draw=draw.number,
        lists=lists,
        roster=rules.roster_digest(draw.hash, with_teams) if with_teams is not None else None,
        parties=_commitments(draw.id),
        beacon=beacon.in_plan() if beacon else None,
        hash_name=draw.hash,  # type: ignore[arg-type]
        closed=draw.closed,
    )
    return plan, with_teams


def _roster(files: list[Deposited]) -> bytes:
    inspectors = [inspector for file in files for inspector in file.inspectors]
    recusals = [recusal for file in files for recusal in file.recusals]
    return rules.build_roster(inspectors, recusals, secrets.token_bytes(32))


def _faces(draw_id: UUID) -> list[tuple[Deposit, DrawParty]]:
    query = (
        sa.select(Deposit, DrawParty)
        .join(
            DrawParty, sa.and_(DrawParty.draw_id == Deposit.draw_id, DrawParty.bureau_id == Deposit.tenant_id)
        )
        .where(Deposit.draw_id == draw_id)
        .order_by(DrawParty.position)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def _list(deposit: Deposit, party: DrawParty) -> rules.PlanList:
    team: Any = None
    if deposit.team is not None:
        team = {"bureau": party.bureau_code, **deposit.team}
    return rules.plan_list(
        deposit.list_name,
        {"digest": deposit.digest, "root": deposit.root, "n": deposit.n},
        [(each["stratum"], each["quota"]) for each in deposit.strata],
        reserve=deposit.reserve,
        team=team,
        mode=deposit.mode,  # type: ignore[arg-type]
    )


def _commitments(draw_id: UUID) -> list[tuple[str, bytes]]:
    query = (
        sa.select(Committer.name, Commitment.digest)
        .join(Commitment, sa.and_(Commitment.draw_id == Committer.draw_id, Commitment.name == Committer.name))
        .where(Committer.draw_id == draw_id)
        .order_by(Committer.position)
    )
    return [(name, bytes.fromhex(digest)) for name, digest in db.session.execute(query)]


def _keep(draw: Draw, kind: str, digest: bytes, content: bytes) -> None:
    db.session.add(
        DrawDocument(
            tenant_id=draw.tenant_id, draw_id=draw.id, kind=kind, digest=digest.hex(), content=content
        )
    )
