"""The public page of a visit's code: who comes, on what basis, is it genuine and current (R-V2)."""

from __future__ import annotations

import base64
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, redirect, request
from flask_babel import gettext as _

from onedoor.edge.address_digests import address_digest
from onedoor.edge.attachments import attachment
from onedoor.edge.guard import public
from onedoor.edge.identity import person
from onedoor.edge.language import sentence_of_parts
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.messages.rules import LETTERS, Letter
from onedoor.messages.service import DOCX
from onedoor.visits.rules.code_validity import Verdict, verdict_of
from onedoor.visits.rules.codes import grouped, normal
from onedoor.visits.rules.kinds import KIND_NAMES, SOURCE_NAMES, Kind, Source
from onedoor.web.rate_limits import limiter
from onedoor.web.shell import page
from onedoor.web.shell.menu import url_if

pages = Blueprint("codes", __name__)


@pages.get("/v")
@public
def ask() -> Any:
    """Where the code is typed in."""
    typed = {"code": request.args["code"]} if "code" in request.args else {}
    return redirect(url_if("portal.check_code", **typed) or "/")


@pages.get("/v/<code>")
@limiter.limit("60/minute")
@public
def check(code: str) -> Any:
    """What a scan of the code opens."""
    asked = normal(code)
    found = _look(asked) if asked else None
    if found is None:
        return page("codes/unknown.html", 404, typed=code[:40])
    if "held_back" in found:
        return page("codes/held_back.html", 429)
    return page(
        "codes/code.html",
        visit=found,
        code=grouped(str(asked)),
        asked=asked,
        lots=_lots(asked),
        documents=_documents(asked),
        titles={kind.value: _(one.title) for kind, one in LETTERS.items()},
        today=today(),
        **_judged(found),
    )


@pages.get("/v/<code>/lots/<list_name>.json")
@limiter.limit("20/minute")
@public
def lot(code: str, list_name: str) -> Any:
    """The lot of the firm that is visited, of a draw whose lists are not public: for whoever has its code (R-D8)."""
    asked = normal(code)
    found = next((each for each in _lots(asked) if each["list"] == list_name), None) if asked else None
    if found is None:
        raise NotFound("没有找到这个检查码的签号文件。")
    name = f"lot-{list_name}-{found['object']}.json"
    answer = attachment(found["lot"].encode(), name, "application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.get("/v/<code>/documents/<uuid:document_id>")
@limiter.limit("20/minute")
@public
def document(code: str, document_id: UUID) -> Any:
    """A document addressed to the firm, as Word, for whoever has its visit's code (R-V7)."""
    asked = normal(code)
    found = next((one for one in _documents(asked) if one["id"] == str(document_id)), None)
    if found is None:
        raise NotFound("没有找到这个检查码的文书。")
    query = sa.text("SELECT visit_document(:code, :document)")
    content = base64.b64decode(db.session.scalar(query, {"code": asked, "document": document_id}))
    answer = attachment(content, f"{LETTERS[Letter(found['kind'])].title} {found['number']}.docx", DOCX)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _documents(code: str | None) -> list[dict[str, Any]]:
    return db.session.scalar(sa.text("SELECT visit_documents(:code)"), {"code": code}) or []


def _lots(code: str | None) -> list[dict[str, Any]]:
    return db.session.scalar(sa.text("SELECT visit_lots(:code)"), {"code": code}) or []


def _judged(found: dict[str, Any]) -> dict[str, Any]:
    day = date.fromisoformat(found["on"])
    verdict = verdict_of(
        found["state"],
        starts_on=date.fromisoformat(found["starts_on"]),
        ends_on=date.fromisoformat(found["ends_on"]),
        day=day,
        today=today(),
        submitted=[party["submitted"] for party in found["parties"] if not party["deferred"]],
    )
    for party in found["parties"]:
        for gone in party["left"]:
            gone["at"] = datetime.fromisoformat(gone["at"])
    cancelled, _language = sentence_of_parts(found["cancel_reason"] or "", found["cancel_reason_said"])
    kind, source = _(KIND_NAMES[Kind(found["kind"])]), _(SOURCE_NAMES[Source(found["source"])])
    return {
        "kind": kind,
        "source": source,
        "verdict": verdict,
        "Verdict": Verdict,
        "day": day,
        "cancelled": cancelled,
    }


def _look(code: str) -> dict[str, Any] | None:
    """Ask the database by its one function for this, which counts the look."""
    origin = address_digest()
    # Scanned means by somebody else: whoever is signed in looks, and no entry counts as scanned by that (R-V2).
    origin = f"inside:{origin}" if person() is not None else origin
    query = sa.text("SELECT check_visit_code(:code, :origin)")
    found: dict[str, Any] | None = db.session.scalar(query, {"code": code, "origin": origin})
    return found
