"""Files to take along, with exact bytes, and the register of all draws."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request
from sqlalchemy import Integer, cast

from onedoor.disclosure import queries
from onedoor.disclosure.models import Disclosure
from onedoor.draws import queries as draws
from onedoor.draws.rules import entry_digest
from onedoor.edge.attachments import attachment
from onedoor.edge.guard import public
from onedoor.kernel.db import db
from onedoor.web.draws.labels import vocabulary
from onedoor.web.portal import public_records
from onedoor.web.portal.blueprint import pages
from onedoor.web.shell import page

AT_ONCE = 100


@pages.get("/open/files/<uuid:disclosure_id>/<name>")
@public
def file(disclosure_id: UUID, name: str) -> Any:
    """One file of a public thing."""
    found = queries.file(disclosure_id, name)
    return download(found.name, found.media_type, found.content, found.digest)


@pages.get("/open/register")
@public
def register() -> Any:
    """The register of all draws, newest entries first; `head` is what witnesses and parties note down."""
    entries = draws.register()
    before = request.args.get("before", type=int)
    shown = [entry for entry in entries if before is None or entry["n"] < before][-AT_ONCE:]
    return page(
        "portal/register.html",
        entries=[(entry, entry_digest(entry).hex()) for entry in reversed(shown)],
        count=len(entries),
        older=shown[0]["n"] if shown and shown[0]["n"] > 1 else None,
        head=(entries[-1]["n"], entry_digest(entries[-1]).hex()) if entries else None,
        known=_draws_by_line(),
        words=vocabulary(),
    )


@pages.get("/open/register.jsonl")
@public
def register_file() -> Any:
    """The register as verifiers read it."""
    return download("register.jsonl", "application/jsonl", draws.register_file())


def _draws_by_line() -> dict[tuple[str, int], Any]:
    """Public draws by the line and number under which the register has them."""
    query = public_records.faces(
        "draw", public_records.inside("line"), cast(public_records.inside("seq"), Integer).label("seq")
    )
    query = query.where(Disclosure.content["line"].astext.is_not(None))
    return {(row.line, row.seq): row for row in db.session.execute(query)}


def download(name: str, media_type: str, content: bytes, digest: str | None = None) -> Response:
    """Exact bytes to keep; with `digest` the same file is not sent twice to one who has it."""
    answer = attachment(content, name, media_type, digest=digest)
    answer.headers["Cache-Control"] = "no-cache"
    return answer
