"""Somebody new in the register by hand: by its keeper at once, by the others as a proposal (R-T4)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.edge.rate_limits import limiter
from onedoor.entities import queries, service
from onedoor.entities.rules.codes import STATUS_NAMES
from onedoor.entities.schemas.premises import NewEntitySchema
from onedoor.kernel.errors import ClerkError
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import INDUSTRIES, KINDS, STATUSES, kind_choices, place_choices
from onedoor.web.shell import forms, page
from onedoor.web.shell.lists import as_choices
from onedoor.web.shell.pieces import label_of
from tenants import queries as tenants
from tenants.rules import Permission

ALIKE = {
    "name": _l("名称相同"),
    "address": _l("地址相同，名称相近"),
    "code": _l("曾用这个代码，后来更正"),
}
_ASIDE = ("reason", "evidence", "confirmed", "kind")


@pages.route("/entities/new", methods=["GET", "POST"])
@limiter.limit("30/minute", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
def entity_new() -> Any:
    """Register somebody, or ask who keeps the kind to."""
    form = forms.empty(status="存续")
    problem: ClerkError | None = None
    if request.method == "POST":
        form = forms.read(NewEntitySchema())
        if form.ok:
            try:
                return _done(form.data)
            except ClerkError as error:
                problem = error
                form.refuse(error)
    return page(
        "entities/new.html",
        form.status,
        form=form,
        known=problem.entity if isinstance(problem, service.Known) else None,
        alike=problem.alike if isinstance(problem, service.Doubtful) else [],
        why=ALIKE,
        mine=[str(KINDS[kind]) for kind in KINDS if kind in queries.my_entity_kinds()],
        kinds=kind_choices(),
        places=place_choices(),
        industries=as_choices(INDUSTRIES),
        statuses=[(word, str(label_of(status, STATUSES))) for status, word in STATUS_NAMES.items()],
    )


def _done(given: dict[str, Any]) -> Any:
    values = {name: text for name, text in given.items() if name not in _ASIDE}
    row = service.read_given(values, given["kind"])
    if (given["kind"] or row.kind) in queries.my_entity_kinds():
        made = service.add_entity(values, kind=given["kind"], confirmed=given["confirmed"])
        flash(_("已新增“%(name)s”。", name=made.name), "good")
        return redirect(url_for("registry.entity", entity_id=made.id), 303)
    sent = service.propose_entity(values, given["reason"], given["evidence"], kind=given["kind"])
    flash(_("已建议新增，由%(keeper)s答复。", keeper=tenants.bureau(sent.receiver_id).name), "good")
    return redirect(url_for("registry.entity_correction", correction_id=sent.id), 303)
