"""The words of orders, circulars and assessments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.supervision.queries.causes import NAMES, Cause
from onedoor.supervision.rules import OrderKind, OrderState
from onedoor.web.shell.pieces import Label
from onedoor.web.supervision import labels as oversight

ORDER_KINDS = {OrderKind.REMINDER: _l("提醒"), OrderKind.ORDER: _l("督办")}
ORDER_STATES = {
    OrderState.SENT: Label(_l("待答复"), "waiting"),
    OrderState.ANSWERED: Label(_l("已答复，待核查"), "active"),
    OrderState.ENDED: Label(_l("已办结"), "done"),
}
ORDER_FILTERS: dict[Any, Any] = {**ORDER_STATES, "overdue": _l("逾期未答复")}
RECORD_KINDS: Mapping[str, Any] = {
    "filings": _l("备案"),
    "campaigns": _l("抽查任务"),
    "draws": _l("抽取"),
    "visits": _l("检查"),
    "results": _l("检查结果"),
}
# Where a record opens: for the supervisor, and for the bureau that it is of.
_OVERSIGHT = {
    "filings": ("supervision.filing", "filing_id"),
    "campaigns": ("supervision.campaign", "campaign_id"),
    "draws": ("supervision.draw", "draw_id"),
    "visits": ("supervision.visit", "visit_id"),
    "results": ("supervision.record", "record_id"),
}
_OWN = {
    "filings": ("filing.filing", "filing_id"),
    "campaigns": ("campaigns.campaign", "campaign_id"),
    "draws": ("draws.draw", "draw_id"),
    "visits": ("visits.visit", "visit_id"),
    "results": ("visits.record", "record_id"),
}


def cells() -> list[tuple[str, Any]]:
    """Every cell of the overview as a choice: "kind.state" and its words."""
    found: list[tuple[str, Any]] = []
    for kind in NAMES:
        states = {"all": _("全部"), **oversight.STATES.get(kind, {})}
        found += [
            (f"{kind}.{state}", _("%(kind)s：%(state)s", kind=RECORD_KINDS[kind], state=name))
            for state, name in states.items()
        ]
    return found


def cell_name(key: str) -> str:
    """The words of a cell by its key."""
    return str(dict(cells()).get(key, key))


def cause_name(cause: Cause | Mapping[str, Any] | None) -> str:
    """What an order was opened from, in words."""
    if cause is None:
        return ""
    kind, state, year = (
        (cause.kind, cause.state, cause.year)
        if isinstance(cause, Cause)
        else (cause["kind"], cause["state"], cause["year"])
    )
    return _("%(year)s年度，%(cell)s", year=year, cell=cell_name(f"{kind}.{state}"))


def links(records: Sequence[Mapping[str, str]], own: bool) -> list[tuple[str, str, str]]:
    """(kind in words, name, address) of attached records, as this reader opens them."""
    found = []
    for one in records:
        endpoint, argument = (_OWN if own else _OVERSIGHT)[one["kind"]]
        values: dict[str, Any] = {argument: UUID(one["id"])}
        address = url_for(endpoint, **values)
        found.append((str(RECORD_KINDS[one["kind"]]), one["name"], address))
    return found
