"""The blueprint of this room's pages, and how its states are written."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.followups.rules import TRANSFER_NAMES, TransferState, transfer_state
from onedoor.kernel.clock import today
from onedoor.visits.rules.conclusions import CONCLUSION_NAMES, Conclusion
from onedoor.visits.rules.states import FollowupState
from onedoor.web.shell.pieces import ACTIVE, DONE, STOPPED, WAITING, Label

pages = Blueprint("followups", __name__, url_prefix="/followups")

STATES = {"open": Label(_l("办理中"), ACTIVE), "done": Label(_l("已办结"), DONE)}
_TONES = {
    TransferState.SENT: WAITING,
    TransferState.ACCEPTED: ACTIVE,
    TransferState.DECLINED: STOPPED,
    TransferState.ANSWERED: DONE,
}


def transfer_labels() -> dict[Any, Label]:
    """Badges of what was passed on, in the reader's language."""
    return {state.value: Label(_(name), _TONES[state]) for state, name in TRANSFER_NAMES.items()}


def transfer_now(last: str | None) -> str:
    """The state that follows from the receiver's last word."""
    return transfer_state(last).value


def holder_name(row: Any) -> str:
    """Who has it now: a unit or the bureau itself, the receiver, the police; nobody once it ended."""
    if row.holder == "receiver":
        return str(row.to_unit_name or row.receiver_name)
    if row.holder == "police":
        return str(_("公安机关"))
    return str(row.unit_name or row.bureau_name) if row.holder else ""


def is_overdue(row: Any) -> bool:
    """Whether the day of the next step has passed."""
    return row.state == FollowupState.OPEN and row.due is not None and row.due < today()


def conclusion_name(code: str | None) -> str:
    """How it ended, in the reader's language."""
    return str(_(CONCLUSION_NAMES[Conclusion(code)])) if code else ""
