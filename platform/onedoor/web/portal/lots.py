"""One's own lot (我的签号): was this firm in the pools, and was it drawn (R-D8)."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from flask import request, url_for
from flask_babel import gettext as _

from onedoor.disclosure import queries
from onedoor.disclosure.models import DisclosedFile, Disclosure
from onedoor.draws.queries.evidence import evidence, lots_in, lots_of, need_proof, proof_of
from onedoor.draws.rules import (
    Evidence,
    ProtocolError,
    Row,
    canonical,
    is_drawn,
)
from onedoor.edge.guard import public
from onedoor.kernel.codes import read_entity_code
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.web.draws.labels import vocabulary
from onedoor.web.draws.published_content import content_of
from onedoor.web.portal import browser_verifier, public_records
from onedoor.web.portal.blueprint import LOOKUPS, READINGS, pages
from onedoor.web.portal.files import download
from onedoor.web.rate_limits import limiter
from onedoor.web.shell import forms, page
from onedoor.web.shell.security import allow_camera


class Standing(NamedTuple):
    """How one object stood in one list: its line, and whether it was drawn."""

    bureau: str
    list: str
    row: Row
    drawn: bool
    url: str


@pages.get("/open/draws/<uuid:subject_id>/lot")
@limiter.limit(READINGS)
@limiter.limit(LOOKUPS, exempt_when=lambda: "code" not in request.args)
@public
def draw_lot(subject_id: UUID) -> Any:
    """How a firm stood in each list, computed from the published files."""
    found, typed = public_records.thing("draw", subject_id), request.args.get("code", "")[:100]
    form = forms.empty(code=typed)
    code = _read(form, typed) if typed else None
    context: dict[str, Any] = {"standings": [], "lists": 0, "asked": code is not None}
    if code is not None:
        context |= _looked_up(found, code)
    status = 422 if form.errors else 200
    files = queries.files(found.id)
    need_proof(files)
    allow_camera()
    context |= {"settings": _settings(found, files), "files": files}
    return page("portal/draw_lot.html", status, thing=found, form=form, words=vocabulary(), **context)


@pages.get("/open/draws/<uuid:subject_id>/lots/<code>.json")
@limiter.limit(LOOKUPS)
@public
def draw_lots_file(subject_id: UUID, code: str) -> Any:
    """All lots of a credit code and its places, in every list: what a phone checks without downloading a million lines."""
    files = evidence(public_records.thing("draw", subject_id))
    try:
        known = read_entity_code(code).text
    except ClerkError:
        raise NotFound("没有这个统一社会信用代码。") from None
    return download(f"lots-{known}.json", "application/json", canonical(lots_of(files, known)))


@pages.get("/open/draws/<uuid:subject_id>/lots/<list_name>/<object_id>.json")
@limiter.limit(LOOKUPS)
@public
def draw_lot_file(subject_id: UUID, list_name: str, object_id: str) -> Any:
    """The lot as a file, for one's own verifier."""
    files = evidence(public_records.thing("draw", subject_id))
    if list_name not in files.pools:
        raise NotFound("这次抽取没有这份名单。")
    for row, lot in lots_in(files, list_name, object_id.partition(":")[0]):
        if row.id == object_id:
            return download(f"lot-{list_name}-{object_id}.json", "application/json", canonical(lot))
    raise NotFound("这份名单里没有这个检查对象。")


def _read(form: forms.Form, typed: str) -> str | None:
    """The credit code as typed; what is wrong with it goes beside the field."""
    try:
        return read_entity_code(typed).text
    except ClerkError as problem:
        form.errors["code"] = [str(_(problem.message, **problem.params))]
        return None


def _looked_up(found: Disclosure, code: str) -> dict[str, Any]:
    files = evidence(found)
    try:
        standings = _standings(found.subject_id, code, files, _bureaus(content_of(found)))
    except ProtocolError:
        raise NotFound("公布的文件互相不符，请与牵头部门联系。") from None
    return {"standings": standings, "lists": len(files.pools)}


def _standings(subject_id: UUID, code: str, files: Evidence, bureaus: dict[str, str]) -> list[Standing]:
    proof, found = proof_of(files), []
    for name in files.pools:
        for row, lot in lots_in(files, name, code):
            url = url_for("portal.draw_lot_file", subject_id=subject_id, list_name=name, object_id=row.id)
            found.append(Standing(bureaus.get(name, name), name, row, is_drawn(proof, lot), url))
    return found


def _settings(found: Disclosure, files: list[DisclosedFile]) -> dict[str, Any]:
    return {
        **browser_verifier.settings(found, files, content_of(found)),
        "lots": url_for("portal.draw_lots_file", subject_id=found.subject_id, code="CODE"),
    }


def _bureaus(content: dict[str, Any]) -> dict[str, str]:
    return {each.get("list", ""): each.get("bureau", "") for each in content["lists"]}
