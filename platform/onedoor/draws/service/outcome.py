"""The draw itself, once all have revealed; or its end as void, with the reason (draw.md, "Proof"; R-D1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import sqlalchemy as sa

from onedoor.draws import rules
from onedoor.draws.models import Committer, Deposit, Draw, DrawDocument
from onedoor.draws.queries import ceremony
from onedoor.draws.rules.partial_checks import drawn_ids
from onedoor.draws.service import draw_locks, register
from onedoor.draws.service.ceremony.beacons import (
    agreed_value,
    is_silent,
    publish_later_readings,
    register_reveals,
    revealed,
)
from onedoor.draws.service.ceremony.commitments import reveal_system
from onedoor.draws.service.ceremony.witnesses import close
from onedoor.draws.service.custody import keep_lots
from onedoor.draws.service.files import deposited, document
from onedoor.draws.service.lists.deposits import open_when_ready
from onedoor.draws.service.modes import beacon_of
from onedoor.draws.service.new_draws import record_step, takers
from onedoor.draws.service.obstacles import waiting_behind
from onedoor.draws.service.outcome_rows import keep_outcome
from onedoor.draws.service.protocol_faults import fault_sentence
from onedoor.draws.service.protocol_text import tidy
from onedoor.draws.service.publication import publish
from onedoor.draws.service.redraws import withholder_names
from onedoor.draws.service.stages import (
    FILES,
    OBJECTS,
    PROOF,
    PUBLICATION,
    TEAMS,
    StageCallback,
    StageReport,
    no_stage_report,
)
from onedoor.draws.source_strings import counted_in, said_end
from onedoor.draws.states import DrawState
from onedoor.kernel import audit, clock
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.sentences import Sentence


def run(draw_id: UUID, told_to: StageCallback = no_stage_report) -> Draw:
    """Draw (job RUN_DRAW, the lead's scope): proof, register, outcome, publication, in one transaction.

    A draw that is drawn already stays as it is, so a job that runs twice draws once; what was read of its beacon since
    is published. Of a draw with a beacon the
    first step is to register the reveals; the next one waits for what was read of the beacon. Raises ClerkError
    naming who has not revealed. `told_to` hears the stages and what was found.
    """
    draw = draw_locks.own_draw_for_update(draw_id)
    if draw.state == DrawState.DRAWN:
        publish_later_readings(draw)
        return draw
    if draw.beacon is not None:
        if draw.state == DrawState.VOID:
            return draw
        draw_locks.expect(draw, DrawState.CLOSED)
        if draw.reveals_digest is None:
            register_reveals(draw)
            return draw
        if agreed_value(draw_id) is None:
            return draw
    draw_locks.expect(draw, DrawState.CLOSED)
    waiting = withholder_names(draw_id)
    if waiting and draw.beacon is None:
        raise ClerkError("%(number)s还有这些方没有揭示：%(names)s。", number=draw.number, names=list(waiting))
    telling = StageReport(draw, told_to)
    telling(FILES)
    try:
        pools = {each.list_name: rules.parse_pool(each.pool, each.list_name) for each in deposited(draw_id)}
        made = _prove(draw, pools, None, telling)
    except rules.ProtocolError as error:
        raise fault_sentence(error) from error
    telling(PROOF)
    keep_outcome(draw, made.proof)
    _count(draw, made.proof, pools)
    keep_lots(draw, made.proof, pools)
    # A million parsed rows need not stand beside the files while these are published.
    pools.clear()
    entry = _end(draw, "proof", "drawn", made)
    record_step(
        draw,
        "draw",
        Sentence(
            "抽取完成：%(doors)s%(unit)s、%(matters)s项检查，证明指纹 %(digest)s…，登记簿第%(n)s条",
            doors=draw.doors,
            unit=counted_in(draw.unit),
            matters=draw.matters,
            digest=made.digest.hex()[:16],
            n=entry["n"],
        ),
    )
    unfilled = len(made.proof["unfilled"])
    record_step(
        draw,
        "team",
        Sentence("检查人员随机匹配完成，%(count)s个名额无人可派", count=unfilled)
        if unfilled
        else Sentence("检查人员随机匹配完成"),
    )
    telling(PUBLICATION)
    publish(draw)
    return draw


def void(draw_id: UUID, reason: str, kept_waiting: Sequence[str] | None = None) -> Draw:
    """End a draw without a result, with the reason: somebody has not revealed, and no beacon is named; or the
    beacon did not speak, or spoke before the reveals were registered.

    Closes the texts first if they are open. The register and the proof say it for good. `kept_waiting` is given where a
    deadline ends it: then nobody is asked whether the source was silent.
    """
    draw = draw_locks.own_draw_for_update(draw_id)
    draw_locks.expect(draw, DrawState.OPEN, DrawState.CLOSED)
    reason = tidy(reason)
    if not reason:
        raise ClerkError("请写明作废的理由。", fields={"reason": ["请写明理由。"]})
    if draw.beacon is not None and kept_waiting is None:
        _expect_no_beacon(draw)
    if draw.state == DrawState.OPEN:
        close(draw)
    if draw.beacon is None:
        _reveal_own(draw)
    pools = {each.list_name: each.pool for each in deposited(draw_id)}
    made = _prove(draw, pools, reason)
    draw.void_reason, draw.kept_waiting = reason, list(kept_waiting or ())
    entry = _end(draw, "void", "void", made)
    record_step(
        draw, "draw", Sentence("抽取作废：%(reason)s，登记簿第%(n)s条", reason=said_end(reason), n=entry["n"])
    )
    publish(draw)
    return draw


def _expect_no_beacon(draw: Draw) -> None:
    """A draw with a beacon is void only if the source did not speak, or spoke too early for the reveals."""
    rule = beacon_of(draw)
    assert rule is not None
    if draw_locks.register_now() < rule.moment:
        raise Conflict("%(number)s约定了公共随机数，在其公布之前不能作废。", number=draw.number)
    if draw.reveals_digest is not None and not is_silent(draw.id):
        raise Conflict(
            "%(number)s约定了公共随机数，只有牵头部门和监督部门都查明来源没有公布，才能作废。请双方先录入读到的结果。",
            number=draw.number,
        )


def _reveal_own(draw: Draw) -> None:
    """The lead's system never is the one that holds back: it reveals before the draw can be void.

    Otherwise a lead that likes the coming result less could hide its own reveal and draw again.
    """
    waiting = withholder_names(draw.id)
    if not waiting:
        raise Conflict("各方都已揭示，%(number)s的结果已经确定，不能作废。", number=draw.number)
    system = db.session.scalar(
        sa.select(Committer.name).where(Committer.draw_id == draw.id, Committer.keeper == "system")
    )
    if waiting == [system]:
        raise Conflict("其他各方都已揭示，%(number)s不能作废，请揭示本平台的随机数。", number=draw.number)
    if system in waiting:
        # Also while a time is announced from which others reveal: nobody must wait to say that something went wrong.
        reveal_system(draw.id, quietly=True)


def _prove(
    draw: Draw,
    pools: Mapping[str, bytes | rules.Pool],
    void_reason: str | None,
    telling: StageReport | None = None,
) -> rules.MadeProof:
    def found(result: Sequence[rules.ListResult] | None, teams: Sequence[rules.Team] | None) -> None:
        """The seed is there, then the objects, then the teams."""
        if telling is None:
            return
        if result is None:
            telling(OBJECTS)
        elif teams is None:
            telling.drawn(result)
            telling(TEAMS)
        else:
            telling.teamed(teams)

    rule, value = beacon_of(draw), agreed_value(draw.id) if void_reason is None else None
    return rules.make_proof(
        ceremony.plan(draw.id),
        pools,
        document(draw.id, "roster"),
        revealed(draw.id),
        ceremony.texts(draw.id),
        rule.bytes_of(value) if rule is not None and value is not None else None,
        void=void_reason,
        own_roots=True,
        found=found,
    )


def _end(draw: Draw, kind: str, state: str, made: rules.MadeProof) -> rules.Entry:
    """Keep and register the proof; from here on nobody changes the draw."""
    db.session.add(
        DrawDocument(
            tenant_id=draw.tenant_id,
            draw_id=draw.id,
            kind="proof",
            digest=made.digest.hex(),
            content=made.canonical,
        )
    )
    if draw.closed:
        db.session.add(
            DrawDocument(
                tenant_id=draw.tenant_id,
                draw_id=draw.id,
                kind="public",
                digest=made.digest.hex(),
                content=rules.canonical(rules.public_form(made.proof, made.digest)),
            )
        )
    entry = register.append(draw.id, kind, made.digest)
    draw.state, draw.ended_at, draw.proof_digest = state, clock.now(), made.digest.hex()
    db.session.flush()
    audit.record(
        f"draws.draw.{kind}",
        ("draw", draw.id),
        draw.number,
        after={"proof": draw.proof_digest},
        shared_with=takers(draw),
    )
    for other in waiting_behind(draw):
        open_when_ready(other)
    return entry


def _count(draw: Draw, proof: rules.Proof, pools: Mapping[str, rules.Pool]) -> None:
    plan = proof["plan"]
    names = [entry["list"] for entry in plan["lists"]]
    drawn = dict(zip(names, drawn_ids(proof["result"]), strict=True))
    items = dict(
        db.session.execute(
            sa.select(Deposit.list_name, Deposit.items).where(Deposit.draw_id == draw.id)
        ).all()
    )
    counted = rules.doors_and_matters(drawn, items)  # type: ignore[arg-type]
    alone = rules.independent_doors(plan, pools)
    draw.doors, draw.matters, draw.independent_doors = counted.doors, counted.matters, two_decimals(alone)


def two_decimals(number: Fraction) -> Decimal:
    """A fraction rounded half up to hundredths, in integers."""
    return Decimal((number * 100 * 2 + 1) // 2) / 100
