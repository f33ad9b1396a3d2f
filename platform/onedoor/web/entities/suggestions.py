"""提请列入: who should list an entity that is in nobody's library, said by one bureau to another, and its answer (R-L6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Entity
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.targets import queries, service
from onedoor.targets.models import ListingSuggestion
from onedoor.targets.queries.suggestions import RECEIVED, SENT
from onedoor.targets.schemas.suggestions import SuggestionAnswerSchema
from onedoor.web.entities.entities import tabs
from onedoor.web.registry_blueprint import pages
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import Label, label_of
from tenants import queries as tenants
from tenants.rules import Permission

_PARTS = ((RECEIVED, _l("收到的")), (SENT, _l("提出的")))
STATES = {
    "sent": Label(_l("待答复"), "waiting"),
    "accepted": Label(_l("已列入"), "done"),
    "refused": Label(_l("未列入"), "stopped"),
}


@pages.get("/suggestions")
@allow(Permission.BUREAU_READ)
def entities_suggestions() -> Any:
    """What this bureau said to others, and what was said to it."""
    return _listing().respond(
        db.session(), queries.listing_suggestions(), "entities/suggestions.html", tabs=tabs(5)
    )


@pages.get("/suggestions/<uuid:suggestion_id>")
@allow(Permission.BUREAU_READ)
def entity_suggestion(suggestion_id: UUID) -> Any:
    """One of them and its answer."""
    return _show(queries.listing_suggestion(suggestion_id), forms.empty())


@pages.post("/suggestions/<uuid:suggestion_id>")
@allow(Permission.REGISTRY_WRITE)
def entity_suggestion_answer(suggestion_id: UUID) -> Any:
    """List the entity, or say why not."""
    found, form = queries.listing_suggestion(suggestion_id), forms.read(SuggestionAnswerSchema())
    if form.ok:
        accepted = form.data["decision"] == "accept"
        with form.submission():
            service.answer_suggestion(found, accepted, form.data["answer"])
            flash(_("已列入名录库。") if accepted else _("已答复，提请的单位会看到理由。"), "good")
            return redirect(url_for("registry.entity_suggestion", suggestion_id=suggestion_id), 303)
    return _show(found, form)


def _show(found: ListingSuggestion, form: forms.Form) -> Any:
    mine = found.receiver_id == current_scope().tenant_id
    return page(
        "entities/suggestion.html",
        form.status,
        suggestion=found,
        entity=entity_queries.entity(found.entity_id),
        mine=mine,
        other=tenants.bureau(found.tenant_id if mine else found.receiver_id),
        states=STATES,
        form=form,
    )


def _listing() -> ListPage:
    me, parts = current_scope().tenant_id, dict(_PARTS)
    names = {one.id: one.name for one in tenants.bureaus()}

    def received(row: Any) -> bool:
        return bool(row.ListingSuggestion.receiver_id == me)

    return ListPage(
        title=_l("提请列入名录库"),
        key=ListingSuggestion.id,
        columns=(
            Column(
                "name",
                _l("经营主体"),
                value=lambda row: row.Entity.name,
                link=lambda row: url_for(
                    "registry.entity_suggestion", suggestion_id=row.ListingSuggestion.id
                ),
                sort=Entity.sort_key,
                wide=True,
            ),
            Column("code", _l("统一社会信用代码"), value=lambda row: row.Entity.code),
            Column("part", _l("方向"), value=lambda row: str(parts[RECEIVED if received(row) else SENT])),
            Column(
                "other",
                _l("对方单位"),
                value=lambda row: names.get(
                    row.ListingSuggestion.tenant_id if received(row) else row.ListingSuggestion.receiver_id,
                    "",
                ),
            ),
            Column(
                "asked_at",
                _l("提出时间"),
                value=lambda row: row.ListingSuggestion.asked_at,
                kind="time",
                sort=ListingSuggestion.asked_at,
            ),
            Column(
                "state",
                _l("状态"),
                cell=lambda row: ui.status(row.ListingSuggestion.state, STATES),
                export=lambda row: str(label_of(row.ListingSuggestion.state, STATES)),
            ),
        ),
        search=entity_queries.matching,
        search_label=_l("名称、代码、地址、经营范围或拼音首字母"),
        filters=(
            Filter("part", _l("方向"), _PARTS, apply=_of_part),
            Filter("state", _l("状态"), as_choices(STATES), column=ListingSuggestion.state),
        ),
        order="-asked_at",
        empty=_l("在“未列入任何名录库”里可以提请有关单位列入；提请和答复都在这里。"),
        row_key=lambda row: row.ListingSuggestion.id,
    )


def _of_part(query: Any, value: str) -> Any:
    me = current_scope().tenant_id
    return query.where(
        (ListingSuggestion.receiver_id if value == RECEIVED else ListingSuggestion.tenant_id) == me
    )
