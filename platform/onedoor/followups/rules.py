"""The ways of what follows a finding: states, days and what has to be there (R-V7); pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.text.source_strings import N_


class Mode(StrEnum):
    """Why something is passed on."""

    TRANSFER = "transfer"
    INFORM = "inform"
    UNIT = "unit"
    DAILY = "daily"
    ABNORMAL = "abnormal"
    DESIGNATE = "designate"


MODE_NAMES: dict[Mode, str] = {
    Mode.TRANSFER: N_("移送办理"),
    Mode.INFORM: N_("抄告"),
    Mode.UNIT: N_("交其他科室办理"),
    Mode.DAILY: N_("反馈日常监管"),
    Mode.ABNORMAL: N_("决定是否列入经营异常名录"),
    Mode.DESIGNATE: N_("报请指定管辖"),
}


class Answer(StrEnum):
    """What a receiver says, step by step."""

    ACCEPT = "accept"
    DECLINE = "decline"
    RECEIPT = "receipt"
    ANSWER = "answer"
    EXIT = "exit"


class TransferState(StrEnum):
    """Where something passed on stands; it follows from the receiver's last word."""

    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ANSWERED = "answered"


TRANSFER_NAMES: dict[TransferState, str] = {
    TransferState.SENT: N_("待接收"),
    TransferState.ACCEPTED: N_("已接收，办理中"),
    TransferState.DECLINED: N_("已退回"),
    TransferState.ANSWERED: N_("已答复"),
}
_AFTER = {
    Answer.ACCEPT.value: TransferState.ACCEPTED,
    Answer.DECLINE.value: TransferState.DECLINED,
    Answer.RECEIPT.value: TransferState.ANSWERED,
    Answer.ANSWER.value: TransferState.ANSWERED,
    Answer.EXIT.value: TransferState.ANSWERED,
}
# Declined so often, and the government designates who takes it (指定管辖).
DECLINES = 2


def transfer_state(last: str | None) -> TransferState:
    """From the receiver's last word (None: none yet)."""
    return _AFTER[last] if last else TransferState.SENT


def may_answer(mode: str, last: str | None, designated: bool) -> frozenset[Answer]:
    """What the receiver can say next; whom the government designated cannot decline."""
    if last is None:
        if mode == Mode.INFORM:
            return frozenset({Answer.RECEIPT})
        if mode in (Mode.TRANSFER, Mode.UNIT):
            return frozenset({Answer.ACCEPT} if designated else {Answer.ACCEPT, Answer.DECLINE})
        return frozenset({Answer.ANSWER})
    if last == Answer.ACCEPT:
        return frozenset({Answer.ANSWER})
    if mode == Mode.ABNORMAL and last == Answer.ANSWER:
        return frozenset({Answer.EXIT})
    return frozenset()


class RecheckResult(StrEnum):
    """What a re-check saw."""

    CORRECTED = "corrected"
    NOT_CORRECTED = "not_corrected"


class RecheckNext(StrEnum):
    """What becomes of an order to correct after the re-check."""

    ENDED = "ended"
    PROLONGED = "prolonged"
    CASE = "case"


RECHECK_NAMES = {
    RecheckNext.ENDED: N_("已改正，办结"),
    RecheckNext.PROLONGED: N_("未改正，延长改正期限"),
    RecheckNext.CASE: N_("未改正，转立案"),
}


class Party(StrEnum):
    """Whom a penalty is against, as 双公示 counts them (CF_XDR_LB)."""

    LEGAL = "legal"
    SOLE = "sole"
    NATURAL = "natural"


PARTY_NAMES = {
    Party.LEGAL: N_("法人及非法人组织"),
    Party.SOLE: N_("个体工商户"),
    Party.NATURAL: N_("自然人"),
}


class Sanction(StrEnum):
    """Kinds of penalty (CF_CFLB)."""

    WARNING = "warning"
    CRITICISM = "criticism"
    FINE = "fine"
    CONFISCATION = "confiscation"
    SUSPENSION = "suspension"
    REVOCATION = "revocation"
    CLOSURE = "closure"
    OTHER = "other"


SANCTION_NAMES = {
    Sanction.WARNING: N_("警告"),
    Sanction.CRITICISM: N_("通报批评"),
    Sanction.FINE: N_("罚款"),
    Sanction.CONFISCATION: N_("没收违法所得、没收非法财物"),
    Sanction.SUSPENSION: N_("暂扣许可证件"),
    Sanction.REVOCATION: N_("吊销许可证件"),
    Sanction.CLOSURE: N_("责令停产停业"),
    Sanction.OTHER: N_("法律、行政法规规定的其他行政处罚"),
}


class Ground(StrEnum):
    """On what something goes to the police: its finding, or the head's decision."""

    FINDING = "finding"
    HEAD = "head"


GROUND_NAMES = {Ground.FINDING: N_("检查发现"), Ground.HEAD: N_("负责人决定")}


class PoliceAnswer(StrEnum):
    """What the police answered."""

    FILED = "filed"
    DECLINED = "declined"
    RETURNED = "returned"


POLICE_NAMES = {
    PoliceAnswer.FILED: N_("立案"),
    PoliceAnswer.DECLINED: N_("不予立案"),
    PoliceAnswer.RETURNED: N_("退回补充材料"),
}


class RemedyKind(StrEnum):
    """How a penalty is contested."""

    REVIEW = "review"
    COURT = "court"


REMEDY_NAMES = {RemedyKind.REVIEW: N_("行政复议"), RemedyKind.COURT: N_("行政诉讼")}


def check_coming(field: str, day: date | None, today: date) -> date:
    """A day that a firm is given; raises for none and for one that has passed."""
    if day is None or day < today:
        text = N_("期限须是今天或以后的日期。")
        raise ClerkError(text, fields={field: [text]})
    return day


def check_past(field: str, day: date | None, today: date, since: date | None = None) -> date:
    """A day on which something happened; raises for none, for one to come, and for one before `since`."""
    if day is None or day > today:
        text = N_("请填写今天或以前的日期。")
        raise ClerkError(text, fields={field: [text]})
    if since is not None and day < since:
        text = N_("日期早于前一步的日期，请核对。")
        raise ClerkError(text, fields={field: [text]})
    return day


_NEEDED = {
    "party_name": N_("请填写当事人名称。"),
    "number": N_("请填写行政处罚决定书文号。"),
    "facts": N_("请填写违法事实。"),
    "reason": N_("请填写违法行为类型。"),
    "basis": N_("请填写处罚依据。"),
    "content": N_("请填写处罚内容。"),
    "authority": N_("请填写处罚机关。"),
    "authority_code": N_("请填写处罚机关的统一社会信用代码。"),
    "source": N_("请填写数据来源单位。"),
    "source_code": N_("请填写数据来源单位的统一社会信用代码。"),
}


def penalty_problems(given: Mapping[str, object], sanctions: Collection[str]) -> dict[str, list[str]]:
    """What a penalty decision still lacks (forms.md, 双公示), by field."""
    found = {name: [text] for name, text in _NEEDED.items() if not str(given.get(name) or "").strip()}
    if given.get("party_kind") != Party.NATURAL.value and not str(given.get("party_code") or "").strip():
        found["party_code"] = [N_("请填写当事人的统一社会信用代码。")]
    if not sanctions:
        found["sanctions"] = [N_("请选择处罚类别。")]
    fine = given.get("fine")
    if Sanction.FINE.value in sanctions and not (isinstance(fine, Decimal) and fine > 0):
        found["fine"] = [N_("处罚类别有罚款，请填写罚款金额（万元）。")]
    return found
