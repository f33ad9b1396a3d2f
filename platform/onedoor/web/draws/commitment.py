"""The page of a party that makes and keeps its nonce in its own browser: commit, check the register, reveal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import jsonify, redirect, url_for
from flask_babel import gettext as _

from onedoor.draws import queries, service
from onedoor.draws.models import Committer
from onedoor.draws.schemas import CommitmentSchema, RevealSchema
from onedoor.kernel import clock
from onedoor.kernel.errors import NotFound
from onedoor.web.draws import labels
from onedoor.web.draws.actions import back
from onedoor.web.draws.blueprint import committers, pages, readers
from onedoor.web.draws.detail import line_draws
from onedoor.web.draws.next_step import announced, own_part
from onedoor.web.shell import forms, page


@pages.get("/draws/<uuid:draw_id>/secret")
@committers
def secret(draw_id: UUID) -> Any:
    """Commit, or reveal, with the nonce on this device."""
    return _show(draw_id, forms.empty())


@pages.post("/draws/<uuid:draw_id>/commit")
@committers
def commit(draw_id: UUID) -> Any:
    """Take the commitment that this party's browser computed."""
    _own(draw_id)
    form = forms.read(CommitmentSchema())
    if form.ok:
        with form.submission():
            service.commit(draw_id, form.data["digest"], form.data["reason"], noted=form.data["noted"])
            return redirect(url_for("draws.secret", draw_id=draw_id), 303)
    return _show(draw_id, form)


@pages.post("/draws/<uuid:draw_id>/reveal")
@committers
def reveal(draw_id: UUID) -> Any:
    """Take this party's own reveal."""
    _own(draw_id)
    form = forms.read(RevealSchema())
    if form.ok:
        with form.submission():
            service.reveal(draw_id, form.data["nonce"])
            return back(draw_id, _("已揭示。各方揭示后自动抽取。"))
    return _show(draw_id, form)


@pages.get("/draws/<uuid:draw_id>/texts.json")
@readers
def texts(draw_id: UUID) -> Any:
    """The witnesses' texts in order, for the party's browser to check against the register."""
    found = queries.draw(draw_id)
    return jsonify([list(pair) for pair in queries.texts(found.id)])


def _own(draw_id: UUID) -> Committer:
    """The part this person may act in; nobody else finds the page."""
    own: Committer | None = own_part(draw_id)
    if own is None:
        raise NotFound()
    return own


def _show(draw_id: UUID, form: forms.Form) -> Any:
    found = queries.draw(draw_id)
    own = _own(draw_id)
    board = queries.board(draw_id)
    part = next(each for each in board["committers"] if each["name"] == own.name)
    return page(
        "draws/commitment.html",
        form.status,
        draw=found,
        board=board,
        own=own,
        part=part,
        opens=service.opens_the_line(own),
        line_draws=line_draws(found),
        neighbours=queries.neighbours(draw_id),
        unfrozen=[each["bureau"] for each in board["lists"] if each["deposited_at"] is None],
        takes_note=service.asks_to_note(found, own),
        gives_reason=service.opens_the_line(own) and service.follows_void(found),
        form=form,
        until=announced(board),
        now=clock.now().isoformat(),
        words=labels.vocabulary(),
    )
