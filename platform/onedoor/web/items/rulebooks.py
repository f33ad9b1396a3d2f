"""The rulebook (抽查细则): its versions, writing the next, putting it in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.filing import queries as filings
from onedoor.filing.rules import FilingState
from onedoor.items import queries, service
from onedoor.items.models import Rulebook
from onedoor.items.rules.codes import RulebookState
from onedoor.items.schemas.items import RulebookSchema
from onedoor.items.schemas.templates import SectionSchema
from onedoor.items.service.rulebooks import (
    WORD,
    discard_rulebook,
    rulebook_title,
    save_section,
    seen_of_rulebook,
)
from onedoor.items.service.withdrawals import withdraw_rulebook
from onedoor.kernel.errors import NotFound
from onedoor.web.filing.labels import FILING_STATES
from onedoor.web.items import text_diff
from onedoor.web.items.text_diff import Row
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import RULEBOOK_STATES, SECTIONS
from onedoor.web.shell import exports, forms, page
from onedoor.web.shell.menu import url_if
from onedoor.web.shell.pieces import Label, NextStep
from tenants import approvals
from tenants import queries as tenants
from tenants.models.approvals import Approval
from tenants.rules import Permission

TEXT = "text/plain; charset=utf-8"


@pages.get("/rulebooks")
@allow(Permission.BUREAU_READ)
def rulebooks() -> Any:
    """The versions of this bureau's rulebook, and those of others in force."""
    return page(
        "items/rulebooks.html",
        versions=queries.my_rulebooks(),
        others=[one for one in queries.published_rulebooks() if one.tenant_id != current_user.tenant_id],
        names={bureau.id: bureau.name for bureau in tenants.bureaus()},
        states=RULEBOOK_STATES,
    )


@dataclass(frozen=True, kw_only=True)
class RulebookPage:
    """What the page of a rulebook shows."""

    rulebook: Rulebook
    title: str
    sections: dict[str, Any]
    states: dict[str, Label]
    former: Rulebook | None
    changes: list[Row]
    choices: list[Any]
    editable: bool
    mine: bool
    waiting: bool
    may_withdraw: bool
    history: list[Approval]
    filings: list[Any]
    filing_states: dict[FilingState, Label]
    bureaus: dict[Any, Any]
    next: NextStep | None


@pages.get("/rulebooks/<uuid:rulebook_id>")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
def rulebook(rulebook_id: UUID) -> Any:
    """One version, beside the one before it or another that is asked for."""
    found = queries.rulebook(rulebook_id)
    mine = found.tenant_id == current_user.tenant_id
    others = [one for one in queries.rulebook_versions(found) if one.id != found.id]
    former = _wanted(others, found)
    asked = approvals.waiting_for("rulebook", rulebook_id)
    waiting = asked is not None
    return page(
        "items/rulebook.html",
        200,
        RulebookPage(
            rulebook=found,
            title=rulebook_title(found),
            sections=SECTIONS,
            states=RULEBOOK_STATES,
            former=former,
            changes=text_diff.of_texts(SECTIONS, former.sections, found.sections) if former else [],
            choices=[(one.id, _("第 %(version)s 版", version=one.version)) for one in others],
            editable=mine and found.state == RulebookState.DRAFT and not waiting,
            mine=mine,
            waiting=mine and waiting,
            may_withdraw=mine and approvals.may_withdraw(asked),
            history=approvals.history(rulebook_id) if mine else [],
            filings=[(one, filings.state(one)) for one in filings.of_subject(rulebook_id)] if mine else [],
            filing_states=FILING_STATES,
            bureaus={bureau.id: bureau.name for bureau in tenants.bureaus()},
            next=_next(found, waiting),
        ),
    )


@pages.get("/rulebooks/<uuid:rulebook_id>/document")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
def rulebook_document(rulebook_id: UUID) -> Any:
    """The version as a Word file."""
    found = queries.rulebook(rulebook_id)
    name = f"{rulebook_title(found)}.docx"
    return exports.download(service.rulebook_document(found), name, WORD)


@pages.get("/rulebooks/<uuid:rulebook_id>/text")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
def rulebook_text(rulebook_id: UUID) -> Any:
    """The version as plain text."""
    found = queries.rulebook(rulebook_id)
    name = f"{rulebook_title(found)}.txt"
    return exports.download(service.rulebook_text(found).encode(), name, TEXT)


