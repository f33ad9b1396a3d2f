"""What may become of an owed matter (R-J5). Pure."""

from __future__ import annotations

from enum import StrEnum

from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.text.source_strings import N_


class Cause(StrEnum):
    """Why a drawn matter was not checked at its visit."""

    WITHDREW = "withdrew"
    ABSENT = "absent"
    SILENT = "silent"
    TAKEN_OVER = "taken_over"


class State(StrEnum):
    """How an owed matter stands. Open ones wait; checked, handed over and written off ones have ended."""

    OPEN = "open"
    CHECKING = "checking"
    OFFERED = "offered"
    CHECKED = "checked"
    HANDED_OVER = "handed_over"
    WRITTEN_OFF = "written_off"


CAUSE_NAMES: dict[Cause, str] = {
    Cause.WITHDREW: N_("冻结后退出"),
    Cause.ABSENT: N_("不能到场"),
    Cause.SILENT: N_("到期未检查"),
    Cause.TAKEN_OVER: N_("接手其他部门"),
}
STATE_NAMES: dict[State, str] = {
    State.OPEN: N_("待补查"),
    State.CHECKING: N_("补查中"),
    State.OFFERED: N_("待对方答复"),
    State.CHECKED: N_("已补查"),
    State.HANDED_OVER: N_("已移交"),
    State.WRITTEN_OFF: N_("已核销"),
}
ENDED = frozenset({State.CHECKED, State.HANDED_OVER, State.WRITTEN_OFF})
# Not ended: what the lists, the reminders and the demo count as owed.
OWED = frozenset(set(State) - ENDED)


def expect_open(state: str) -> None:
    """Raise unless nothing has been set going with the matter yet."""
    if state == State.OPEN:
        return
    if state == State.CHECKING:
        raise Conflict("这个事项正在补查。要改的，请先取消那次检查。")
    if state == State.OFFERED:
        raise Conflict("这个事项已请其他部门接手，正在等待答复。")
    raise Conflict("这个事项已经办结。")


def given_reason(text: str) -> str:
    """The reason, without which nothing is handed over, declined or written off."""
    if not text.strip():
        raise ClerkError("请写明理由。", fields={"reason": [N_("请写明理由。")]})
    return text.strip()
