"""合并上门: visits that would go apart to one object, asking the other bureau, and its answer (R-J4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.visits import queries, service
from onedoor.visits.models import Combination, CombinationAnswer, Visit
from onedoor.visits.schemas import CombinationAnswerSchema, CombinationSchema
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from onedoor.web.visits import combined_door
from onedoor.web.visits.blueprint import pages
from onedoor.web.visits.visit import act
from tenants import queries as tenants
from tenants.rules import Permission


@pages.get("/combinations", endpoint="combinations")
@allow(Permission.BUREAU_READ)
def combinations() -> Any:
    """What could go together, what others ask of this bureau, and what it asked."""
    held = [(asked, said, combined_door.other(asked)) for asked, said in queries.combinations()]
    return page(
        "visits/combinations.html",
        apart=queries.visits_apart(),
        asked_already={(asked.visit_id, asked.receiver_id) for asked, _said, _name in held},
        received=[one for one in held if one[0].receiver_id == current_user.tenant_id],
        sent=[one for one in held if one[0].tenant_id == current_user.tenant_id],
        labels=combined_door.labels(),
        manages=current_user.may(Permission.VISIT_MANAGE),
    )


@pages.get("/combinations/<uuid:combination_id>", endpoint="combination")
@allow(Permission.BUREAU_READ)
def combination(combination_id: UUID) -> Any:
    """What was asked, and the answer."""
    return _page(queries.combination(combination_id), forms.empty())


@pages.post("/combinations/<uuid:combination_id>/answer", endpoint="combination_answer")
@allow(Permission.VISIT_MANAGE)
def answer(combination_id: UUID) -> Any:
    """Come along, or decline with the reason."""
    asked, form = queries.combination(combination_id), forms.read(CombinationAnswerSchema())
    if form.ok:
        accepted = form.data["decision"] == "accept"
        with form.submission():
            service.answer_combination(asked.id, accepted, form.data["reason"])
            flash(_("已合并，本单位的检查改到同一天。") if accepted else _("已答复，对方会看到。"), "good")
            return redirect(url_for("visits.combination", combination_id=asked.id), 303)
    return _page(asked, form, 422)


@pages.post("/<uuid:visit_id>/combination", endpoint="combination_ask")
@allow(Permission.VISIT_MANAGE)
def ask(visit_id: UUID) -> Any:
    """Ask the other bureau to come on the day of this visit."""
    done = _("已请对方合并，对方答复后会通知本单位。")
    return act(
        visit_id,
        CombinationSchema(),
        lambda data: service.ask_to_combine(visit_id, data["receiver_id"]),
        done,
    )


def _page(asked: Combination, form: Form, status: int = 200) -> Any:
    said = queries.combination_answer(asked.id)
    received = asked.receiver_id == current_user.tenant_id
    return page(
        "visits/combination.html",
        status,
        form=form,
        asked=asked,
        said=said,
        labels=combined_door.labels(),
        asker=tenants.bureau(asked.tenant_id).name,
        receiver=tenants.bureau(asked.receiver_id).name,
        own=_own(asked, said, received),
        may_answer=received and said is None and current_user.may(Permission.VISIT_MANAGE),
    )


def _own(asked: Combination, said: CombinationAnswer | None, received: bool) -> Visit | None:
    """The visit of this bureau that it is about."""
    if not received:
        return queries.visit(asked.visit_id)
    if said is not None:
        return queries.visit(said.visit_id) if said.visit_id else None
    return queries.own_visit_for(asked)