@pages.route("/rulebooks/edit", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def rulebook_edit() -> Any:
    """Write the next version whole, from the one before."""
    versions = queries.my_rulebooks()
    seen = seen_of_rulebook(versions, SECTIONS)
    form = forms.empty(**(versions[0].sections if versions else {}), seen=seen)
    if request.method == "POST":
        form = forms.read(RulebookSchema())
        if form.ok:
            with form.submission():
                made = service.save_rulebook(form.data, request.form.get("seen", ""))
                return redirect(url_for("registry.rulebook", rulebook_id=made.id), 303)
    return page("items/rulebook_edit.html", form.status, form=form, sections=SECTIONS)


@pages.route("/rulebooks/sections/<section>", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def rulebook_section(section: str) -> Any:
    """Write one section of the next version."""
    if section not in SECTIONS:
        raise NotFound()
    versions = queries.my_rulebooks()
    seen = seen_of_rulebook(versions, [section])
    form = forms.empty(text=versions[0].sections.get(section, "") if versions else "", seen=seen)
    if request.method == "POST":
        form = forms.read(SectionSchema())
        if form.ok:
            with form.submission():
                made = save_section(section, form.data["text"], request.form.get("seen", ""))
                flash(_("已保存为草稿。"), "good")
                return redirect(url_for("registry.rulebook", rulebook_id=made.id), 303)
    back = url_for("registry.rulebook", rulebook_id=versions[0].id) if versions else None
    return page(
        "items/rulebook_section.html",
        form.status,
        form=form,
        label=SECTIONS[section],
        back=back or url_for("registry.rulebooks"),
    )


@pages.post("/rulebooks/<uuid:rulebook_id>/submit")
@allow(Permission.REGISTRY_WRITE)
def rulebook_submit(rulebook_id: UUID) -> Any:
    """Hand it in for approval."""
    service.submit_rulebook(queries.my_rulebook(rulebook_id))
    flash(_("细则已提交，等待负责人审批。"), "good")
    return redirect(url_for("registry.rulebook", rulebook_id=rulebook_id), 303)


@pages.post("/rulebooks/<uuid:rulebook_id>/withdraw")
@allow(Permission.REGISTRY_WRITE)
def rulebook_withdraw(rulebook_id: UUID) -> Any:
    """Take back what one handed in, while the head has not decided."""
    withdraw_rulebook(queries.my_rulebook(rulebook_id))
    flash(_("细则已撤回，可以修改后再次提交。"), "good")
    return redirect(url_for("registry.rulebook", rulebook_id=rulebook_id), 303)


@pages.post("/rulebooks/<uuid:rulebook_id>/publish")
@allow(Permission.PLAN_APPROVE)
def rulebook_publish(rulebook_id: UUID) -> Any:
    """Put it in force."""
    service.publish_rulebook(queries.my_rulebook(rulebook_id))
    flash(_("细则已公布并报送备案。"), "good")
    return redirect(url_for("registry.rulebook", rulebook_id=rulebook_id), 303)


@pages.post("/rulebooks/<uuid:rulebook_id>/discard")
@allow(Permission.REGISTRY_WRITE)
def rulebook_discard(rulebook_id: UUID) -> Any:
    """Throw a draft away."""
    discard_rulebook(queries.my_rulebook(rulebook_id))
    flash(_("已放弃未公布的细则。"), "good")
    return redirect(url_for("registry.rulebooks"), 303)


def _wanted(others: list[Rulebook], found: Rulebook) -> Rulebook | None:
    asked = request.args.get("against", "")
    if not asked:
        return next((one for one in others if one.version < found.version), None)
    wanted = next((one for one in others if str(one.id) == asked), None)
    if wanted is None:
        raise NotFound("没有找到要对照的版本。")
    return wanted


def _next(found: Rulebook, waiting: bool) -> NextStep | None:
    if found.state != RulebookState.DRAFT or found.tenant_id != current_user.tenant_id:
        return None
    may_approve = current_user.may(Permission.PLAN_APPROVE)
    if may_approve and service.wrote_rulebook(found):
        whose = _("这一版有您本人起草的内容（包括用本人的其他账户），由本单位其他负责人公布。")
        return NextStep(_("公布细则"), whose=whose)
    if waiting:
        inbox = url_if("desk.inbox") if may_approve else None
        return (
            NextStep(_("审批细则"), inbox) if inbox else NextStep(_("审批细则"), whose=_("等待负责人审批。"))
        )
    if may_approve:
        url = url_for("registry.rulebook_publish", rulebook_id=found.id)
        return NextStep(_("公布细则"), url, "post", hint=_("公布后向社会公开并报送备案。"))
    if not all(found.sections.get(name) for name in SECTIONS):
        return NextStep(
            _("修改细则"), url_for("registry.rulebook_edit"), hint=_("每一部分都要填写才能提交。")
        )
    url = url_for("registry.rulebook_submit", rulebook_id=found.id)
    return NextStep(
        _("提交审批"),
        url,
        "post",
        _("提交后在审批以前不能修改，确定提交吗？"),
        hint=_("由负责人审批后公布并报送备案。"),
    )
