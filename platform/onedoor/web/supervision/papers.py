"""What a plan or a return that is owed is called, in the reader's language."""

from __future__ import annotations

from flask_babel import gettext as _

from onedoor.plans.rules.states import PlanKind
from onedoor.web.plans.labels import KINDS as PLANS
from onedoor.web.statistics.words import kind_name, period_name


def form_name(form: str, year: int) -> str:
    """From the key in `duty_records`: 2026年度检查计划, F4 …（2026年第1季度）."""
    what, _dash, rest = form.partition("-")
    if what == "plan":
        return _("%(year)s年%(plan)s", year=year, plan=PLANS[PlanKind(rest)])
    kind, _dash, part = rest.partition("-")
    return _("%(name)s（%(period)s）", name=kind_name(kind), period=period_name(year, part))
