"""Beginning a draw: its number and place in the line, who has a list, who commits (R-D7)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from onedoor.draws import rules
from onedoor.draws.models import Commitment, Committer, Draw, DrawParty, SealedNonce
from onedoor.draws.policies import NONCE
from onedoor.draws.queries.outcome import is_untold
from onedoor.draws.service import closed_pools, draw_locks
from onedoor.draws.service.modes import USUAL, Mode, columns
from onedoor.draws.service.parties import expect_known
from onedoor.draws.service.protocol_text import name_of, tidy
from onedoor.draws.service.publication import publish
from onedoor.draws.service.redraws import expect_others
from onedoor.draws.source_strings import said_end
from onedoor.draws.states import GOING_ON, DrawState
from onedoor.kernel import audit, clock, locks, trace
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from tenants import queries as bureaus
from tenants.models import Bureau, SupervisionGrant


@dataclass(frozen=True)
class Party:
    """A bureau with a list in the draw; `bureau_code` stands in the teams, `list_name` in the plan."""

    tenant_id: UUID
    bureau_code: str
    list_name: str


def create(
    *,
    campaign_id: UUID,
    line: str,
    title: str,
    parties: Sequence[Party],
    number: str | None = None,
    reason: str | None = None,
    about: Iterable[UUID] = (),
    also_commit: Sequence[UUID] = (),
    supervisor_id: UUID | None = None,
    mode: Mode = USUAL,
    unit: str = "entity",
    plan_line: str | None = None,
) -> Draw:
    """Begin a draw of `line` (the campaign's code) in the lead's scope; its state is frozen.

    The operator's system commits at once; the supervisor (the nearest one of the lead, unless named)
    and the partners in `also_commit` commit from their own devices. Another draw of the line needs a
    `reason`, gets the next number, and the supervisor reads why (R-D7); after a void one `also_commit`
    names somebody new, or `mode` a beacon. Of all lists the `unit` is the same, entity or place. `about` are things whose trace shows it,
    `plan_line` the plan line of the campaign. Raises `Conflict` while a draw of the
    line is going on.
    """
    expect_known()
    lead = bureaus.my_bureau()
    why = tidy(reason or "")
    before = _before(line, why)
    expect_others(before, lead.id, also_commit, mode.beacon is not None)
    mode = closed_pools.as_before(before, mode)
    supervisor = bureaus.bureau(supervisor_id) if supervisor_id else supervisor_of(lead)
    holders = closed_pools.holders_of(mode, lead, supervisor, [party.tenant_id for party in parties])
    draw = Draw(
        id=new_id(),
        tenant_id=lead.id,
        campaign_id=campaign_id,
        about=list(about),
        line=line,
        seq=before.seq + 1 if before else 1,
        prev=before.proof_digest if before else None,
        number=tidy(number or next_number(lead), "number"),
        title=title,
        reason=why if before else None,
        state=DrawState.FROZEN,
        unit=unit,
        plan_line=plan_line,
        created_at=clock.now(),
        created_by=current_scope().actor_name,
        **columns(mode),
    )
    db.session.add(draw)
    db.session.flush()
    others = [supervisor, *(bureaus.bureau(each) for each in also_commit)]
    _take_part(draw, parties, [lead, *others], holders)
    closed_pools.keep_secret(draw, before)
    _let_commit(draw, lead, others)
    _record(draw)
    return draw


def give_up(draw_id: UUID, reason: str, kept_waiting: Sequence[str] = ()) -> None:
    """End a draw before its plan was published, with the reason; it takes no place in the line.

    The public reads that it was begun and ended, and why. After the plan is out only `void` ends it, and the register
    says so. `kept_waiting` names those for whom a deadline waited in vain.
    """
    draw = draw_locks.own_draw_for_update(draw_id)
    draw_locks.expect(draw, DrawState.FROZEN)
    reason = tidy(reason)
    if not reason:
        raise ClerkError("请写明终止冻结的理由。", fields={"reason": ["请写明理由。"]})
    draw.state, draw.void_reason, draw.ended_at = "void", reason, clock.now()
    draw.kept_waiting = list(kept_waiting)
    db.session.flush()
    audit.record(
        "draws.draw.give_up",
        ("draw", draw.id),
        draw.number,
        after={"reason": draw.void_reason},
        shared_with=takers(draw),
    )
    record_step(
        draw,
        "draw",
        Sentence("%(number)s在公布抽取方案前终止：%(reason)s", number=draw.number, reason=said_end(reason)),
    )
    publish(draw)


def things(draw: Draw) -> list[UUID]:
    """What the steps of a draw are about."""
    return [draw.id, draw.campaign_id, *draw.about]


def takers(draw: Draw) -> list[UUID]:
    """The lead and the parties: what happens to the draw stands in the log of each (R-T6)."""
    parties = sa.select(DrawParty.bureau_id).where(DrawParty.draw_id == draw.id)
    return sorted({draw.tenant_id, *db.session.scalars(parties)})


def record_step(draw: Draw, stage: str, text: str, *, everyone: bool = True) -> None:
    """Leave a step of the draw: for those who take part, and, unless it is theirs alone, for everybody once the plan is out.

    What is changed after a closed draw is for those who take part alone (draw.md, "Proof").
    """
    trace.step(
        stage,
        text,
        things(draw),
        link=f"/draws/{draw.id}",
        shared_with=takers(draw),
        everyone=everyone
        and draw.opened_at is not None
        and not (draw.state == DrawState.DRAWN and (draw.closed or is_untold(draw))),
    )


def next_number(lead: Bureau) -> str:
    """The next number of the lead's draws this year: 示市监抽〔2026〕1号."""
    locks.hold(f"draw numbers {lead.id}")
    head = f"{lead.abbreviation}抽〔{clock.today().year}〕"
    count = sa.select(sa.func.count()).where(Draw.tenant_id == lead.id, Draw.number.startswith(head))
    return f"{head}{(db.session.scalar(count) or 0) + 1}号"


def supervisor_of(lead: Bureau) -> Bureau:
    """The bureau that supervises all of the lead's work, the nearest one. Raises if there is none."""
    grants = sa.select(SupervisionGrant.bureau_id).where(SupervisionGrant.domain == "all")
    overall = set(db.session.scalars(grants))
    found = bureaus.bureaus([each for each in bureaus.supervisors_of(lead.id) if each != lead.id])
    if not found:
        raise ClerkError(
            "没有找到监督%(bureau)s的部门，无法共同抽取。请联系平台运维登记监督关系。", bureau=lead.name
        )
    return min(
        found, key=lambda b: (b.jurisdiction_code != lead.jurisdiction_code, b.id not in overall, b.code)
    )


def _before(line: str, reason: str) -> Draw | None:
    """The line's draw before this one; whoever begins another takes turns here.

    Raises `Conflict` if it is still going on, ClerkError if there is no reason for another.
    """
    locks.hold(f"draws of line {line}")
    query = sa.select(Draw).where(Draw.line == line).order_by(Draw.seq.desc(), Draw.created_at.desc())
    draws = list(db.session.scalars(query))
    for draw in draws:
        if draw.state in GOING_ON:
            raise Conflict("这项任务的抽取%(number)s正在进行，请在原有页面继续办理。", number=draw.number)
    before = next((draw for draw in draws if draw.plan_digest is not None), None)
    if before is not None and not reason:
        raise ClerkError(
            "这项任务已有抽取%(number)s，不能重来。确需再次抽取的，请写明理由，理由会公开并告知监督部门。",
            number=before.number,
            fields={"reason": ["请写明再次抽取的理由。"]},
        )
    return before


def _take_part(
    draw: Draw, parties: Sequence[Party], others: Sequence[Bureau], holders: Sequence[Bureau] = ()
) -> None:
    """A row for every bureau with a list, in the plan's order, then for those who only lead or commit."""
    if not parties:
        raise ClerkError("没有任何部门提供名单，无法抽取。")
    names = {bureau.id: bureau for bureau in bureaus.bureaus([p.tenant_id for p in parties])}
    rows: list[tuple[Bureau, str, str | None]] = [
        (names[p.tenant_id], p.bureau_code, p.list_name) for p in parties
    ]
    rows += [
        (bureau, bureau.code, None) for bureau in dict.fromkeys([*others, *holders]) if bureau.id not in names
    ]
    for position, (bureau, code, list_name) in enumerate(rows):
        db.session.add(
            DrawParty(
                tenant_id=draw.tenant_id,
                draw_id=draw.id,
                bureau_id=bureau.id,
                bureau_code=code,
                bureau_name=bureau.name,
                list_name=list_name,
                position=position,
                holds=bureau in holders,
            )
        )
    db.session.flush()


def _let_commit(draw: Draw, lead: Bureau, others: Sequence[Bureau]) -> None:
    system = f"{name_of(lead)}运行平台"
    rows = [
        (system, lead.id, "system"),
        *((name_of(b), b.id, "browser") for b in dict.fromkeys(others)),
    ]
    for position, (name, bureau_id, keeper) in enumerate(rows):
        db.session.add(
            Committer(
                tenant_id=draw.tenant_id,
                draw_id=draw.id,
                position=position,
                name=name,
                bureau_id=bureau_id,
                keeper=keeper,
            )
        )
    db.session.flush()
    nonce = secrets.token_bytes(32)
    digest = rules.commit(draw.hash, draw.line, draw.seq, draw.number, system, nonce)
    row_id = new_id()
    sealed = NONCE.seal(row_id, nonce.hex())
    db.session.add(SealedNonce(id=row_id, tenant_id=draw.tenant_id, draw_id=draw.id, sealed=sealed))
    db.session.add(
        Commitment(
            tenant_id=draw.tenant_id,
            draw_id=draw.id,
            name=system,
            digest=digest.hex(),
            made_at=clock.now(),
            made_by="系统",
            account_for=current_scope().acting_for,
        )
    )
    db.session.flush()


def _record(draw: Draw) -> None:
    audit.record(
        "draws.draw.create",
        ("draw", draw.id),
        draw.number,
        after={"line": draw.line, "seq": draw.seq, "reason": draw.reason, "closed": draw.closed},
        shared_with=takers(draw),
    )
    text = Sentence("建立抽取%(number)s（%(title)s）", number=draw.number, title=draw.title)
    if draw.reason:
        text = Sentence(
            "%(text)s，系第%(seq)s次抽取，理由：%(reason)s", text=text, seq=draw.seq, reason=draw.reason
        )
    record_step(draw, "draw", text)
