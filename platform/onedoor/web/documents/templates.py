"""A bureau's own templates of documents: uploaded, checked, seen with made-up values, put in place, and back to ours (forms.md)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.edge.request_size_limits import takes_a_file
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.messages import queries, service
from onedoor.messages.models import LetterTemplate
from onedoor.messages.rules import LETTERS, Letter
from onedoor.web.documents.blueprint import pages
from onedoor.web.rate_limits import limiter
from onedoor.web.shell import forms, page
from onedoor.web.shell.exports import download
from onedoor.web.shell.forms import Form
from onedoor.web.shell.pieces import DONE, NEUTRAL, Label
from tenants.rules import Permission

LABELS = {True: Label(_l("使用中"), DONE), False: Label(_l("未使用"), NEUTRAL)}
ADMINISTRATORS = allow(Permission.USERS_MANAGE)


@pages.get("/documents/templates", endpoint="templates")
@ADMINISTRATORS
def templates() -> Any:
    """Every kind of document, and which template it is written from."""
    last: dict[str, Any] = {}
    for choice in queries.template_choices():
        last.setdefault(choice.kind, choice)
    own = {kind: queries.letter_template(one.template_id) for kind, one in last.items() if one.template_id}
    return page("documents/templates.html", kinds=_kinds(), own=own, last=last)


@pages.route("/documents/templates/<kind>", methods=["GET", "POST"], endpoint="template")
@limiter.limit("30/minute", methods=["POST"])
@takes_a_file
@ADMINISTRATORS
def template(kind: str) -> Any:
    """The versions of a kind's template and the fields it may have; a new version is uploaded here."""
    letter, form = _letter(kind), forms.empty()
    if request.method == "POST":
        sent = request.files.get("file")
        with form.submission():
            if sent is None or not sent.filename:
                raise ClerkError("请选择模板文件。", fields={"file": [_("请选择模板文件。")]})
            made = service.add_template(letter, sent.filename, sent.read())
            flash(_("模板已通过检查，保存为第 %(number)s 版。请预览后启用。", number=made.version), "good")
            return redirect(url_for("documents.template_version", template_id=made.id), 303)
    return _page(letter, form)


@pages.get("/documents/templates/versions/<uuid:template_id>", endpoint="template_version")
@ADMINISTRATORS
def version(template_id: UUID) -> Any:
    """What a document of this version says, with made-up values; from here it is put in place."""
    found = queries.letter_template(template_id)
    return _preview(Letter(found.kind), found)


@pages.get("/documents/templates/<kind>/preview", endpoint="template_ours")
@ADMINISTRATORS
def ours(kind: str) -> Any:
    """The same of our template."""
    return _preview(_letter(kind), None)


@pages.get("/documents/templates/versions/<uuid:template_id>/preview.docx", endpoint="template_preview")
@ADMINISTRATORS
def preview(template_id: UUID) -> Response:
    """The same as Word."""
    found = queries.letter_template(template_id)
    return _word(Letter(found.kind), service.preview(Letter(found.kind), found).content, "预览")


@pages.get("/documents/templates/versions/<uuid:template_id>/template.docx", endpoint="template_file")
@ADMINISTRATORS
def file(template_id: UUID) -> Response:
    """A version as it was uploaded."""
    found = queries.letter_template(template_id)
    return _word(Letter(found.kind), found.content, f"第{found.version}版")


@pages.get("/documents/templates/<kind>/template.docx", endpoint="template_ours_file")
@ADMINISTRATORS
def ours_file(kind: str) -> Response:
    """Our template, to change it."""
    letter = _letter(kind)
    return _word(letter, service.default_template(letter), "系统模板")


@pages.post("/documents/templates/versions/<uuid:template_id>/use", endpoint="template_use")
@ADMINISTRATORS
def use(template_id: UUID) -> Any:
    """Put a version in place."""
    found = queries.letter_template(template_id)
    service.use_template(found.id)
    flash(_("已启用第 %(number)s 版，以后出具的文书用这一版。", number=found.version), "good")
    return redirect(url_for("documents.template", kind=found.kind), 303)


@pages.post("/documents/templates/<kind>/default", endpoint="template_restore")
@ADMINISTRATORS
def restore(kind: str) -> Any:
    """Go back to our template."""
    service.use_default(_letter(kind))
    flash(_("已恢复系统模板。"), "good")
    return redirect(url_for("documents.template", kind=kind), 303)


def _preview(letter: Letter, found: LetterTemplate | None) -> Any:
    held = queries.template_in_use(letter)
    return page(
        "documents/template_preview.html",
        kind=letter.value,
        title=_(LETTERS[letter].title),
        template=found,
        lines=service.preview(letter, found).lines,
        in_use=(held.id if held else None) == (found.id if found else None),
    )


def _word(letter: Letter, content: bytes, what: str) -> Response:
    return download(content, f"{LETTERS[letter].title}（{what}）.docx", service.DOCX)


def _kinds() -> list[tuple[str, str]]:
    return [(letter.value, _(one.title)) for letter, one in LETTERS.items()]


def _letter(kind: str) -> Letter:
    try:
        return Letter(kind)
    except ValueError:
        raise NotFound("没有这种文书。") from None


def _page(letter: Letter, form: Form) -> Any:
    held = queries.template_in_use(letter)
    return page(
        "documents/template.html",
        form.status,
        form=form,
        kind=letter.value,
        title=_(LETTERS[letter].title),
        versions=queries.letter_templates(letter),
        held=held,
        fields=list(service.fields_of(letter)),
        labels=LABELS,
    )
