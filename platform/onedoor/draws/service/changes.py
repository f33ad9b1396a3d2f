"""Changes after the draw, each by the draw's own rule and each in the register: another inspector, another object (R-D6)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from onedoor.draws import rules
from onedoor.draws.models import Draw, DrawChange
from onedoor.draws.queries.current_teams import current_state, supervisor_agreed
from onedoor.draws.queries.outcome import Member, changes, is_untold, proof
from onedoor.draws.service import draw_locks, register
from onedoor.draws.service.files import document
from onedoor.draws.service.new_draws import record_step, takers
from onedoor.draws.service.protocol_text import tidy
from onedoor.draws.service.publication import publish
from onedoor.draws.source_strings import OF_A_SUBSTITUTE, said_reason
from onedoor.draws.states import DrawState
from onedoor.kernel import audit, clock
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_

EXHAUSTED = N_(
    "这一层的替补对象已经用完，不能再由替补对象接替，须另行抽取：请牵头部门在同一计划行下再建一个抽查任务"
    "（计划次数已用完的，先修改计划或登记为计划外抽查），重新冻结名单后抽取。"
)


@dataclass(frozen=True)
class Substituted:
    """Who comes for an object, which slots of the list ended there, and who sits in the new ones."""

    comes: str
    ended: list[int]
    team: list[Member]
    unfilled: list[int]


def replace_inspector(draw_id: UUID, object_code: str, slot: int, reason: str) -> DrawChange:
    """Draw the next inspector for a slot whose one must withdraw or cannot come, or that is unfilled.

    In the lead's scope. `draw_change.comes` is who comes in. Raises ClerkError if nobody fits, and for the
    fourth replacement at a slot unless the supervisor agreed to it.
    """
    draw = drawn(draw_id)
    reason = tidy(reason)
    if not reason:
        raise ClerkError("更换检查人员请写明理由。", fields={"reason": ["请写明理由。"]})
    now = _Now(draw)
    seat = now.seat(object_code, slot)
    if seat.times >= rules.REPLACEMENTS_ALONE and not supervisor_agreed(
        draw_id, object_code, slot, seat.times + 1
    ):
        raise ClerkError("这个名额已更换%(times)s次，再次更换须先报监督部门同意。", times=seat.times)
    comes = now.next_inspector(object_code, slot)
    if comes is None:
        raise ClerkError(
            "没有其他符合条件且有余力的检查人员可以接替：人员和名额上限以抽取时的名册为准，现在调整也不起作用。"
            "原来有人的，改期由其检查；否则请申请改由替补对象。"
        )
    change = now.seat_anew(object_code, slot, comes, reason)
    publish(draw)
    return change


def substitute(draw_id: UUID, list_name: str, object_code: str, reason: str) -> Substituted:
    """The next of its stratum's reserve comes for an object that cannot be visited for a list (draw.md).

    In the lead's scope, once the list's bureau has decided so. The slots that the list has at the object end, its slots
    at the one that comes are filled by the draw's key; one for which nobody is to be had stays empty. Raises `Conflict`
    for an object the list does not have drawn now, and where the reserve is exhausted.
    """
    draw, reason = drawn(draw_id), tidy(reason)
    now = _Now(draw)
    ended = now.standing.places(list_name, object_code)
    comes = now.next_object(list_name, object_code)
    team, unfilled = [], []
    now.log("substitute", list_name, object_code, None, object_code, comes, reason)
    for slot in now.standing.places(list_name, comes):
        inspector = now.next_inspector(comes, slot)
        if inspector is None:
            unfilled.append(slot)
            continue
        need = now.seat(comes, slot).need
        now.seat_anew(comes, slot, inspector, OF_A_SUBSTITUTE)
        team.append(Member(slot, need.bureau, inspector, need.lead))
    publish(draw)
    return Substituted(comes, ended, team, unfilled)


def drawn(draw_id: UUID) -> Draw:
    """The lead's own draw, held, if it has a result."""
    draw = draw_locks.own_draw_for_update(draw_id)
    if draw.state != DrawState.DRAWN:
        raise NotFound("这次抽取没有可以更换人员的检查组。")
    return draw


