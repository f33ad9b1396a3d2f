"""The blueprint of this room's pages, and how its states are written."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from onedoor.edge.language import word_list
from onedoor.entities.rules.codes import STATUS_NAMES
from onedoor.kernel.clock import today
from onedoor.kernel.workdays import CalendarUnknown
from onedoor.visits import queries
from onedoor.visits.rules.kinds import KIND_NAMES, SOURCE_NAMES, Kind
from onedoor.visits.rules.results import HANDLING_NAMES, RESULT_NAMES, Handling, Result
from onedoor.visits.rules.states import RECORD_NAMES, VISIT_NAMES, RecordState, VisitState
from onedoor.web.shell import ui
from onedoor.web.shell.pieces import ACTIVE, DONE, NEUTRAL, STOPPED, WAITING, Label

pages = Blueprint("visits", __name__, url_prefix="/visits")

_TONES = {
    VisitState.WAITING: STOPPED,
    VisitState.PROPOSED: NEUTRAL,
    VisitState.SUBMITTED: WAITING,
    VisitState.PENDING: STOPPED,
    VisitState.APPROVED: ACTIVE,
    VisitState.NOTICED: ACTIVE,
    VisitState.CANCELLED: STOPPED,
    VisitState.POSTPONED: WAITING,
    VisitState.BEGUN: ACTIVE,
    VisitState.RECORDED: ACTIVE,
    VisitState.REPORTED: DONE,
    VisitState.CLOSED: DONE,
    VisitState.REFUSED: STOPPED,
    VisitState.NOT_FOUND: STOPPED,
}
_RECORD_TONES = {
    RecordState.EMPTY: NEUTRAL,
    RecordState.DRAFT: NEUTRAL,
    RecordState.SUBMITTED: WAITING,
    RecordState.RETURNED: STOPPED,
    RecordState.ACCEPTED: DONE,
}


def called(row: Any) -> str:
    """The name of a visit's object in a list, as `Visit.called` says it."""
    return f"{row.entity_name}（{row.place_number}）" if row.place_number else row.entity_name


def visit_labels() -> dict[Any, Label]:
    """Badges of visits, in the reader's language."""
    return {state.value: Label(_(name), _TONES[state]) for state, name in VISIT_NAMES.items()}


def kind_labels() -> dict[Any, Label]:
    """Badges of kinds of check; those that were not drawn say so (R-V9)."""
    return {
        kind.value: Label(_(name) if kind is Kind.RANDOM else _("%(kind)s，非抽取", kind=_(name)), NEUTRAL)
        for kind, name in KIND_NAMES.items()
    }


def source_names() -> dict[str, str]:
    """Where checks come from, in the reader's language."""
    return {source.value: str(_(name)) for source, name in SOURCE_NAMES.items()}


def entity_states() -> dict[str, str]:
    """Where an object stands by the shared register, in the reader's language."""
    return {state: str(_(name)) for state, name in STATUS_NAMES.items()}


def record_labels() -> dict[Any, Label]:
    """Badges of records, in the reader's language."""
    return {state.value: Label(_(name), _RECORD_TONES[state]) for state, name in RECORD_NAMES.items()}


def result_names(codes: list[str]) -> str:
    """Results of an item or object, in one line and in the reader's language."""
    return word_list(_(RESULT_NAMES[result]) for result in Result if result.value in codes)


def handling_name(kind: str | None) -> str:
    """What follows, in the reader's language."""
    return str(_(HANDLING_NAMES[Handling(kind)])) if kind else ""


def deadline(due_on: date | None, done: bool = False) -> Any:
    """A due date with the working days left or past; a year without a calendar is said (R-S3)."""
    if due_on is None:
        return _("该年度放假安排尚未录入，暂不能计算期限")
    try:
        return ui.deadline(queries.calendar().deadline(due_on, today()), done=done)
    except CalendarUnknown:
        return ui.deadline(due_on, done=done)
