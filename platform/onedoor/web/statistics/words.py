"""The words of returns."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.statistics.models import Return
from onedoor.statistics.rules.periods import QUARTERS, ReturnKind
from onedoor.statistics.rules.states import ReturnState
from onedoor.statistics.service.reminders import NAMES
from onedoor.web.shell.pieces import Label

STATES: dict[Any, Label] = {
    ReturnState.DRAFT: Label(_l("草稿")),
    ReturnState.FILED: Label(_l("已报送"), "active"),
    ReturnState.ACCEPTED: Label(_l("已接收"), "done"),
    ReturnState.SENT_BACK: Label(_l("已退回"), "stopped"),
    ReturnState.CORRECTED: Label(_l("已更正"), "neutral"),
}


def kind_name(kind: str) -> str:
    """What people call the form, with its number."""
    name = _(NAMES[ReturnKind(kind)])
    return name if kind == ReturnKind.SELF_REVIEW else _("%(kind)s %(name)s", kind=kind, name=name)


def period_name(year: int, part: str) -> str:
    """The part of a year."""
    if part in QUARTERS:
        return _("%(year)s年第%(quarter)s季度", year=year, quarter=QUARTERS.index(part) + 1)
    if part == "H1":
        return _("%(year)s年上半年", year=year)
    return _("%(year)s年下半年", year=year) if part == "H2" else _("%(year)s年度", year=year)


def return_name(made: Return) -> str:
    """A return in one line."""
    return _("%(name)s（%(period)s）", name=kind_name(made.kind), period=period_name(made.year, made.part))
