"""The vocabulary of qualifications as the operator keeps it: words, other ways of writing them, bureaus' proposals."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.items import queries, service
from onedoor.items.schemas.qualifications import (
    NewQualificationSchema,
    ProposalAnswerSchema,
    QualificationSchema,
)
from onedoor.kernel.db import db
from onedoor.web.edit_conflicts import opened, sent
from onedoor.web.operator.blueprint import operators, pages
from onedoor.web.shell import forms, page


@pages.get("/qualifications", endpoint="qualifications")
@operators
def qualifications() -> Any:
    """All words, and what bureaus propose."""
    return _show(forms.empty())


@pages.post("/qualifications/new", endpoint="qualification_new")
@operators
def qualification_new() -> Any:
    """Add a word."""
    form = forms.read(NewQualificationSchema())
    if form.ok:
        with form.submission():
            service.add_qualification(form.data["name"], form.data["aliases"], form.data["note"])
            flash(_("已加入目录。"), "good")
            return redirect(url_for("operator.qualifications"), 303)
    return _show(form)


@pages.route("/qualifications/<uuid:qualification_id>", methods=["GET", "POST"], endpoint="qualification")
@operators
def qualification(qualification_id: UUID) -> Any:
    """Change how a word may be written, or whether it is given; its name stands."""
    word = queries.qualifications.qualification(qualification_id)
    form = opened(
        word, lambda: {"aliases": "、".join(word.aliases), "note": word.note, "active": word.active}
    )
    if request.method == "POST":
        form = sent(QualificationSchema(), form, word)
        if form.ok:
            with form.submission():
                service.change_qualification(word, **form.data)
                flash(_("已保存。"), "good")
                return redirect(url_for("operator.qualifications"), 303)
    return page("operator/qualification.html", form.status, form=form, word=word)


@pages.post("/qualifications/proposals/<uuid:proposal_id>", endpoint="qualification_answer")
@operators
def qualification_answer(proposal_id: UUID) -> Any:
    """Take a proposed word up, as itself or as a way of writing another, or decline it."""
    proposal, form = queries.qualifications.proposal(proposal_id), forms.read(ProposalAnswerSchema())
    if form.ok:
        with form.submission():
            service.answer_proposal(proposal, **form.data)
            flash(_("已答复。"), "good")
            return redirect(url_for("operator.qualifications"), 303)
    return _show(forms.empty(), form, proposal_id)


def _show(form: forms.Form, answer: forms.Form | None = None, asked: UUID | None = None) -> Any:
    words = db.session.scalars(queries.qualifications.qualifications())
    refused = answer is not None and not answer.ok
    return page(
        "operator/qualifications.html",
        200 if form.ok and not refused else 422,
        form=form,
        answer=answer,
        asked=asked,
        words=sorted(words, key=lambda word: (not word.active, word.name)),
        waiting=queries.qualifications.waiting(),
        names=[(name, name) for name in queries.qualifications.names()],
    )
