"""Pages of supervision (执法监督): the overview, the lists its figures open, and each thing read-only."""

from onedoor.web.supervision import (
    burden,
    details,
    duties,
    duty_lists,
    followups,
    ledger,
    libraries,
    lists,
    logs,
    outside_causes,
    overview,
    owed_matters,
    plans,
    returns,
    settings,
    trends,
    visits,
)
from onedoor.web.supervision.blueprint import pages

__all__ = [
    "burden",
    "details",
    "duties",
    "duty_lists",
    "followups",
    "ledger",
    "libraries",
    "lists",
    "logs",
    "outside_causes",
    "overview",
    "owed_matters",
    "pages",
    "plans",
    "returns",
    "settings",
    "trends",
    "visits",
]
