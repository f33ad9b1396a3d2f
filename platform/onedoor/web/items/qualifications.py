"""The vocabulary of qualifications (资格专长目录) as a bureau sees it, and what it proposes for it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from onedoor.edge.guard import allow
from onedoor.edge.language import word_list
from onedoor.items import queries
from onedoor.items.models import Qualification
from onedoor.items.schemas.qualifications import WordSchema
from onedoor.items.service.qualifications import propose_qualification
from onedoor.kernel.db import db
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import PROPOSAL_STATES, WORD_STATES
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.lists import Column, Filter, ListPage
from onedoor.web.shell.pieces import label_of
from tenants.rules import Permission

WORDS = ListPage(
    title=_l("资格专长"),
    key=Qualification.id,
    columns=(
        Column("name", _l("名称"), sort=Qualification.name),
        Column("aliases", _l("其他写法"), value=lambda word: word_list(word.aliases), wide=True),
        Column("note", _l("说明"), wide=True),
        Column(
            "active",
            _l("状态"),
            cell=lambda word: ui.status(word.active, WORD_STATES),
            export=lambda word: str(label_of(word.active, WORD_STATES)),
        ),
    ),
    search=(Qualification.name, Qualification.note),
    search_label=_l("名称或说明"),
    filters=(
        Filter(
            "active",
            _l("状态"),
            (("yes", _l("使用中")), ("no", _l("已停用"))),
            apply=lambda query, value: query.where(Qualification.active == (value == "yes")),
        ),
    ),
    order="name",
    empty=_l("目录由平台运维维护；可以在下面建议增加。"),
    size=50,
)


@pages.get("/qualifications")
@allow(Permission.BUREAU_READ)
def qualifications() -> Any:
    """The vocabulary, and what became of the bureau's proposals."""
    return _show(forms.empty())


@pages.post("/qualifications/propose")
@allow(Permission.REGISTRY_WRITE)
def qualification_propose() -> Any:
    """Propose a word that is missed."""
    form = forms.read(WordSchema())
    if form.ok:
        with form.submission():
            propose_qualification(**form.data)
            flash(_("建议已提交，由平台运维答复。"), "good")
            return redirect(url_for("registry.qualifications"), 303)
    return _show(form, 422)


def _show(form: forms.Form, status: int = 200) -> Any:
    if status == 200:
        return WORDS.respond(
            db.session(),
            queries.qualifications.qualifications(),
            "items/qualifications.html",
            **_about(form),
        )
    view = WORDS.view(db.session(), queries.qualifications.qualifications(), MultiDict())
    return page("items/qualifications.html", status, listing=view, **_about(form))


def _about(form: forms.Form) -> dict[str, Any]:
    return {"form": form, "proposals": queries.qualifications.my_proposals(), "states": PROPOSAL_STATES}
