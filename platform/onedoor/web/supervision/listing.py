"""What the oversight lists have in common: their one look across bureaus, filters, and columns of states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from flask import url_for
from flask_babel import lazy_gettext as _l

from onedoor.supervision import queries
from onedoor.supervision.queries import Records
from onedoor.web.shell import ui
from onedoor.web.shell.lists import Column, Filter, Listing, as_choices
from onedoor.web.shell.pieces import label_of
from onedoor.web.supervision import words
from onedoor.web.supervision.overview import years
from tenants import queries as tenants

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def respond(records: Records, listing: Listing, purpose: str, **context: Any) -> Any:
    """A list as one look across bureaus, kept with its purpose; the reader stands in for the session."""
    return look(records.select(), listing, purpose, **context)


def look(query: Any, listing: Listing, purpose: str, **context: Any) -> Any:
    """The same for any select."""
    with queries.reading(purpose) as reader:
        return listing.respond(cast("Session", reader), query, "supervision/list.html", **context)


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
    if kind in words.STATES:
        choices = as_choices(words.STATES[kind])
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
