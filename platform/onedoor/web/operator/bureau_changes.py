"""Bureaus opened, renamed, merged and closed; their first people, by form and by file (R-T5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate

from onedoor.edge.language import in_language
from onedoor.kernel.codes import KIND_NAMES
from onedoor.web.operator.blueprint import operators, pages
from onedoor.web.settings import people_file
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from tenants import people, queries
from tenants.models import Bureau
from tenants.operation.bureaus import DOMAINS, BureauFacts, change_bureau, close_bureau, open_bureau


class BureauSchema(Schema):
    """A bureau's facts as the form sends them."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    short_name = fields.String(required=True, validate=validate.Length(min=1, max=30))
    abbreviation = fields.String(required=True, validate=validate.Length(min=1, max=20))
    domain = fields.String(required=True)
    kinds = fields.List(fields.String(), load_default=list)
    credit_code = fields.String(load_default="", validate=validate.Length(max=18))


class NewBureauSchema(BureauSchema):
    """The same with where it is, and the letters of its code."""

    place = fields.String(required=True)
    letters = fields.String(required=True)


class ClosingSchema(Schema):
    """Why a bureau ends, and who takes its duties over."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))
    successor = fields.UUID(load_default=None, allow_none=True)


class FirstPersonSchema(Schema):
    """A bureau's first administrator."""

    display_name = fields.String(required=True, validate=validate.Length(min=1, max=60))
    username = fields.String(required=True)
    identity_number = fields.String(required=True)


@pages.route("/bureaus/new", methods=["GET", "POST"], endpoint="bureau_new")
@operators
def bureau_new() -> Any:
    """Open a bureau."""
    form = forms.read(NewBureauSchema()) if request.method == "POST" else forms.empty()
    if request.method == "POST" and form.ok:
        with form.submission():
            made = open_bureau(form.data.pop("place"), form.data.pop("letters"), facts_of(form))
            flash(_("已开通“%(name)s”。请接着登记监督授权和第一位管理员。", name=made.name), "good")
            return redirect(url_for("operator.bureau", bureau_id=made.id), 303)
    return _edit(form, None)


@pages.route("/bureaus/<uuid:bureau_id>/edit", methods=["GET", "POST"], endpoint="bureau_edit")
@operators
def bureau_edit(bureau_id: UUID) -> Any:
    """Rename a bureau, or mend its facts."""
    found = queries.bureau(bureau_id)
    form = forms.empty(
        **{name: getattr(found, name) for name in ("name", "short_name", "abbreviation", "domain")},
        kinds=found.entity_kinds,
        credit_code=found.credit_code,
    )
    if request.method == "POST":
        form = forms.read(BureauSchema())
        if form.ok:
            with form.submission():
                change_bureau(bureau_id, facts_of(form))
                flash(_("已保存。"), "good")
                return redirect(url_for("operator.bureau", bureau_id=bureau_id), 303)
    return _edit(form, found)


@pages.route("/bureaus/<uuid:bureau_id>/close", methods=["GET", "POST"], endpoint="bureau_close")
@operators
def bureau_close(bureau_id: UUID) -> Any:
    """Close a bureau, or merge it into another; what follows is said first."""
    found = queries.bureau(bureau_id)
    form = forms.read(ClosingSchema()) if request.method == "POST" else forms.empty()
    if request.method == "POST" and form.ok:
        with form.submission():
            close_bureau(bureau_id, form.data["reason"], form.data["successor"])
            flash(_("已停用，人员不能再登录；记录全部保留。"), "good")
            return redirect(url_for("operator.bureau", bureau_id=bureau_id), 303)
    others = [(one.id, one.name) for one in queries.bureaus() if one.id != bureau_id]
    return page(
        "operator/bureau_close.html",
        form.status,
        form=form,
        bureau=found,
        others=others,
        supervised=len(queries.grants(bureau_id)),
        kinds=[in_language(KIND_NAMES[kind]) for kind in found.entity_kinds],
    )


@pages.post("/bureaus/<uuid:bureau_id>/first", endpoint="bureau_first")
@operators
def bureau_first(bureau_id: UUID) -> Any:
    """A bureau's first administrator: a link to hand over, shown once."""
    found, form = queries.bureau(bureau_id), forms.read(FirstPersonSchema())
    if form.ok:
        with form.submission():
            handed = people.invite_administrator(found, **form.data)
            return _handed(found, form.data["display_name"], form.data["username"], handed)
    return _first(found, form)


@pages.get("/bureaus/<uuid:bureau_id>/first", endpoint="bureau_first_form")
@operators
def bureau_first_form(bureau_id: UUID) -> Any:
    """The form for it."""
    return _first(queries.bureau(bureau_id), forms.empty())


@pages.route("/bureaus/<uuid:bureau_id>/people", methods=["GET", "POST"], endpoint="bureau_people")
@operators
def bureau_people(bureau_id: UUID) -> Any:
    """People of a bureau that nobody runs yet, by a file."""
    found = queries.bureau(bureau_id)
    if request.method == "POST":
        people.expect_nobody_runs(found)
    back = url_for("operator.bureau", bureau_id=found.id)
    crumbs = [(_("单位"), url_for("operator.bureaus")), (found.name, back)]
    return people_file.respond(found, crumbs, back, url_for("operator.bureau_people_template"))


@pages.get("/bureaus/people-template", endpoint="bureau_people_template")
@operators
def bureau_people_template() -> Any:
    """The file to fill in."""
    return people_file.template_file()


def facts_of(form: Form) -> BureauFacts:
    """What a form that is right in itself says of a bureau."""
    return BureauFacts(**{**form.data, "kinds": tuple(form.data["kinds"])})


def _edit(form: Form, found: Bureau | None) -> Any:
    return page(
        "operator/bureau_edit.html",
        form.status,
        form=form,
        bureau=found,
        places=[(one.code, one.name) for one in queries.places()],
        domains=[(code, in_language(name)) for code, name in DOMAINS.items()],
        kinds=[(code, in_language(name)) for code, name in KIND_NAMES.items()],
    )


def _first(found: Bureau, form: Form) -> Any:
    return page("operator/bureau_first.html", form.status, form=form, bureau=found)


def _handed(found: Bureau, display_name: str, username: str, handed: people.LinkToHandOver) -> Response:
    base = current_app.extensions["onedoor.config"].base_url
    answer = page(
        "operator/bureau_link.html",
        bureau=found,
        display_name=display_name,
        username=username,
        handed=handed,
        address=base + url_for("session.invitation", token=handed.token),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
