"""Files of a draw, and the public register."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from onedoor.draws import queries, service
from onedoor.edge.attachments import attachment
from onedoor.edge.guard import public
from onedoor.edge.identity import current_user
from onedoor.kernel.errors import NotFound
from onedoor.web.draws.blueprint import pages, readers
from tenants.rules import Permission

ROSTER = "roster.txt"


@pages.get("/draws/<uuid:draw_id>/files/<name>")
@readers
def file(draw_id: UUID, name: str) -> Any:
    """One published file of a draw, its exact bytes; what is not published (the proof of a surprise, a roster
    with recusals) for those who may have it."""
    draw = queries.draw(draw_id)
    if name == "proof.json" and queries.is_untold(draw):
        kind = "public" if draw.closed else "proof"
        answer = download(name, "application/json", queries.document(draw_id, kind))
        answer.headers["Cache-Control"] = "no-store"
        return answer
    if name == ROSTER and name not in {each.name for each in queries.files(draw_id)}:
        return _roster(draw_id)
    found = queries.file(draw_id, name)
    return download(found.name, found.media_type, found.content)


def _roster(draw_id: UUID) -> Any:
    """A roster with recusals in it, for the lead's operator, once more in its log."""
    if not current_user.may(Permission.DRAW_OPERATE):
        raise NotFound()
    answer = download(ROSTER, "text/plain", service.hand_out_roster(draw_id))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.get("/register.jsonl")
@public
def register() -> Any:
    """The register of all draws of this deployment, for anybody."""
    return download("register.jsonl", "application/jsonl", queries.register_file())


def download(name: str, media_type: str, content: bytes) -> Response:
    """Exact bytes, as a file to keep."""
    answer = attachment(content, name, media_type)
    answer.headers["Cache-Control"] = "no-cache"
    return answer
