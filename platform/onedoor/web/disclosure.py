"""What this bureau has made public (已公示), in all its versions, and withdrawing a result (R-O1, R-O3)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from onedoor.credit.queries import behind
from onedoor.disclosure import queries, service
from onedoor.disclosure.models import Disclosure
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.kernel import trace
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict, NotFound
from onedoor.kernel.sentences import Sentence
from onedoor.web.portal import labels
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import Label
from tenants.rules import Permission

pages = Blueprint("disclosure", __name__, url_prefix="/disclosures")

STATES = {
    "open": Label(_l("公示中"), "done"),
    "later": Label(_l("尚未到公示时间"), "waiting"),
    "ended": Label(_l("已结束"), "neutral"),
}
WITHDRAWABLE = ("result", "penalty")


class WithdrawSchema(Schema):
    """Why a publication ends."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


def state_of(one: Disclosure) -> str:
    """Whether it is public now."""
    if one.since > now():
        return "later"
    return "ended" if one.until is not None and one.until <= now() else "open"


def _by_state(query: Any, state: str) -> Any:
    moment = now()
    ended = sa.and_(Disclosure.until.is_not(None), Disclosure.until <= moment)
    if state == "ended":
        return query.where(ended)
    return query.where(~sa.func.coalesce(ended, False), (Disclosure.since > moment) == (state == "later"))


def _by_words(query: Any, typed: str) -> Any:
    for word in typed.upper().split():
        query = query.where(Disclosure.words.contains(word, autoescape=True))
    return query


PUBLISHED = ListPage(
    title=_l("已公示"),
    key=Disclosure.id,
    columns=(
        Column(
            "title",
            _l("公示内容"),
            link=lambda one: url_for("disclosure.publication", disclosure_id=one.id),
            wide=True,
        ),
        Column("kind", _l("种类"), value=lambda one: str(labels.KINDS.get(one.kind, "—"))),
        Column("version", _l("版次"), kind="number"),
        Column(
            "state",
            _l("状态"),
            cell=lambda one: ui.status(state_of(one), STATES),
            export=lambda one: str(STATES[state_of(one)]),
        ),
        Column("since", _l("公示时间"), kind="time", sort=Disclosure.since),
        Column("until", _l("结束时间"), kind="time"),
    ),
    search=_by_words,
    search_label=_l("名称或统一代码"),
    filters=(
        Filter("kind", _l("种类"), as_choices(labels.KINDS), column=Disclosure.kind),
        Filter("state", _l("状态"), as_choices(STATES), apply=_by_state),
    ),
    order="-since",
    empty=_l("清单、计划、抽取和检查结果公示以后列在这里。"),
)


@pages.get("/")
@allow(Permission.BUREAU_READ)
def published() -> Any:
    """All this bureau has published, newest first."""
    query = sa.select(Disclosure).where(Disclosure.tenant_id == current_user.tenant_id)
    query = query.options(sa.orm.defer(Disclosure.content))
    return PUBLISHED.respond(db.session(), query, "disclosure/published.html")


@pages.get("/<uuid:disclosure_id>")
@allow(Permission.BUREAU_READ)
def publication(disclosure_id: UUID) -> Any:
    """One publication of this bureau with its other versions."""
    return _page(_mine(disclosure_id), forms.empty())


@pages.post("/<uuid:disclosure_id>/withdraw")
@allow(Permission.DISCLOSE)
def withdraw(disclosure_id: UUID) -> Any:
    """End the publication of a result, with its reason."""
    found = _mine(disclosure_id)
    form = forms.read(WithdrawSchema(), request.form)
    if not form.ok:
        return _page(found, form, 422)
    _withdraw(found, form.data["reason"])
    flash(_("公示已撤回。已报送到信用平台的，会在下一个报送批次撤回。"), "good")
    return redirect(url_for("disclosure.publication", disclosure_id=disclosure_id), 303)


def _withdraw(found: Disclosure, reason: str) -> None:
    if found.kind not in WITHDRAWABLE:
        raise Conflict("清单、计划和抽取的公示不能撤回，只能公布新的版本。")
    if state_of(found) == "ended":
        raise Conflict("这条公示已经结束，无需撤回。")
    service.withdraw(found.kind, found.subject_id, reason)
    link = url_for("disclosure.publication", disclosure_id=found.id)
    text = Sentence("撤回公示“%(title)s”：%(reason)s", title=found.title, reason=reason)
    trace.step("disclosure", text, [found.subject_id], link=link)


def _page(found: Disclosure, form: forms.Form, status: int = 200) -> Any:
    may = found.kind in WITHDRAWABLE and state_of(found) != "ended" and current_user.may(Permission.DISCLOSE)
    return page(
        "disclosure/publication.html",
        status,
        thing=found,
        state=state_of(found),
        states=STATES,
        words=labels,
        files=queries.files(found.id),
        versions=[(one, state_of(one)) for one in queries.versions(found.kind, found.subject_id)],
        address=labels.address(found.kind, found.subject_id) if state_of(found) == "open" else None,
        may_withdraw=may,
        form=form,
        steps=trace.of(*behind(found.subject_id)),
    )


def _mine(disclosure_id: UUID) -> Disclosure:
    """A publication of this bureau, public now or not; another's is on the public site, not here."""
    found = db.session.get(Disclosure, disclosure_id)
    if found is None or found.tenant_id != current_user.tenant_id:
        raise NotFound()
    return found
