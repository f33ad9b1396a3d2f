"""What the oversight lists have in common: their one look across bureaus, filters, and columns of states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.identity import current_user
from onedoor.kernel.clock import today
from onedoor.supervision import queries
from onedoor.supervision.queries import Records
from onedoor.supervision.queries.kinds import NAMES
from onedoor.supervision.queries.trends import month_of
from onedoor.web.shell import ui
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import NextStep, label_of
from onedoor.web.supervision import labels
from onedoor.web.supervision.overview import years
from tenants import queries as tenants
from tenants.rules import Permission

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def respond(records: Records, listing: ListPage, purpose: str, **context: Any) -> Any:
    """A list as one look across bureaus, kept with its purpose; the reader stands in for the session."""
    return look(records.select(), listing, purpose, **context)


def look(query: Any, listing: ListPage, purpose: str, **context: Any) -> Any:
    """The same for any select."""
    with queries.reading(purpose) as reader:
        return listing.respond(
            cast("Session", reader), query, "supervision/list.html", beside=_acts, **context
        )


def _acts() -> dict[str, Any]:
    """What a supervisor does about what the list shows: an order to its bureau, a circular (R-S4)."""
    kind = (request.endpoint or "").rpartition(".")[2]
    if kind not in NAMES or not current_user.may(Permission.OVERSIGHT_ANSWER):
        return {}
    shown = request.args
    year = shown.get("year") if shown.get("year", "").isdigit() else today().year
    cause: dict[str, Any] = {
        "cause_kind": kind,
        "cause_state": shown.get("state") or "all",
        "cause_year": year,
    }
    order = NextStep(_l("督办"), url_for("orders.order_new", bureau=shown.get("bureau"), **cause))
    chosen = NextStep(_l("督办"), blocked=[_l("请先在“单位”里选择一个单位。")])
    return {
        "next": order if shown.get("bureau") else chosen,
        "circular": url_for("orders.circular_new", **cause),
    }


def opens(endpoint: str, argument: str, of: str = "id") -> Any:
    """A column's link to the page of the row's thing."""
    return lambda row: url_for(f"supervision.{endpoint}", **{argument: getattr(row, of)})


def status(key: str, label: Any, labels: Any) -> Column:
    """A column with the badge of a state; `labels` may be a function, in the reader's language."""

    def known() -> Any:
        return labels() if callable(labels) else labels

    return Column(
        key,
        label,
        cell=lambda row: ui.status(getattr(row, key), known()),
        export=lambda row: str(label_of(getattr(row, key), known())),
    )


def filters(records: Records, kind: str) -> list[Filter]:
    """Bureau, state and year: the three the overview's figures set."""
    rows = records.rows

    def _of(column: str, value: str) -> Any:
        codes = [one.code for one in tenants.supervised_bureaus() if getattr(one, column) == value]
        return rows.c.bureau.in_(codes)

    found = [Filter("bureau", _l("单位"), _bureaus, column=rows.c.bureau)] if kind != "repeats" else []
    if kind not in ("repeats", "ledger"):
        found += [
            Filter(
                "place", _l("地区"), _places, apply=lambda q, value: q.where(_of("jurisdiction_code", value))
            ),
            Filter(
                "domain",
                _l("领域"),
                tuple(labels.DOMAINS.items()),
                apply=lambda q, value: q.where(_of("domain", value)),
            ),
        ]
    day = _DAYS.get(kind)
    if day is not None:
        found.append(
            Filter(
                "month",
                _l("月份"),
                _months,
                apply=lambda q, value: q.where(month_of(rows.c[day]) == int(value)),
            )
        )
    if kind in labels.STATES:
        choices = as_choices(labels.STATES[kind])
        found.append(
            Filter("state", _l("情形"), choices, apply=lambda q, value: q.where(records.states[value]))
        )
    if not records.yearly:
        return found
    return [
        *found,
        Filter("year", _l("年度"), _years, apply=lambda q, value: q.where(rows.c.year == int(value))),
    ]


# Of which column the month is that the trend counts by.
_DAYS = {"draws": "ended_at", "visits": "day", "results": "ended_at"}


def _months() -> Sequence[tuple[Any, Any]]:
    return [(month, _("%(month)s月", month=month)) for month in range(1, 13)]


def _places() -> Sequence[tuple[Any, Any]]:
    held = {one.jurisdiction_code for one in tenants.supervised_bureaus()}
    return [(one.code, one.name) for one in tenants.places() if one.code in held]


def _bureaus() -> Sequence[tuple[Any, Any]]:
    return [(bureau.code, bureau.short_name) for bureau in tenants.supervised_bureaus()]


def _years() -> Sequence[tuple[Any, Any]]:
    return [(year, year) for year in years()]
