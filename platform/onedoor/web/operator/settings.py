"""本地规定: what each place decides, with its source, from which day, history, and what changes by it before it is set."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.web.operator.blueprint import operators, pages
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from tenants import queries as tenants
from tenants import settings
from tenants.models import SettingProposal
from tenants.settings import entry, queries, values
from tenants.settings.entry import Decision
from tenants.settings.schemas import AnswerSchema, DecisionSchema


@pages.get("/settings", endpoint="settings")
@operators
def settings_page() -> Any:
    """Every setting with its value at a place, and what supervisors propose."""
    return _list()


@pages.get("/settings/<key>", endpoint="setting")
@operators
def setting(key: str) -> Any:
    """One setting at a place: its value, its history, and the form for another."""
    one, place = _declared(key), _place()
    value = values.value(one.key, place=place)
    return _show(key, forms.empty(place=place, value=form_value(one, value), codes=value, since=today()))


@pages.post("/settings/<key>", endpoint="setting_set")
@operators
def setting_set(key: str) -> Any:
    """Show what a decision changes; sent again with the word, set it."""
    form = forms.read(DecisionSchema())
    changes = None
    if form.ok:
        with form.submission():
            decision = decision_of(_declared(key), form)
            changes = entry.preview(decision)
            if request.form.get("then") == "enter":
                entry.enter(decision)
                flash(_("已登记，自施行之日起执行。"), "good")
                return redirect(url_for("operator.setting", key=key, place=decision.place), 303)
    return _show(key, form, changes)


@pages.post("/settings/<uuid:setting_id>/withdraw", endpoint="setting_withdraw")
@operators
def setting_withdraw(setting_id: UUID) -> Any:
    """Take back what is not in force yet."""
    entry.withdraw(setting_id)
    flash(_("已撤回。"), "good")
    return redirect(url_for("operator.settings"), 303)


@pages.get("/settings/proposals/<uuid:setting_proposal_id>", endpoint="setting_proposal")
@operators
def setting_proposal(setting_proposal_id: UUID) -> Any:
    """A supervisor's proposal, with what it would change."""
    return _show_proposal(_proposal(setting_proposal_id), forms.empty())


@pages.post("/settings/proposals/<uuid:setting_proposal_id>", endpoint="setting_answer")
@operators
def setting_answer(setting_proposal_id: UUID) -> Any:
    """Enter what a supervisor proposed, or decline it with the reason."""
    proposal, form = _proposal(setting_proposal_id), forms.read(AnswerSchema())
    if form.ok:
        with form.submission():
            entry.answer(proposal.id, accepted=form.data["decision"] == "enter", text=form.data["answer"])
            flash(_("已答复。"), "good")
            return redirect(url_for("operator.settings"), 303)
    return _show_proposal(proposal, form)


def decision_of(one: settings.Setting, form: Form) -> Decision:
    """What a form that is right in itself asks for."""
    given = {**form.data}
    codes, value = given.pop("codes"), given.pop("value")
    return Decision(key=one.key, value=codes if one.kind is settings.Kind.CODES else value, **given)


def form_value(one: settings.Setting, value: Any) -> Any:
    """A value as its control shows it."""
    return {True: "yes", False: "no"}[value] if one.kind is settings.Kind.FLAG else value


def _declared(key: str) -> settings.Setting:
    try:
        return settings.declared(key)
    except ClerkError:
        abort(404)


def _place() -> str:
    asked, known = request.args.get("place", ""), [one.code for one in tenants.places()]
    return asked if asked in known else queries.my_place()


def _list() -> Any:
    place = _place()
    return page(
        "operator/settings.html",
        place=place,
        places=tenants.places(),
        rows=queries.in_force(place),
        waiting=queries.proposals(waiting=True),
        declared=settings.declared,
    )


def _show(key: str, form: Form, changes: list[entry.Change] | None = None) -> Any:
    one = _declared(key)
    place = form.value("place") or _place()
    names = {each.code: each.name for each in tenants.places()}
    return page(
        "operator/setting.html",
        form.status,
        setting=one,
        form=form,
        place=place,
        places=list(names.items()),
        value=values.value(one.key, place=place) if place in names else one.default,
        history=queries.history(key, place),
        changes=changes if form.ok else None,
        today=today(),
    )


def _proposal(proposal_id: UUID) -> SettingProposal:
    found = db.session.get(SettingProposal, proposal_id)
    if found is None:
        abort(404)
    return found


def _show_proposal(proposal: SettingProposal, form: Form) -> Any:
    return page(
        "operator/setting_proposal.html",
        form.status,
        proposal=proposal,
        setting=settings.declared(proposal.key),
        bureau=tenants.bureau(proposal.tenant_id),
        form=form,
        changes=entry.preview(entry.decision_of(proposal)),
    )
