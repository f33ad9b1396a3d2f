"""Closed pools: the page of a holder who takes the files and signs, and handing a firm its own lot (draw.md, "Pool"; R-D8)."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.draws import queries, rules, service
from onedoor.edge.attachments import attachment
from onedoor.kernel.codes import read_entity_code
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.web.draws import archive, labels
from onedoor.web.draws.blueprint import committers, operators, pages
from onedoor.web.draws.closed_pools import may_hold
from onedoor.web.draws.files import download
from onedoor.web.shell import forms, page


@pages.route("/draws/<uuid:draw_id>/custody", methods=["GET", "POST"])
@committers
def custody(draw_id: UUID) -> Any:
    """The lists of a closed draw for one of its holders: download, compare, sign; after the draw everything else too."""
    found = _held(draw_id)
    form = forms.empty()
    if request.method == "POST":
        digests = {
            name.removeprefix("digest-"): value
            for name, value in request.form.items()
            if name.startswith("digest-")
        }
        with form.submission():
            service.sign(draw_id, digests)
            return redirect(url_for("draws.custody", draw_id=draw_id), 303)
    board = queries.board(draw_id)
    return page(
        "draws/custody.html",
        form.status,
        draw=found,
        board=board,
        form=form,
        files=[each for each in queries.held(draw_id) if not each.name.startswith("pool-")],
        receipt=queries.receipt(draw_id),
        teams=any(each["inspectors"] for each in board["lists"]),
        ready=all(each["deposited_at"] for each in board["lists"]),
        words=labels.vocabulary(),
    )


@pages.get("/draws/<uuid:draw_id>/custody/all.zip")
@committers
def custody_archive(draw_id: UUID) -> Any:
    """All files as they stand, with the verifier: what a holder checks the whole draw with."""
    found = _held(draw_id)
    files = {each.name: each.content for each in service.take(draw_id)}
    # Another name than that of the public files of the same draw, which are fewer.
    folder = f"draw-{found.line}-{found.seq}-held"
    made = archive.held(folder, f"{found.number} {found.title}", files)
    return _secret(download(f"{folder}.zip", "application/zip", made))


@pages.get("/draws/<uuid:draw_id>/custody/<name>")
@committers
def custody_file(draw_id: UUID, name: str) -> Any:
    """One file of a closed draw, for one of its holders; that it was taken stands in the log."""
    _held(draw_id)
    (found,) = service.take(draw_id, name)
    return _secret(download(found.name, found.media_type, found.content))


@pages.route("/draws/<uuid:draw_id>/lots", methods=["GET", "POST"])
@operators
def lots(draw_id: UUID) -> Any:
    """Hand a firm its own lot of a closed draw, as a file; that it was handed out stands in the log."""
    found = queries.draw(draw_id)
    if not found.closed or found.plan_digest is None or not queries.has_list(draw_id):
        raise NotFound(_("这次抽取没有需要单独出具的签号。"))
    form = forms.empty()
    if request.method == "POST":
        form = forms.Form(values=request.form)
        try:
            code = read_entity_code(request.form.get("code", "")).text
            made = service.give_lots(draw_id, code)
            if len(made) == 1:
                return attachment(rules.canonical(made[0]), f"lot-{code}.json", "application/json")
            return attachment(_packed(made), f"lots-{code}.zip", "application/zip")
        except ClerkError as error:
            form.errors["code"] = [str(_(error.message, **error.params))]
    return page("draws/lots.html", form.status, draw=found, form=form, words=labels.vocabulary())


def _secret(answer: Response) -> Response:
    """What no browser keeps a copy of."""
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _packed(made: list[rules.Lot]) -> bytes:
    """Lots as files, each as the verifiers take it."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as lots_of_one:
        for lot in made:
            id_ = rules.parse_line(lot["line"]).id.replace(":", "-")
            name = zipfile.ZipInfo(f"lot-{lot['list']}-{id_}.json", archive.EPOCH)
            lots_of_one.writestr(name, rules.canonical(lot))
    return kept.getvalue()


def _held(draw_id: UUID) -> Any:
    """The draw, for who may act for a holder of it; for the supervisor that is whoever commits, not any operator."""
    found = queries.draw(draw_id)
    if not may_hold(draw_id):
        raise NotFound()
    return found
