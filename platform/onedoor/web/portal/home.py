"""The first page and its one search box: firm, code, visit code, draw number."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import redirect, request, url_for
from flask_babel import gettext as _

from onedoor.disclosure import queries
from onedoor.disclosure.models import Disclosure
from onedoor.edge.guard import public
from onedoor.kernel.codes import read_entity_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.visits.rules import codes
from onedoor.web.portal import labels, public_records
from onedoor.web.portal.blueprint import SEARCHES, pages
from onedoor.web.rate_limits import limiter
from onedoor.web.shell import forms, page
from onedoor.web.shell.menu import url_if

NEWEST, FOUND, LONGEST = 5, 20, 100
APART = ("result", "register", "items_former", "rulebook_former")
GROUPS = ("result", "draw", "plan", "items", "inspectors", "targets", "rulebook", "circular")


@pages.get("/")
@public
def home() -> Any:
    """What one comes for, what is new, and how much there is."""
    newest = [*_newest(Disclosure.kind == "result"), *_newest(Disclosure.kind.not_in(APART))]
    return page(
        "portal/home.html",
        figures=queries.figures(),
        newest=sorted(newest, key=lambda row: row.since, reverse=True),
        words=labels,
    )


def _newest(condition: sa.ColumnElement[bool]) -> list[Any]:
    """The newest few: results come in great numbers, so each sort has its own share."""
    query = public_records.faces(None).where(condition)
    return list(
        db.session.execute(query.order_by(Disclosure.since.desc(), Disclosure.id.desc()).limit(NEWEST))
    )


@pages.get("/check")
@public
def check_code() -> Any:
    """A field for the code that officers show."""
    typed = request.args.get("code", "")[:LONGEST]
    code = codes.normal(typed)
    target = url_if("codes.check", code=code) if code else None
    if target:
        return redirect(target)
    form = forms.empty(code=typed)
    if typed:
        form.errors["code"] = [_("检查码是 16 位字母和数字，请核对后重新输入。")]
    return page("portal/check.html", 422 if typed else 200, form=form)


@pages.get("/open/search")
@limiter.limit(SEARCHES)
@public
def search() -> Any:
    """A code leads straight to its page; words find all that is public."""
    typed = request.args.get("q", "").replace("\x00", "").strip()[:LONGEST]
    straight = _straight(typed)
    if straight:
        return redirect(straight)
    groups = [(kind, *_found(kind, typed)) for kind in GROUPS] if typed else []
    items = public_records.all_items(typed)[:FOUND] if typed else []
    groups = [group for group in groups if group[1]]
    return page("portal/search.html", typed=typed, groups=groups, items=items, words=labels, most=FOUND)


def _straight(typed: str) -> str | None:
    """Where a visit code or a credit code leads."""
    code = codes.normal(typed)
    if code is not None and typed.isascii():
        return url_if("codes.check", code=code)
    try:
        return url_for("portal.firm", code=read_entity_code(typed).text)
    except ClerkError:
        return None


def _found(kind: str, typed: str) -> tuple[list[Any], int]:
    """The newest things of a kind that match, and how many match in all."""
    query = public_records.by_words(public_records.faces(kind), typed)
    rows = db.session.execute(
        query.order_by(Disclosure.since.desc(), Disclosure.id.desc()).limit(FOUND + 1)
    ).all()
    return list(rows[:FOUND]), len(rows)
