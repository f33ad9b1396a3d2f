"""What the made-up findings set off, followed to its end: orders to correct, a case, transfers, the police, a list (R-V7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.commands.demo.agenda import Agenda
from onedoor.commands.demo.cast import Cast
from onedoor.commands.demo.story import working_days_later
from onedoor.followups import queries, service
from onedoor.followups.models import CorrectionOrder, PoliceTransfer, Transfer
from onedoor.followups.rules import Mode
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.visits import queries as visits
from onedoor.visits.models import Followup
from onedoor.visits.rules.results import Handling
from onedoor.visits.rules.states import FollowupState
from tenants import approvals
from tenants.models import Unit

# Working days until a firm shows that it has corrected: within the days it is given, and after.
IN_TIME, LATE = 8, 16
# Whose findings go every way, who declines what is not its own, and who takes it.
FIRST, DECLINES, TAKES = "SCJG", "MZJ", "XFJY"


@dataclass(frozen=True)
class Followed:
    """How far the findings are: ended, open, overdue; how many were passed on; penalties."""

    followups: dict[str, int]
    transfers: int
    penalties: int


def follow(cast: Cast) -> Followed:
    """Every order to correct is given, most end; market regulation's findings go every other way too.

    In a story the orders were given as the findings came (`Corrections`).
    """
    for letters in cast.bureaus if cast.story is None else ():
        for number, followup_id in enumerate(_open(cast, letters)):
            _order(cast, letters, followup_id)
            if number % 2 == 0:
                _recheck(cast, letters, followup_id)
    cast.settle()
    decide_on_listing(cast)
    record_id = _a_record(cast)
    if record_id is not None:
        _go_every_way(cast, record_id)
    cast.settle()
    return count(cast)


def count(cast: Cast) -> Followed:
    """The figures over all bureaus."""
    states = {"ended": 0, "open": 0, "overdue": 0}
    transfers = penalties = 0
    for letters in cast.bureaus:
        with cast.acting(f"{letters.lower()}.officer") as person:
            for state, number in queries.counts().items():
                states[state] += number
            passed = sa.select(Transfer.id).where(
                Transfer.tenant_id == person.tenant_id,
                Transfer.mode.in_(
                    [Mode.TRANSFER.value, Mode.INFORM.value, Mode.UNIT.value, Mode.DAILY.value]
                ),
            )
            police = sa.select(PoliceTransfer.id).where(PoliceTransfer.sent_on.is_not(None))
            transfers += _count(passed) + _count(police)
            penalties += _count(queries.penalties())
    return Followed(states, transfers, penalties)


class Corrections:
    """Orders to correct as the findings come: most are followed in time, one in five late, one in five not at all."""

    def __init__(self, cast: Cast, agenda: Agenda) -> None:
        self._cast, self._agenda, self._count = cast, agenda, 0

    def order(self, letters: str) -> None:
        """Order what this bureau has found since."""
        for followup_id in _open(self._cast, letters):
            number, self._count = self._count % 5, self._count + 1
            _order(self._cast, letters, followup_id)
            if number != 4:
                day = working_days_later(today(), LATE if number == 2 else IN_TIME)
                self._agenda.add(day, partial(_recheck, self._cast, letters, followup_id), 11)


def _order(cast: Cast, letters: str, followup_id: UUID) -> None:
    with cast.acting(f"{letters.lower()}.officer"):
        due = today() + timedelta(days=15)
        service.order_correction(followup_id, "按检查表指出的问题逐项改正\n改正后提交照片", due)
        service.note_receipt(followup_id, today(), "店长")


def _recheck(cast: Cast, letters: str, followup_id: UUID) -> None:
    with cast.acting(f"{letters.lower()}.officer"):
        given = {"received_on": today(), "brought_by": "店长", "text": "已逐项改正，附照片"}
        service.add_proof(followup_id, given, ("改正情况.txt", "text/plain", "已改正".encode()))
        seen = {"result": "corrected", "seen": "核对材料，问题已改正", "next": "ended"}
        service.recheck(followup_id, seen)


def decide_on_listing(cast: Cast) -> None:
    """Market regulation decides on whom nobody found."""
    cast.settle()
    with cast.acting(f"{FIRST.lower()}.officer"):
        waiting = [
            row.Transfer.id
            for row in db.session.execute(queries.inbox())
            if row.Transfer.mode == Mode.ABNORMAL and row.last is None
        ]
        for transfer_id in waiting:
            answer = {"kind": "answer", "text": "经核实，通过登记的住所无法联系", "listed": "yes"}
            service.answer_transfer(transfer_id, {**answer, "decided_on": today()})


def _go_every_way(cast: Cast, record_id: UUID) -> None:
    _penalise(cast, _more(cast, record_id, Handling.CASE))
    _pass_on(cast, _more(cast, record_id, Handling.TRANSFER))
    _to_a_unit(cast, _more(cast, record_id, Handling.STOP))
    _to_the_police(cast, _more(cast, record_id, Handling.POLICE))


def _more(cast: Cast, record_id: UUID, kind: Handling) -> UUID:
    with cast.acting(f"{FIRST.lower()}.officer"):
        given = {"kind": kind.value, "due_on": None, "note": "演示用的处置"}
        return service.open_more(record_id, given).id


def _penalise(cast: Cast, followup_id: UUID) -> None:
    with cast.acting(f"{FIRST.lower()}.officer"):
        case = {"number": f"示市监案〔{today().year}〕1号", "opened_on": today(), "cause": "未按规定公示信息"}
        service.open_case(followup_id, case)
    cast.later(10)
    with cast.acting(f"{FIRST.lower()}.officer"):
        given: dict[str, Any] = {
            **service.suggested_penalty(followup_id),
            "representative": "",
            "number": f"示市监罚〔{today().year}〕1号",
            "facts": "未按规定公示信息，责令后仍未公示",
            "basis": "《企业信息公示暂行条例》第十七条",
            "sanctions": ["warning", "fine"],
            "content": "警告，罚款一万元",
            "fine": Decimal(1),
            "confiscated": None,
            "licence": "",
            "decided_on": today(),
            "valid_until": None,
            "public_until": None,
            "remark": "",
        }
        given["authority_code"] = given["source_code"] = given["authority_code"] or "11990100000000001X"
        service.decide_penalty(followup_id, given)
    cast.later(3)
    with cast.acting(f"{FIRST.lower()}.officer"):
        service.note_paid(followup_id, today())
        end = {"conclusion": "penalised", "ended_on": today(), "outcome": "罚款已缴清"}
        service.end_case(followup_id, end)


def _pass_on(cast: Cast, followup_id: UUID) -> None:
    """One declines it, the second ends it."""
    given = {"mode": Mode.TRANSFER.value, "facts": "检查时发现消防通道堆放货物", "reason": "不属本局职责"}
    for letters in (DECLINES, TAKES):
        with cast.acting(f"{FIRST.lower()}.officer"):
            sent = service.pass_on(followup_id, {**given, "receiver_id": cast.bureaus[letters]}).id
        cast.settle()
        cast.later(2)
        with cast.acting(f"{letters.lower()}.officer"):
            if letters == DECLINES:
                service.answer_transfer(sent, {"kind": "decline", "text": "不属民政部门职责"})
            else:
                service.answer_transfer(sent, {"kind": "accept"})
        if letters == TAKES:
            cast.later(6)
            with cast.acting(f"{letters.lower()}.officer"):
                service.answer_transfer(sent, {"kind": "answer", "text": "已责令清理，现场核实通道畅通"})
        cast.settle()


def _to_a_unit(cast: Cast, followup_id: UUID) -> None:
    with cast.acting(f"{FIRST.lower()}.officer"):
        unit = db.session.scalar(sa.select(Unit.id).order_by(Unit.name).limit(1))
        if unit is None:
            return
        given = {"mode": Mode.DAILY.value, "unit_id": unit, "facts": "已停止经营，纳入日常监管"}
        sent = service.pass_on(followup_id, given)
        service.answer_transfer(sent.id, {"kind": "answer", "text": "已纳入日常监管对象"})


def _to_the_police(cast: Cast, followup_id: UUID) -> None:
    """It goes out and waits for the police, so that the demo shows one under way."""
    with cast.acting(f"{FIRST.lower()}.officer"):
        given = {
            "ground": "head",
            "finding": "涉嫌伪造许可证件",
            "crime": "伪造国家机关证件罪",
            "police": "示范市公安局",
        }
        police_id = service.prepare(followup_id, given).id
    cast.later(1)
    with cast.acting(f"{FIRST.lower()}.head") as person:
        asked = approvals.waiting_for("police", police_id)
        assert asked is not None
        service.decide_police(asked, True, "", person.permissions)
    with cast.acting(f"{FIRST.lower()}.officer"):
        sent = {"number": f"LX{today().year}0001", "sent_on": today(), "copied_on": today()}
        service.send_police(followup_id, {**sent, "copied_to": "示范市人民检察院"})


def _open(cast: Cast, letters: str) -> list[UUID]:
    """Findings to correct that no order was given for."""
    with cast.acting(f"{letters.lower()}.officer") as person:
        query = sa.select(Followup.id).where(
            Followup.tenant_id == person.tenant_id,
            Followup.kind == Handling.CORRECT.value,
            Followup.state == FollowupState.OPEN,
            ~sa.exists().where(CorrectionOrder.followup_id == Followup.id),
        )
        return list(db.session.scalars(query.order_by(Followup.created_at, Followup.id)))


def _a_record(cast: Cast) -> UUID | None:
    with cast.acting(f"{FIRST.lower()}.officer"):
        return next((one.id for one in visits.accepted_records() if "corrected" in one.results), None)


def _count(query: sa.Select[Any]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
