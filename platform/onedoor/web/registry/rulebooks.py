"""The rulebook (抽查细则): its versions, writing the next, putting it in force."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.registry import queries, service
from onedoor.registry.models import Rulebook
from onedoor.registry.schemas import RulebookSchema
from onedoor.web.registry.blueprint import pages
from onedoor.web.registry.words import RULEBOOK_STATES, SECTIONS
from onedoor.web.shell import exports, forms, page
from onedoor.web.shell.pieces import NextStep
from tenants import approvals
from tenants import queries as tenants
from tenants.rules import Permission


@pages.get("/rulebooks")
@allow(Permission.BUREAU_READ)
def rulebooks() -> Any:
    """The versions of this bureau's rulebook, and those of others in force."""
    return page(
        "registry/rulebooks.html",
        versions=queries.my_rulebooks(),
        others=[one for one in queries.published_rulebooks() if one.tenant_id != g.principal.tenant_id],
        names={bureau.id: bureau.name for bureau in tenants.bureaus()},
        states=RULEBOOK_STATES,
    )


@pages.get("/rulebooks/<uuid:rulebook_id>")
@allow(Permission.BUREAU_READ)
def rulebook(rulebook_id: UUID) -> Any:
    """One version."""
    found = queries.rulebook(rulebook_id)
    return page(
        "registry/rulebook.html",
        rulebook=found,
        title=service.rulebook_title(found),
        sections=SECTIONS,
        states=RULEBOOK_STATES,
        next=_next(found),
    )


@pages.get("/rulebooks/<uuid:rulebook_id>/document")
@allow(Permission.BUREAU_READ)
def rulebook_document(rulebook_id: UUID) -> Any:
    """The version as a Word file."""
    found = queries.rulebook(rulebook_id)
    name = f"{service.rulebook_title(found)}.docx"
    return exports.download(service.rulebook_document(found), name, service.WORD)


@pages.route("/rulebooks/edit", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def rulebook_edit() -> Any:
    """Write the next version, from the one before."""
    versions = queries.my_rulebooks()
    form = forms.empty(**(versions[0].sections if versions else {}))
    if request.method == "POST":
        form = forms.read(RulebookSchema())
        if form.ok:
            made = service.save_rulebook(form.data)
            return redirect(url_for("registry.rulebook", rulebook_id=made.id), 303)
    return page("registry/rulebook_edit.html", 200 if form.ok else 422, form=form, sections=SECTIONS)


@pages.post("/rulebooks/<uuid:rulebook_id>/publish")
@allow(Permission.PLAN_APPROVE)
def rulebook_publish(rulebook_id: UUID) -> Any:
    """Put it in force."""
    service.publish_rulebook(queries.my_rulebook(rulebook_id))
    flash(_("细则已公布并报送备案。"), "good")
    return redirect(url_for("registry.rulebook", rulebook_id=rulebook_id), 303)


def _next(found: Rulebook) -> NextStep | None:
    if found.state != "draft" or found.tenant_id != g.principal.tenant_id:
        return None
    if g.principal.may(Permission.PLAN_APPROVE) and approvals.is_mine([found.editor_id]):
        whose = _("这一版是您本人起草的（包括用本人的其他账户），由本单位其他负责人公布。")
        return NextStep(_("公布细则"), whose=whose)
    if g.principal.may(Permission.PLAN_APPROVE):
        url = url_for("registry.rulebook_publish", rulebook_id=found.id)
        return NextStep(_("公布细则"), url, "post", hint=_("公布后向社会公开并报送备案。"))
    return NextStep(_("修改细则"), url_for("registry.rulebook_edit"), hint=_("由负责人公布后生效。"))