class _Now:
    """A draw as it stands, and the next change to it."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.proof = proof(draw.id)
        self.standing = current_state(draw.id)
        self.n = len(changes(draw.id))
        self._roster: rules.Roster | None = None

    def seat(self, object_code: str, slot: int) -> rules.Seat:
        found = self.standing.seat(object_code, slot)
        if found is None:
            raise NotFound("没有找到这个检查组名额。")
        return found

    def next_object(self, list_name: str, object_code: str) -> str:
        stratum = self.standing.stratum(list_name, object_code)
        if stratum is None:
            raise Conflict("这个对象现在不在该部门抽中的名单里，不能改由替补对象。")
        left = self.standing.reserve(list_name, stratum)
        if not left:
            raise Conflict(EXHAUSTED)
        return left[0]

    def next_inspector(self, object_code: str, slot: int) -> str | None:
        """Who the draw's rule places here next; None if nobody fits and has room."""
        if self._roster is None:
            self._roster = rules.parse_roster(document(self.draw.id, "roster") or b"")
        seat = self.seat(object_code, slot)
        return rules.replacement(
            self.proof["plan"],
            bytes.fromhex(self.proof["seed"] or ""),
            self._roster,
            self.standing.seats,
            object_code,
            slot,
            seat.need,
            k=seat.times + 1,
            gone=seat.gone | ({seat.inspector} if seat.inspector else set()),
        ).inspector

    def seat_anew(self, object_code: str, slot: int, comes: str, reason: str) -> DrawChange:
        seat = self.seat(object_code, slot)
        kind: Literal["replace", "fill"] = "replace" if seat.inspector else "fill"
        return self.log(kind, seat.list_name, object_code, slot, seat.inspector, comes, reason)

    def log(
        self,
        kind: Literal["substitute", "replace", "fill"],
        list_name: str,
        object_code: str,
        slot: int | None,
        out: str | None,
        comes: str,
        reason: str,
    ) -> DrawChange:
        """Register a change, keep it, and tell those who take part."""
        self.n += 1
        # The register shows the digest at once: of a surprise or a closed draw, whoever tries all firms and officers must
        # not find it.
        unguessable = f"（{secrets.token_hex(16)}）" if self.draw.closed or is_untold(self.draw) else ""
        log = rules.make_log(
            bytes.fromhex(self.draw.proof_digest or ""),
            self.n,
            kind,
            list_name=list_name,
            object_=object_code,
            slot=slot,
            out=out,
            into=comes,
            reason=reason + unguessable,
        )
        digest = rules.log_digest(self.draw.hash, log)
        change = DrawChange(
            tenant_id=self.draw.tenant_id,
            draw_id=self.draw.id,
            n=self.n,
            kind=kind,
            object_code=object_code,
            slot=slot,
            leaves=out,
            comes=comes,
            reason=reason,
            content=rules.canonical(log),
            digest=digest.hex(),
            at=clock.now(),
            made_by=current_scope().actor_name,
        )
        db.session.add(change)
        entry = register.append(self.draw.id, "log", digest)
        db.session.flush()
        self.standing.apply(log)
        _tell(self.draw, change, entry["n"])
        return change


def _tell(draw: Draw, change: DrawChange, n: int) -> None:
    """The change in the audit of all who take part, the supervisor among them, and on the draw's trace."""
    if change.kind == "substitute":
        event, stage = "draws.object.substitute", "draw"
        text = Sentence(
            "%(code)s无法检查，由替补对象%(comes)s接替：%(reason)s，登记簿第%(n)s条",
            code=change.object_code,
            comes=change.comes,
            reason=said_reason(change.reason),
            n=n,
        )
    else:
        event, stage = "draws.team.replace", "team"
        text = Sentence(
            "%(code)s更换检查人员：%(reason)s，登记簿第%(n)s条",
            code=change.object_code,
            reason=said_reason(change.reason),
            n=n,
        )
    audit.record(
        event,
        ("draw", draw.id),
        draw.number,
        after={"out": change.leaves, "in": change.comes},
        shared_with=takers(draw),
    )
    record_step(draw, stage, text)
