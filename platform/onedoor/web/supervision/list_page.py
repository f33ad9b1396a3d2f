"""What the oversight lists have in common: their one look across bureaus, filters, and columns of states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from flask import request, url_for
from flask_babel import lazy_gettext as _l

from onedoor.edge.identity import current_user
from onedoor.kernel.clock import today
from onedoor.supervision import queries
from onedoor.supervision.queries import Records
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
    if kind not in queries.causes.NAMES or not current_user.may(Permission.OVERSIGHT_ANSWER):
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
    found = [Filter("bureau", _l("单位"), _bureaus, column=rows.c.bureau)] if kind != "repeats" else []
    if kind in labels.STATES:
        choices = as_choices(labels.STATES[kind])
        found.append(
            Filter("state", _l("情形"), choices, apply=lambda q, value: q.where(records.states[value]))
        )
    return [
        *found,
        Filter("year", _l("年度"), _years, apply=lambda q, value: q.where(rows.c.year == int(value))),
    ]


def _bureaus() -> Sequence[tuple[Any, Any]]:
    return [(bureau.code, bureau.short_name) for bureau in tenants.supervised_bureaus()]


def _years() -> Sequence[tuple[Any, Any]]:
    return [(year, year) for year in years()]
