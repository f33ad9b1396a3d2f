"""The blueprint of this room's pages, and how its states are written."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from onedoor.owed_matters.rules import CAUSE_NAMES, STATE_NAMES, Cause, State
from onedoor.web.shell.pieces import ACTIVE, DONE, STOPPED, WAITING, Label

pages = Blueprint("owed", __name__, url_prefix="/owed")

_TONES = {
    State.OPEN: STOPPED,
    State.CHECKING: ACTIVE,
    State.OFFERED: WAITING,
    State.CHECKED: DONE,
    State.HANDED_OVER: DONE,
    State.WRITTEN_OFF: DONE,
}


def state_labels() -> dict[Any, Label]:
    """Badges of owed matters, in the reader's language."""
    return {state.value: Label(_(name), _TONES[state]) for state, name in STATE_NAMES.items()}


def answer_labels() -> dict[Any, Label]:
    """Badges of what somebody was asked to take."""
    return {
        None: Label(_("待答复"), WAITING),
        True: Label(_("已接手"), DONE),
        False: Label(_("不接手"), STOPPED),
    }


def cause_name(cause: str) -> str:
    """Why it was not checked, in the reader's language."""
    return str(_(CAUSE_NAMES[Cause(cause)]))
